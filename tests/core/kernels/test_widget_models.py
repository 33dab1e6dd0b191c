"""The state of a kernel's widgets, as their messages make it."""

from __future__ import annotations

from typing import Any

from lookin.core.kernels.messages import Comm, read_content
from lookin.core.kernels.widgets import TARGET, Models, joined


def opened(comm: str, state: dict[str, Any], *buffers: bytes, paths: Any = ()) -> Comm:
    data = {"state": state, "buffer_paths": [list(path) for path in paths]}
    return Comm("r", "open", comm, TARGET, data, {}, buffers)


def updated(comm: str, state: dict[str, Any], *buffers: bytes, paths: Any = ()) -> Comm:
    data = {"method": "update", "state": state, "buffer_paths": [list(path) for path in paths]}
    return Comm("r", "msg", comm, "", data, {}, buffers)


def test_updates_change_the_keys_they_name() -> None:
    models = Models()
    assert models.take(opened("a", {"value": 1, "max": 9}), "c0")
    assert models.take(updated("a", {"value": 2}))
    ((_, model),) = models
    assert (model.state, model.cell) == ({"value": 2, "max": 9}, "c0")


def test_a_key_that_comes_again_loses_its_buffers() -> None:
    models = Models()
    models.take(opened("a", {"deep": [None]}, b"one", b"two", paths=[["value"], ["deep", 0]]))
    models.take(updated("a", {}, b"three", paths=[["value"]]))
    ((_, model),) = models
    assert model.whole()[0]["buffer_paths"] == [["deep", 0], ["value"]]
    assert model.whole()[1] == (b"two", b"three")
    models.take(updated("a", {"value": None}))
    assert model.whole()[1] == (b"two",)


def test_custom_messages_change_nothing() -> None:
    models = Models()
    models.take(opened("a", {"value": 1}))
    custom = {"method": "custom", "content": {"event": "click"}}
    assert models.take(Comm("r", "msg", "a", "", custom, {}))
    assert next(iter(models))[1].state == {"value": 1}


def test_what_nobody_opened_is_not_known() -> None:
    assert not Models().take(updated("a", {"value": 1}))
    assert not Models().take(Comm("r", "close", "a", "", {}, {}))


def test_a_closed_one_is_gone_and_leaves_room() -> None:
    models = Models(most=1)
    assert models.take(opened("a", {}))
    assert not models.take(opened("b", {}))
    assert models.take(Comm("r", "close", "a", "", {}, {}))
    assert models.take(opened("b", {}))


def test_there_is_an_end_of_bytes() -> None:
    models = Models(most_bytes=10_000)
    assert models.take(opened("a", {"text": "x" * 6_000}))
    assert not models.take(opened("b", {"text": "x" * 6_000}))
    assert not models.take(updated("a", {}, b"x" * 9_000, paths=[["value"]]))
    assert len(models) == 1


def test_shapes_that_no_widget_has_do_no_harm() -> None:
    models = Models()
    models.take(Comm("r", "open", "a", TARGET, {"state": 7, "buffer_paths": {"x": 1}}, {}))
    for data in ({"method": "update"}, {"method": ["update"]}, {"method": "update", "state": []}):
        models.take(Comm("r", "msg", "a", "", data, {}, (b"x",)))
    paths = [[], [[1]], ["value"] * 99]
    models.take(updated("a", {}, b"1", b"2", b"3", b"4", paths=paths))
    assert next(iter(models))[1].whole()[1] == ()


def test_two_updates_become_one_and_others_do_not() -> None:
    one = {"method": "update", "state": {"a": 1, "b": 1}, "buffer_paths": []}
    two = {"method": "update", "state": {"b": 2}, "buffer_paths": []}
    both = joined(one, two)
    assert both is not None
    assert both["state"] == {"a": 1, "b": 2}
    assert joined(one, {**two, "buffer_paths": [["b"]]}) is None
    assert joined(one, {**two, "method": "echo_update"}) is None
    assert joined({"method": "custom"}, {"method": "custom"}) is None


def test_comm_messages_of_strangers_are_read_with_care() -> None:
    assert read_content("comm_msg", "r", {"comm_id": 7, "data": {}}) is None
    assert read_content("comm_msg", "r", {"comm_id": "x" * 999, "data": {}}) is None
    assert read_content("comm_msg", "r", {"comm_id": "x", "data": []}) is not None
    assert read_content("comm_msg", "r", {"comm_id": "x", "data": [1]}) is None
    assert read_content("lookin_input", "r", {"prompt": "a"}) is None


def test_a_widget_is_known_by_the_boxes_that_hold_it() -> None:
    models = Models()
    models.take(opened("slider", {}))
    models.take(opened("inner", {"children": ["IPY_MODEL_slider", 7]}))
    models.take(opened("outer", {"children": ["IPY_MODEL_inner", "IPY_MODEL_outer"]}))
    models.take(opened("other", {"children": "IPY_MODEL_slider"}))
    assert models.holders("slider") == {"slider", "inner", "outer"}
