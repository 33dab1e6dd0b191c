"""Which public notebooks are run, of what kind each is, and what in them is random by nature."""

from __future__ import annotations

from dataclasses import dataclass, field

_TEXT = "tests/data/notebooks/inputs/ipynb_py"


@dataclass(frozen=True, slots=True)
class RealNotebook:
    """`name` is its path in the archive of `package`. `random` maps a cell (from 0) to why its
    outputs differ from one run to the next in the same program: only their form is compared.
    `seed`: it draws random numbers without a seed, so a first cell gives it one for both.
    """

    package: str
    name: str
    kind: str
    random: dict[int, str] = field(default_factory=dict)
    seed: bool = False
    quick: bool = True

    @property
    def title(self) -> str:
        """What tests and tables call it."""
        return f"{self.package}: {self.name.rpartition('/')[2].removesuffix('.ipynb')}"


CHOSEN = (
    RealNotebook(
        "control", "examples/cds112-L1_python-control.ipynb", "lecture of a course: numpy, plots"
    ),
    RealNotebook(
        "control",
        "examples/cds110-L2_invpend-dynamics.ipynb",
        "lecture of a course: long computations, phase plots",
        quick=False,
    ),
    RealNotebook(
        "control",
        "examples/cds110-L3_lti-systems.ipynb",
        "lecture of a course: subplots, warnings",
        quick=False,
    ),
    RealNotebook("control", "examples/interconnect_tutorial.ipynb", "formulas in LaTeX, pictures"),
    RealNotebook("control", "examples/repr_gallery.ipynb", "HTML and LaTeX forms, long output"),
    RealNotebook(
        "emcee", "docs/tutorials/quickstart.ipynb", "long sampling with numpy", quick=False
    ),
    RealNotebook("seaborn", "doc/_tutorial/aesthetics.ipynb", "many pictures, magics", quick=False),
    RealNotebook(
        "seaborn",
        "doc/_tutorial/error_bars.ipynb",
        "pandas and SVG",
        dict.fromkeys((16, 20, 27), "seaborn's bootstrap takes its seed from the machine"),
        seed=True,
    ),
    RealNotebook(
        "seaborn",
        "doc/_tutorial/color_palettes.ipynb",
        "HTML palettes, long tracebacks where there is no network",
        quick=False,
    ),
    RealNotebook("nbconvert", "tests/files/notebook1.ipynb", "formulas of sympy"),
    RealNotebook("nbconvert", "tests/files/Widget_List.ipynb", "the tutorial of ipywidgets"),
    RealNotebook(
        "nbconvert", "tests/files/notebook2.ipynb", "of the year 2014: pylab, errors", seed=True
    ),
    RealNotebook("nbconvert", "tests/exporters/files/svg.ipynb", "figures as SVG, magics"),
    RealNotebook(
        "jupytext",
        f"{_TEXT}/text_outputs_and_images.ipynb",
        "pandas tables, both streams, an error",
    ),
    RealNotebook(
        "jupytext",
        f"{_TEXT}/Notebook with html and latex cells.ipynb",
        "cell magics %%html and %%latex, a package that is missing",
    ),
    RealNotebook("nbclient", "tests/files/Clear Output.ipynb", "clear_output, waiting or not"),
    RealNotebook("nbclient", "tests/files/update-display-id.ipynb", "update_display across cells"),
    RealNotebook("nbclient", "tests/files/Skip Exceptions.ipynb", "an error, and on"),
    RealNotebook("nbclient", "tests/files/Inline Image.ipynb", "a picture"),
    RealNotebook("nbclient", "tests/files/SVG.ipynb", "a drawing"),
    RealNotebook("nbclient", "tests/files/Factorials.ipynb", "printed numbers"),
    RealNotebook("nbclient", "tests/files/UnicodePy3.ipynb", "letters of the world"),
)
