"""The face models: made once per home by `lookin faces models`, which fetches and converts them.

Failing here stops nothing: Lookin then serves everything but the sign-in with the face.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from lookin.site.env import read_options
from lookin.site.prepare.environments import Environment
from lookin.site.prepare.programs import PrepareError, Programs, last_line
from lookin.site.prepare.stamps import digest_of, is_stamped, listing_of, write_stamp

_STAMP = ".prepared"
_OFF = "Signing in with the face is off until the face models are here; all else works."


class FaceModels:
    """The folder of models that this environment's variables point to."""

    def __init__(self, root: Path, server: Environment) -> None:
        options = read_options()
        home, chosen = cast(Path, options["LOOKIN_HOME"]), cast(Path, options["LOOKIN_MODELS_DIR"])
        self._folder = home / "models" if chosen == Path() else chosen
        self._sources = root / "lookin" / "core" / "faces" / "models"
        self._server = server

    def are_due(self) -> bool:
        """Whether the models are missing, changed, or made by another version of the code."""
        return not is_stamped(self._folder / _STAMP, self._digest())

    def make(self, programs: Programs, requirements: Path) -> None:
        """Fetch and convert. The packages that only converting needs are installed first."""
        name = "models"
        if not self._server.is_made_from(name, requirements):
            what = "The Python packages that convert the face models"
            self._server.install(programs, name, what, requirements)
            self._server.finish(name, requirements)
        command: list[str | Path] = [self._server.python.with_name("lookin"), "faces", "models"]
        try:
            programs.run("The face models", "faces", command, programs.root)
        except PrepareError as error:
            said = last_line(programs.logs / "faces.log")
            raise PrepareError(_OFF, said or error.sentence()) from error
        write_stamp(self._folder / _STAMP, self._digest())

    def _digest(self) -> str:
        listing = listing_of(self._folder, leave_out=_STAMP) if self._folder.is_dir() else ""
        return digest_of(self._sources, listing)
