"""ipywidgets through the broker: models, words both ways, Output, and a broker that dies."""

from __future__ import annotations

from typing import Any

from tests.live.broker_process import BrokerProcess, Client

SLIDER = """
import ipywidgets as w
s = w.IntSlider(value=3)
seen = []
s.observe(lambda change: (seen.append(change['new']), print('now', change['new'])), 'value')
s
"""
INTERACT = """
from ipywidgets import interact
@interact(x=(0, 10))
def twice(x=2):
    print('twice', 2 * x)
    return 2 * x
"""
OUTPUT = """
import ipywidgets as w
from IPython.display import display
out = w.Output()
display(out)
with out:
    print('inside')
    1 / 0
print('outside')
"""


def models(client: Client) -> dict[str, Any]:
    """The widgets as a page that keeps the protocol has them."""
    found: dict[str, Any] = {}
    for frame in client.frames:
        if frame["t"] == "widgets":
            found = {id_: dict(model["data"]["state"]) for id_, model in frame["models"].items()}
        elif frame["t"] == "comm" and frame["kind"] == "open":
            found[frame["comm"]] = dict(frame["data"]["state"])
        elif frame["t"] == "comm" and frame["kind"] == "close":
            found.pop(frame["comm"], None)
        elif frame["t"] == "comm" and frame["data"].get("method") in ("update", "echo_update"):
            found[frame["comm"]].update(frame["data"]["state"])
    return found


def named(client: Client, name: str) -> tuple[str, dict[str, Any]]:
    """The first model of a kind, once it is there."""
    found = ((i, s) for i, s in models(client).items() if s.get("_model_name") == name)
    return next(found, ("", {}))


def texts(state: dict[str, Any]) -> str:
    return "".join(output.get("text", "") for output in state.get("outputs", ()))


async def slide(client: Client, comm: str, value: int, cell: str = "c0") -> dict[str, Any]:
    data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
    return await client.ask(op="comm", comm=comm, data=data, buffers=[], cell=cell)


async def test_a_slider_speaks_and_listens(guest: BrokerProcess) -> None:
    path = guest.notebook(SLIDER, "print(s.value, seen[-1])")
    address = guest.address(path)
    async with Client(guest.socket, address) as client, Client(guest.socket, address) as other:
        await client.until(lambda: client.document and other.document)
        assert await client.run("c0") == "done"
        await client.until(lambda: len(models(client)) == 3)  # it, its layout, its style
        comm, state = named(client, "IntSliderModel")
        assert state["value"] == 3
        for value in range(4, 41):
            assert (await slide(client, comm, value))["t"] == "accepted"
        await other.until(lambda: named(other, "IntSliderModel")[1]["value"] == 40)
        await client.until(lambda: "now 40" in client.text("c0"))  # beside the cell that shows it
        assert await client.run("c1") == "done"
        assert client.text("c1") == "40 40\n"


