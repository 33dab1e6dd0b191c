"""A recording of a sign-in signs nobody in: whose prints of streams there are, and for how long."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import numpy as np
import pytest

from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.faces import looks, store, streams
from lookin.apps.accounts.models import AuditEvent, Device, SeenStream, User
from lookin.core.faces.liveness import Liveness, draw_challenge, stream_print
from lookin.core.faces.liveness.samples import Sample
from lookin.core.faces.traits import POINTS
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import frames
from tests.apps.accounts.looking import MEMBER_FACE

pytestmark = pytest.mark.django_db
HERE = Origin("192.0.2.1", "test")
LONGEST = SeenStream._meta.get_field("seen_print").max_length or 0


def stream(seed: int, frames: int = 40) -> bytes:
    """The print of a made-up stream: each frame of its own, a head that turns."""
    draw = np.random.default_rng(seed)
    turned = np.cumsum(draw.normal(0, 3, frames))
    samples = tuple(
        Sample(
            at=number / 10,
            yaw=float(turned[number]),
            pitch=0.0,
            roll=0.0,
            size=80.0,
            centre=(0.5, 0.5),
            width=0.4,
            shape=np.zeros((len(POINTS), 3), np.float32),
            picture=draw.normal(0, 3000, 16).astype(np.float32).tobytes(),
            face=np.ones(3, np.float32),
            around=np.ones(3, np.float32),
            track=None,
        )
        for number in range(frames)
    )
    return stream_print(Liveness(draw_challenge(Random(seed), steps=2), samples=samples))


def look(device: Device, seen: bytes, name: str = "") -> User:
    return looks.recognise(looks.Look(device, name, frames(MEMBER_FACE), HERE, seen))


def another_device(member: User) -> Device:
    device = Device.objects.create(token_hash="9" * 64)
    device.trusts.create(person=member)
    return device


@pytest.mark.parametrize("name", ["", "김민아"])
def test_a_stream_that_signed_somebody_in_does_not_do_so_twice(
    device: Device, people: dict[str, User], name: str
) -> None:
    assert look(device, stream(1), name) == people["member"]
    assert look(device, stream(2), name) == people["member"]
    with pytest.raises(LookinError) as caught:
        look(device, stream(1), name)
    assert caught.value.code == "not_recognised"
    said = AuditEvent.objects.filter(event="sign_in_failed").get()
    assert said.detail == "face: replay"


def test_a_recording_from_one_device_does_not_work_on_another(
    device: Device, people: dict[str, User]
) -> None:
    look(device, stream(1))
    with pytest.raises(LookinError):
        look(another_device(people["member"]), stream(1))


def test_what_others_do_on_a_device_makes_no_recording_of_mine_good_again(
    device: Device, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class signs in two hundred times a day on one device; so can one person on purpose."""
    monkeypatch.setattr(streams, "COMPARED", 3)
    look(device, stream(1))
    for seed in range(2, 9):
        assert streams.keep_stream(device, people["teacher"], stream(seed))
    with pytest.raises(LookinError):
        look(device, stream(1))


def test_of_people_who_left_no_print_here_those_of_the_device_are_compared(
    device: Device, people: dict[str, User]
) -> None:
    assert streams.keep_stream(device, people["teacher"], stream(1))
    assert not streams.keep_stream(device, people["member"], stream(1))


def test_a_replay_counts_as_a_try_and_clears_none(device: Device, people: dict[str, User]) -> None:
    look(device, stream(1))
    for _ in range(10):
        with pytest.raises(LookinError):
            look(device, stream(1))
    with pytest.raises(LookinError) as caught:
        look(device, stream(3))
    assert caught.value.code == "too_many_attempts"


def test_prints_go_with_the_face_with_the_device_and_with_time(
    device: Device, people: dict[str, User]
) -> None:
    member = people["member"]
    look(device, stream(1))
    store.forget_face(member, HERE)
    assert not SeenStream.objects.exists()
    streams.keep_stream(device, member, stream(2))
    streams.keep_stream(another_device(member), member, stream(3))
    device.delete()
    assert SeenStream.objects.count() == 1
    streams.forget_old_streams(now())
    assert SeenStream.objects.count() == 1
    streams.forget_old_streams(now() + streams.KEPT + timedelta(hours=1))
    assert not SeenStream.objects.exists()


def test_the_longest_print_fits_its_column(device: Device, people: dict[str, User]) -> None:
    assert len(stream(4, frames=600)) <= LONGEST


def test_without_liveness_no_print_is_kept(device: Device, people: dict[str, User]) -> None:
    assert look(device, b"") == people["member"]
    assert look(device, b"") == people["member"]
    assert not SeenStream.objects.exists()


def test_a_device_does_not_ask_again_what_it_asked_lately(
    device: Device, people: dict[str, User]
) -> None:
    streams.keep_stream(device, people["member"], stream(5))
    asked = draw_challenge(Random(5), steps=2).steps
    assert streams.asked_lately(device) == [asked]
    assert streams.asked_lately(another_device(people["member"])) == []
    for seed in range(60):
        drawn = draw_challenge(Random(seed), steps=2, seen=streams.asked_lately(device))
        assert drawn.steps != asked
