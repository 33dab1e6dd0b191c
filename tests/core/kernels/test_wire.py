"""Messages on the wire and their order: signatures, replays, gaps, strangers."""

from __future__ import annotations

import pytest

from lookin.core.kernels.sequence import Sequence
from lookin.core.kernels.wire import Message, Wire


def said(number: int, size: int = 10) -> Message:
    return Message(number, "stream", "r", {}, size)


def numbers(messages: object) -> list[int]:
    return [message.number for message in messages]  # type: ignore[attr-defined]


def test_a_message_comes_back_as_often_as_it_is_sent() -> None:
    wire = Wire("key")
    frames = [b"topic", b"lookin:7", *wire.pack("stream", {"text": "한글"}, "id")]
    for _ in range(2):  # a replay carries the same signature
        message = wire.unpack(frames)
        assert message is not None
        assert (message.number, message.kind, message.content) == (7, "stream", {"text": "한글"})


def test_another_key_is_a_stranger() -> None:
    assert Wire("mine").unpack(Wire("yours").pack("stream", {})) is None


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b"", b"{", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b"[]", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b"{}" * 100_000, b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"", b"[" * 90_000, b"{}", b"{}", b"{}"],
    ],
)
def test_garbage_is_no_message(frames: list[bytes]) -> None:
    assert Wire("key").unpack(frames) is None


@pytest.mark.parametrize("number", [b"lookin:-1", b"lookin:x", b"lookin:" + b"9" * 40, b"topic"])
def test_a_number_that_is_none_counts_as_none(number: bytes) -> None:
    wire = Wire("key")
    message = wire.unpack([number, *wire.pack("stream", {})])
    assert message is not None
    assert message.number == 0


def test_content_that_is_no_object_is_no_message() -> None:
    wire = Wire("key")
    assert wire.unpack(wire.pack("stream", [1])) is None  # type: ignore[arg-type]


def test_what_was_too_large_to_keep_has_no_content_but_a_size() -> None:
    wire = Wire("key")
    frames = [*wire.pack("stream", {})[:-1], b""]
    message = wire.unpack(frames, 5_000_000)
    assert message is not None
    assert message.content is None
    assert message.size > 5_000_000


def test_a_kernel_that_does_not_count_passes_as_it_comes() -> None:
    order = Sequence()
    assert numbers(order.take(said(0))) == [0]
    assert not order.counting
    assert order.acknowledgement() is None


def test_duplicates_are_dropped_and_a_gap_is_asked_for_once() -> None:
    order = Sequence(after=3)
    assert numbers(order.take(said(3))) == []
    assert numbers(order.take(said(4))) == [4]
    assert numbers(order.take(said(7))) == []
    assert order.gap
    assert order.ask_again() == b"R4"
    assert not order.gap
    assert numbers(order.take(said(5))) == [5]
    assert numbers(order.take(said(6))) == [6, 7]  # the one that was kept follows


def test_what_is_lost_for_good_is_not_waited_for() -> None:
    order = Sequence(after=3)
    assert numbers(order.take(said(9))) == []
    order.ask_again()
    assert numbers(order.replayed(0)) == [9]
    assert numbers(order.take(said(10))) == [10]


def test_only_what_is_safe_is_acknowledged_and_what_nobody_needs_goes_with_it() -> None:
    order = Sequence(after=0)
    order.hand_on(1)
    order.pass_over(2)
    assert order.acknowledgement() is None
    order.acknowledge(1)
    assert order.acknowledgement() == b"A2"
    assert order.acknowledgement() is None
    order.hand_on(3)
    order.pass_over(4)
    order.acknowledge(2)
    assert order.acknowledgement() is None


def test_what_the_kernel_has_forgotten_is_not_waited_for() -> None:
    order = Sequence(after=7)
    order.ask_again()
    assert numbers(order.replayed(9)) == []  # 8 and 9 were of no use to anybody
    assert numbers(order.take(said(10))) == [10]
    assert not order.gap
    assert order.ask_again() == b"R10"


def test_a_kernel_counts_as_soon_as_it_has_answered() -> None:
    order = Sequence()
    assert not order.counting
    assert numbers(order.replayed(0)) == []
    assert order.counting
