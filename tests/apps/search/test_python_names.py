"""The help on Python: one name for each thing, the one that people write, and that one found first.

Gathered from the kernels' own environment, as the indexer does.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.search.access import Place
from lookin.apps.search.asking import ask_places
from lookin.apps.search.hits import rank_hits
from lookin.apps.search.index.opening import PYTHON, open_for_writing
from lookin.apps.search.index.protocol import EVERYTHING
from lookin.apps.search.indexer.pythonhelp import Kernels, PythonHelp
from lookin.core.search.query import read_query
from tests.live.broker_process import KERNEL_PYTHON
from tests.live.indexed import waited

FIRST = {
    "print": "print",
    "len": "len",
    "enumerate": "enumerate",
    "split": "str.split",
    "strip": "str.strip",
    "append": "list.append",
    "setdefault": "dict.setdefault",
    "sqrt": "math.sqrt",
    "math.pi": "math.pi",
    "randint": "random.randint",
    "Counter": "collections.Counter",
    "defaultdict": "collections.defaultdict",
    "sleep": "time.sleep",
    "timedelta": "datetime.timedelta",
    "Path": "pathlib.Path",
    "json.loads": "json.loads",
    "deepcopy": "copy.deepcopy",
    "os.path.join": "os.path.join",
    "array": "numpy.array",
    "np.array": "numpy.array",
    "linspace": "numpy.linspace",
    "default_rng": "numpy.random.default_rng",
    "read_csv": "pandas.read_csv",
    "pd.read_csv": "pandas.read_csv",
    "DataFrame": "pandas.DataFrame",
    "groupby": "pandas.DataFrame.groupby",
    "fillna": "pandas.DataFrame.fillna",
    "to_csv": "pandas.DataFrame.to_csv",
    "concat": "pandas.concat",
    "plt.plot": "matplotlib.pyplot.plot",
    "scatter": "matplotlib.pyplot.scatter",
    "subplots": "matplotlib.pyplot.subplots",
    "savefig": "matplotlib.pyplot.savefig",
    "xlabel": "matplotlib.pyplot.xlabel",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose index of Python is filled, once for all tests here."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def gathered(home: Path, settings: Any) -> None:
    settings.HOME, settings.SEARCH_INDEX = home, "sqlite"
    (home / "search").mkdir(mode=0o700, exist_ok=True)
    kernels = Kernels(KERNEL_PYTHON, ("numpy", "pandas", "matplotlib.pyplot"))
    help_ = PythonHelp(kernels, home / "search")
    if help_.is_due():
        help_.begin()
        try:
            waited(help_.finished, "the help on Python is never gathered", 200.0)
            assert max(help_.take(), default=0) > 5_000
        finally:
            help_.end()


@pytest.mark.usefixtures("gathered")
def test_what_learners_type_brings_what_they_mean_first() -> None:
    assert {typed: _found(typed)[0] for typed in FIRST} == FIRST


@pytest.mark.usefixtures("gathered")
def test_a_thing_has_one_name_and_no_module_is_entered_through_another() -> None:
    index = open_for_writing(PYTHON)
    names = set(index.known())
    index.close()
    assert {"matplotlib.cm", "matplotlib.pyplot.cm", "numpy.absolute"} & names <= {
        "matplotlib.cm",
        "numpy.absolute",
    }
    assert not [name for name in names if re.match(r"matplotlib\.pyplot\.\w+\.\w+\.\w+", name)]
    assert (
        not {
            "io.open",
            "numpy.abs",
            "matplotlib.pyplot.cm",
            "pandas.io.parsers.read_csv",
            "matplotlib.pyplot.np",
        }
        & names
    )


@pytest.mark.usefixtures("gathered")
def test_a_second_name_finds_the_first() -> None:
    assert "numpy.absolute" in _found("np.abs")[:3]


def _found(typed: str) -> list[str]:
    """The names that the box would show, best first."""
    asked = ask_places(read_query(typed), [Place(PYTHON, "")], EVERYTHING)
    hits = rank_hits(asked, now=datetime.now(UTC).timestamp(), uses={})
    return [hit.found.path for hit in hits] or [f"nothing for {typed}"]
