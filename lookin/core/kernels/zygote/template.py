"""A kernel in two halves: what is built once in the zygote, and what each fork makes anew.

`prepare` and `awaken` together do what IPKernelApp.initialize does. Source: ipykernel 7.4.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import shutil
import sys
import tempfile
import uuid
from typing import Any

import zmq
from ipykernel.heartbeat import Heartbeat
from IPython.core.application import BaseIPythonApplication
from tornado import ioloop
from zmq.eventloop.zmqstream import ZMQStream

from ..kernelapp import LookinKernelApp, RememberingKernel

_Heartbeat: Any = Heartbeat
_Base: Any = BaseIPythonApplication
_ANY = {"transport": "ipc", "signature_scheme": "hmac-sha256"}
_SHELL_INSIDE = "inproc://lookin-shell"  # for the debugger, which connects to its own kernel


_NAMES = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
PORTS = {name: place for place, name in enumerate(_NAMES, 1)}  # of all our kernels: s-1 … s-5


class BoundHeartbeat(_Heartbeat):
    """The heartbeat on a listening socket that was made for it."""

    listener = -1

    def _try_bind_socket(self) -> Any:
        self.socket.setsockopt(zmq.USE_FD, self.listener)
        return super()._try_bind_socket()


class TemplateApp(LookinKernelApp):
    """The kernel of all forks."""

    heartbeat: BoundHeartbeat | None
    ours: list[str]  # names of Lookin's own modules
    listeners: dict[int, int]

    def prepare(self) -> None:
        """The first half, in the zygote: configuration, kernel, shell; no thread, no socket."""
        folder = tempfile.mkdtemp(prefix="lookin-")
        os.environ["IPYTHONDIR"] = folder
        self.parent_handle = 0  # the warden watches, nothing polls
        self.load_connection_info({"ip": folder, "key": "none yet", **_ANY, **PORTS})
        _Base.initialize(self, ["--HistoryManager.hist_file=:memory:"])
        self.init_pdb()
        self.kernel = RememberingKernel.instance(
            parent=self,
            session=self.session,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.init_path()
        self.init_shell()
        self.init_gui_pylab()
        self.init_extensions()
        self.init_code()
        shutil.rmtree(folder, ignore_errors=True)

    def christen(self, connection: dict[str, Any]) -> None:
        """What is the next kernel's own, set in the zygote: it costs no page of the fork there."""
        self.ip = connection["ip"]
        self.session.key = connection["key"].encode()
        self.session.session = str(uuid.uuid4())
        self.session.digest_history = set()
        self.kernel.ident = str(uuid.uuid4())
        self.kernel.shell.displayhook.topic = self.kernel._topic("execute_result")

    def awaken(self, listeners: dict[int, int]) -> None:
        """The second half, in the fork: sockets on `listeners` (port -> descriptor), threads."""
        self.listeners = listeners
        self.session.pid = os.getpid()
        self.init_sockets()
        self.init_heartbeat()
        self.init_io()
        self.init_signal()
        self.init_kernel()
        self.kernel.start()
        sys.stdout.flush()
        sys.stderr.flush()

    def _try_bind_socket(self, s: Any, port: int) -> int:
        s.setsockopt(zmq.USE_FD, self.listeners[port])
        return int(super()._try_bind_socket(s, port))

    def init_control(self, context: Any) -> None:
        """As ipykernel's; its debugger reaches the shell without the folder of sockets."""
        self.shell_socket.bind(_SHELL_INSIDE)
        super().init_control(context)

    def init_heartbeat(self) -> None:
        """As ipykernel's, in the same context: two threads fewer."""
        heartbeat = BoundHeartbeat(self.context, (self.transport, self.ip, self.hb_port))
        heartbeat.listener = self.listeners[self.hb_port]
        heartbeat.start()
        self.heartbeat = heartbeat

    def init_kernel(self) -> None:
        """Give the kernel of `prepare` its streams and threads."""
        kernel, channel = self.kernel, self.shell_channel_thread
        shell_stream = ZMQStream(self.shell_socket, channel.io_loop)
        channel.shell_stream = shell_stream
        control_loop = self.control_thread.io_loop
        kernel.shell_stream = shell_stream
        kernel.control_stream = ZMQStream(self.control_socket, control_loop)
        kernel.debugpy_stream = ZMQStream(self.debugpy_socket, control_loop)
        kernel.debug_shell_socket = self.debug_shell_socket
        kernel.control_thread, kernel.shell_channel_thread = self.control_thread, channel
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        kernel.stdin_socket = self.stdin_socket
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        self.iopub_thread.told = kernel.tell
        self._connect_shell(kernel)
        self.control_thread.start()
        channel.start()
        kernel.record_ports(PORTS)

    def _connect_shell(self, kernel: Any) -> None:
        shell = kernel.shell
        shell.displayhook.pub_socket = self.iopub_socket
        shell.display_pub.pub_socket = self.iopub_socket
        if getattr(kernel, "debugger", None) is not None:
            kernel.debugger.debugpy_client.debugpy_stream = kernel.debugpy_stream
            kernel.debugger.shell_socket = self.debug_shell_socket
        kernel._shell_context = contextvars.copy_context()
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def io_loop_only(self) -> None:
        """As `start`, where the kernel itself has been started."""
        self.io_loop = ioloop.IOLoop.current()
        with contextlib.suppress(KeyboardInterrupt):
            self.io_loop.start()

    def close(self) -> None:
        """As ipykernel's; the heartbeat ends with the context that it shares."""
        self.heartbeat = None
        super().close()
