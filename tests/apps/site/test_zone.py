"""The time zone of the place: what the operator names, else what the machine is set to."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.core.lib.errors import LookinError
from lookin.site.env import read_options
from lookin.site.zone import is_zone, zone_name


def machine_set_to(folder: Path, zone: str) -> Path:
    """An /etc/localtime that leads to that zone's file."""
    file = folder / "zoneinfo" / zone
    file.parent.mkdir(parents=True)
    file.touch()
    (folder / "localtime").symlink_to(file)
    return folder / "localtime"


def test_what_the_operator_names_comes_first(tmp_path: Path) -> None:
    assert zone_name(" Europe/Berlin ", machine_set_to(tmp_path, "Asia/Seoul")) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("machine", "zone"),
    [("Asia/Seoul", "Asia/Seoul"), ("Etc/UTC", "UTC"), ("Nowhere/Land", "UTC")],
)
def test_else_it_is_the_machines(machine: str, zone: str, tmp_path: Path) -> None:
    assert zone_name("", machine_set_to(tmp_path, machine)) == zone


def test_a_machine_that_does_not_say_is_at_utc(tmp_path: Path) -> None:
    assert zone_name("", tmp_path / "nothing") == "UTC"
    (tmp_path / "copied").write_bytes(b"TZif")
    assert zone_name("", tmp_path / "copied") == "UTC"


@pytest.mark.parametrize("name", ["Asia/Soul", "../../etc/passwd", "/etc/passwd", "Asia", "\x00"])
def test_what_is_no_zone_stops_the_start_with_a_sentence(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(LookinError, match="LOOKIN_TIME_ZONE"):
        read_options({"LOOKIN_TIME_ZONE": name})
