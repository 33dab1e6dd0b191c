"""The options table: every value has its type, a wrong one is a sentence, and the docs are true."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.core.lib.errors import LookinError
from lookin.site.database import database_settings
from lookin.site.env import ROOT, read_options
from lookin.site.options import OPTIONS
from lookin.site.reference import PAGE, settings_page


def test_every_default_is_of_its_own_kind() -> None:
    values = read_options({})
    assert set(values) == {option.name for option in OPTIONS}
    assert values["PORT"] == 8000
    assert values["LOOKIN_HOME"] == ROOT / "var"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "ninety"),
        ("PORT", "0"),
        ("LOOKIN_HTTPS", "maybe"),
        ("LOOKIN_FACE_FMR", "nan"),
        ("LOOKIN_NETWORK", "some"),
    ],
)
def test_a_wrong_value_says_which_option_and_what_it_must_be(name: str, value: str) -> None:
    with pytest.raises(LookinError, match=f"{name} is .* must be"):
        read_options({name: value})


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"LOOKIN_NETWORK": "listed"}, "lists nothing"),
        ({"LOOKIN_NETWORK_HOSTS": "https://a.example/x"}, "which is no host"),
        ({"LOOKIN_KERNEL_IMPORTS": "numpy; import os"}, "which is no module"),
        ({"LOOKIN_KERNELS": "1"}, "keeps 2 kernels ready"),
        ({"LOOKIN_KERNEL_MEMORY_MB": "128"}, "lies in memory"),
        ({"LOOKIN_FACE_TRIES_IN_ALL": "3"}, "but LOOKIN_FACE_TRIES_IN_ALL ends them at 3"),
        ({"LOOKIN_WORKSPACE_MB": "100"}, "a file of 4096 MB"),
        ({"LOOKIN_FACE_LIVENESS": "no", "LOOKIN_FACE_FLASH": "yes"}, "of which it is a part"),
        ({"LOOKIN_HOME": "/usr/local/lookin"}, "every kernel may read"),
        ({"LOOKIN_RUNTIME_DIR": "/usr/run"}, "every kernel may read"),
        (
            {"LOOKIN_KERNEL_PYTHON": "/opt/k/bin/python", "LOOKIN_HOME": "/opt/k/data"},
            "every kernel may read",
        ),
    ],
)
def test_a_contradiction_stops_the_start_with_a_sentence(chosen: dict[str, str], said: str) -> None:
    with pytest.raises(LookinError, match=said):
        read_options(chosen)


@pytest.mark.parametrize(
    "chosen",
    [
        {"LOOKIN_NETWORK": "Listed", "LOOKIN_NETWORK_HOSTS": "a.example, *.b.example:8443"},
        {"LOOKIN_NETWORK": "public"},
        {"LOOKIN_KERNELS": "1", "LOOKIN_KERNEL_STOCK": "0"},
        {"LOOKIN_KERNEL_MEMORY_MB": "0", "LOOKIN_WORKSPACE_MB": "0"},
        {"LOOKIN_KERNEL_PYTHON": "/opt/k/bin/python", "LOOKIN_HOME": "/opt/data"},
    ],
)
def test_what_fits_together_is_taken(chosen: dict[str, str]) -> None:
    assert read_options(chosen)["LOOKIN_NETWORK"] in {"off", "listed", "public"}


def test_the_settings_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), (
        "run python -m lookin.site.reference"
    )


def test_a_postgresql_address_is_taken_apart() -> None:
    found = database_settings("postgresql://me:p%40ss@db:5433/lookin?sslmode=require", Path("/x"))
    assert found["PASSWORD"] == "p@ss"
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_unix_socket_folder_may_be_named() -> None:
    assert (
        database_settings("postgresql://me@/lookin?host=/run/pg", Path("/x"))["HOST"] == "/run/pg"
    )


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "lookin.sqlite3"])
def test_another_kind_of_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(LookinError, match="DATABASE_URL"):
        database_settings(url, Path("/x"))
