"""What an operator reads of the fence: in the doctor, at the start, and about several people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.kernels.fence import REFUSED, fence_of, refuses_several
from lookin.core.kernels.sandbox.probe import probe
from lookin.site import doctor, fencing

pytestmark = pytest.mark.django_db
NONE = {"tier": "none", "reason": "This Linux is too old.", "parts": {}}


@pytest.fixture
def unfenced(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A machine that can give no fence, told as its probe would tell it."""
    settings.UNFENCED = False
    for module in (doctor, fencing):
        monkeypatch.setattr(module, "found_fence", lambda: fence_of(NONE))


def test_what_is_found_is_what_the_probe_says(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "workspaces").mkdir()
    fencing.found_fence.cache_clear()
    assert fencing.found_fence().tier == probe(str(settings.KERNEL_PYTHON), [str(tmp_path)]).name
    fencing.found_fence.cache_clear()


def test_a_full_fence_needs_no_word_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fencing, "found_fence", lambda: fence_of({"tier": "full"}))
    assert fencing.fence_lines() == []


def test_no_fence_says_why_and_what_it_means_for_several_people(unfenced: None) -> None:
    User.objects.create(username="one")
    (line,) = fencing.fence_lines()
    assert "This Linux is too old." in line
    User.objects.create(username="two")
    assert fencing.fence_lines()[1:] == [REFUSED]


def test_the_doctor_finds_a_missing_fence_wrong_unless_it_was_chosen(
    unfenced: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        User.objects.create(username=name)
    doctor.examine()
    said = capsys.readouterr().out
    assert "no   kernels have the fence they need: Nothing fences" in said
    assert REFUSED in said
    settings.UNFENCED = True
    doctor.examine()
    said = capsys.readouterr().out
    assert "note  Nothing fences" in said
    assert REFUSED not in said


@pytest.mark.parametrize("tier", ["full", "reduced", "none"])
@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("unfenced", [True, False])
def test_only_several_people_without_any_fence_are_refused(
    tier: str, alone: bool, unfenced: bool
) -> None:
    refused = refuses_several(tier, alone=alone, unfenced=unfenced)
    assert refused == ((tier, alone, unfenced) == ("none", False, False))