async def test_a_page_that_comes_later_sees_the_widgets_as_they_are(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook(SLIDER, "s.value = 8", "s.close(); s.layout.close()"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await client.run("c1")
        await client.until(lambda: named(client, "IntSliderModel")[1].get("value") == 8)
        async with Client(guest.socket, address) as later:
            await later.until(lambda: models(later))
            assert named(later, "IntSliderModel")[1]["value"] == 8
        await client.run("c2")
        await client.until(lambda: len(models(client)) == 1)


async def test_output_goes_into_the_output_widget(guest: BrokerProcess) -> None:
    path = guest.notebook(OUTPUT, "print(len(out.outputs))\nout.clear_output()")
    address = guest.address(path)
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"  # an Output swallows errors, as in Jupyter
        await client.until(lambda: len(named(client, "OutputModel")[1].get("outputs", ())) == 2)
        state = named(client, "OutputModel")[1]
        assert texts(state) == "inside\n"
        assert state["outputs"][1]["ename"] == "ZeroDivisionError"
        assert client.text("c0") == "outside\n"
        assert await client.run("c1") == "done"
        assert client.text("c1") == "2\n"  # the kernel has been told what its widget shows
        await client.until(lambda: named(client, "OutputModel")[1]["outputs"] == [])


async def test_interact_shows_each_result_in_its_place(guest: BrokerProcess) -> None:
    async with Client(guest.socket, guest.address(guest.notebook(INTERACT))) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        await client.until(lambda: "twice 4" in texts(named(client, "OutputModel")[1]))
        before = client.document.cells["c0"].outputs if client.document else ()
        comm, _ = named(client, "IntSliderModel")
        await slide(client, comm, 7)
        await client.until(lambda: texts(named(client, "OutputModel")[1]) == "twice 14\n")
        shown = named(client, "OutputModel")[1]["outputs"]
        assert shown[-1]["data"]["text/plain"] == "14"
        assert client.document
        assert client.document.cells["c0"].outputs == before


async def test_widgets_outlive_the_broker_also_in_a_running_cell(broker: BrokerProcess) -> None:
    code = "import time\nwith out:\n  for i in range(30):\n    print(i)\n    time.sleep(0.1)"
    path = broker.notebook(SLIDER + OUTPUT, code)
    client = Client(broker.socket, broker.address(path))
    async with client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await client.ask(op="run", cell="c1")
        await client.until(lambda: "2\n" in texts(named(client, "OutputModel")[1]))
        broker.kill()
    broker.start()
    client.frames.clear()
    async with client:
        await client.until(lambda: client.state("c1") == "done")
        lines = "".join(f"{i}\n" for i in range(30))
        await client.until(lambda: texts(named(client, "OutputModel")[1]).endswith(lines))
        assert client.text("c1") == ""
        comm, state = named(client, "IntSliderModel")
        assert state["value"] == 3
        await slide(client, comm, 9)
        await client.until(lambda: "now 9" in client.text("c0"))


async def test_a_restart_takes_the_widgets_away(guest: BrokerProcess) -> None:
    async with Client(guest.socket, guest.address(guest.notebook(SLIDER))) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await client.until(lambda: len(models(client)) == 3)
        comm, _ = named(client, "IntSliderModel")
        await client.ask(op="restart")
        await client.until(lambda: client.kernel["state"] == "idle")
        assert models(client) == {}
        assert (await slide(client, comm, 1))["code"] == "no_such_widget"


async def test_too_many_widgets_are_told_and_the_rest_works(guest: BrokerProcess) -> None:
    code = "import ipywidgets as w\nmany = [w.IntProgress() for i in range(400)]\nprint('made')"
    async with Client(guest.socket, guest.address(guest.notebook(code))) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        await client.until(lambda: [e for e in client.events if e["type"] == "noticed"])
        assert len(models(client)) == 500
        assert client.text("c0") == "made\n"


async def test_binary_data_comes_whole(guest: BrokerProcess) -> None:
    from base64 import b64decode

    code = "import ipywidgets as w\nw.Image(value=bytes(range(256)), format='png')"
    address = guest.address(guest.notebook(code))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        async with Client(guest.socket, address) as later:
            await later.until(lambda: models(later))
            (frame,) = (f for f in later.frames if f["t"] == "widgets")
            model = frame["models"][named(later, "ImageModel")[0]]
            assert model["data"]["buffer_paths"] == [["value"]]
            assert b64decode(model["buffers"][0]) == bytes(range(256))


async def test_a_bar_that_runs_fast_is_told_now_and_then(guest: BrokerProcess) -> None:
    code = "import ipywidgets as w\np = w.IntProgress(max=3000)\nfor i in range(3001): p.value = i"
    async with Client(guest.socket, guest.address(guest.notebook(code))) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        await client.until(lambda: named(client, "IntProgressModel")[1]["value"] == 3000)
        assert len([f for f in client.frames if f["t"] == "comm"]) < 300


async def test_what_a_callback_prints_goes_to_the_cell_that_shows_the_widget(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook(SLIDER.rsplit("s\n", 1)[0], "w.VBox([s])")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await client.run("c1")
        await client.until(lambda: named(client, "IntSliderModel")[0])
        data = {"method": "update", "state": {"value": 6}, "buffer_paths": []}
        comm = named(client, "IntSliderModel")[0]
        await client.ask(op="comm", comm=comm, data=data, buffers=[])  # and no cell
        await client.until(lambda: "now 6" in client.text("c1"))
        assert client.text("c0") == ""
