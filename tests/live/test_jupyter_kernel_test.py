"""Our kernels are Jupyter kernels to any client: jupyter_kernel_test's suite, and more of the kind.

The client connects beside the driver, with the connection file that the driver wrote.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jupyter_kernel_test
from jupyter_client.blocking.client import BlockingKernelClient

from lookin.core.kernels.driver import Kernel, KernelSpec
from tests.live.kernel_drivers import make

DEADLINE = 60.0


class Running:
    """A driver in an event loop of its own, and the kernels it started."""

    def __init__(self, name: str) -> None:
        self.place = tempfile.TemporaryDirectory(prefix="lk")
        self.folder = Path(self.place.name)
        (self.folder / "w").mkdir()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.kernels: list[Kernel] = []
        self.drains: list[asyncio.Future[None]] = []
        try:
            self.driver = self.do(make(name, self.folder))
        except BaseException:  # a skip, too
            self.end_loop()
            raise

    def do(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(DEADLINE)

    def start(self) -> BlockingKernelClient:
        """A client at a new kernel."""
        kernel = self.do(self.driver.start(KernelSpec(self.folder / "w")))
        self.kernels.append(kernel)
        self.do(self.drain(kernel))
        client = Client()
        client.load_connection_file(str(self.folder / "k" / kernel.id / "connection.json"))
        client.start_channels(hb=False)
        client.wait_for_ready(timeout=DEADLINE)
        return client

    async def drain(self, kernel: Kernel) -> None:
        """The broker reads and acknowledges while the client is there."""

        async def read() -> None:
            async for heard in kernel.reports():
                kernel.acknowledge(heard.number)

        self.drains.append(asyncio.ensure_future(read()))

    def end_loop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.place.cleanup()

    def close(self) -> None:
        for kernel in self.kernels:
            self.do(kernel.shutdown())
        self.do(self.driver.close())
        self.end_loop()


class Client(BlockingKernelClient):  # type: ignore[misc]
    """As the protocol asks of a client: message types that it does not know are passed over."""

    def start_channels(self, **channels: Any) -> None:
        super().start_channels(**channels)
        channel = self.iopub_channel
        receive = channel.get_msg

        def get_msg(*words: Any, **options: Any) -> Any:
            while True:
                message = receive(*words, **options)
                if not message["msg_type"].startswith(("lookin_", "iopub_welcome")):
                    return message

        channel.get_msg = get_msg


class PythonKernelTests(jupyter_kernel_test.KernelTests):  # type: ignore[misc]
    """The suite with Python's samples, and ours below it."""

    __test__ = False
    driver_name = ""
    running: Running

    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('oops', file=sys.stderr)"
    completion_samples = [{"text": "zi", "matches": {"zip"}}]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n  x*2"]
    invalid_code_samples = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = [{"code": "6*7", "result": "42"}, {"code": "'a'", "result": "'a'"}]
    code_display_data = [
        {"code": "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
         "mime": "text/html"},
    ]  # fmt: skip
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output\nclear_output()"

    @classmethod
    def setUpClass(cls) -> None:
        cls.running = Running(cls.driver_name)
        cls.kc = cls.running.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.kc.stop_channels()
        cls.running.close()

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message on iopub that fulfils it."""
        while True:
            message: dict[str, Any] = self.kc.iopub_channel.get_msg(timeout=DEADLINE)
            if condition(message):
                return message

    def test_an_interrupt_ends_the_code_and_keeps_the_variables(self) -> None:
        self.execute_helper("kept = 1")
        request = self.kc.execute("import time\nprint('in')\nwhile True: time.sleep(0.01)")
        self.until(lambda m: m["msg_type"] == "stream")
        self.running.do(self.running.kernels[0].interrupt())
        reply = self.kc.get_shell_msg(timeout=DEADLINE)
        assert reply["parent_header"]["msg_id"] == request
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        self.until(lambda m: m["content"].get("execution_state") == "idle")
        assert self.execute_helper("kept")[0]["content"]["status"] == "ok"

    def test_a_restart_is_a_new_kernel(self) -> None:
        self.execute_helper("old = 1")
        client = self.running.start()
        try:
            request = client.execute("old")
            while (reply := client.get_shell_msg(timeout=DEADLINE))["parent_header"][
                "msg_id"
            ] != request:
                pass
            assert reply["content"]["ename"] == "NameError"
            assert reply["content"]["execution_count"] == 1
        finally:
            client.stop_channels()
            self.running.do(self.running.kernels.pop().shutdown())

    def test_comms_go_both_ways(self) -> None:
        self.flush_channels()
        self.execute_helper(
            "def opened(comm, message):\n"
            "    comm.on_msg(lambda m: comm.send({'twice': 2 * m['content']['data']['n']}))\n"
            "get_ipython().kernel.comm_manager.register_target('t', opened)"
        )
        for kind, content in (
            ("comm_open", {"comm_id": "c", "target_name": "t", "data": {}}),
            ("comm_msg", {"comm_id": "c", "data": {"n": 21}}),
        ):
            self.kc.shell_channel.send(self.kc.session.msg(kind, content))
        answer = self.until(lambda m: m["msg_type"] == "comm_msg")
        assert answer["content"]["data"] == {"twice": 42}
        self.flush_channels()

    def test_input_is_refused_where_nobody_could_answer(self) -> None:
        self.flush_channels()
        request = self.kc.execute("input()", allow_stdin=False)
        reply = self.get_non_kernel_info_reply(timeout=DEADLINE)
        assert reply is not None
        assert reply["parent_header"]["msg_id"] == request
        assert reply["content"]["ename"] == "StdinNotImplementedError"
        self.until(lambda m: m["content"].get("execution_state") == "idle")


class SubprocessKernelTests(PythonKernelTests):
    __test__ = True
    driver_name = "subprocess"


class FencedSubprocessKernelTests(PythonKernelTests):
    __test__ = True
    driver_name = "subprocess-fenced"


class ZygoteKernelTests(PythonKernelTests):
    __test__ = True
    driver_name = "zygote"


class FencedZygoteKernelTests(PythonKernelTests):
    __test__ = True
    driver_name = "zygote-fenced"
