"""Compiles the translations: each `.po` file below `locale/` into the `.mo` file beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from lookin.site.prepare.environments import Environment
from lookin.site.prepare.programs import Programs

_PATTERN = "*/LC_MESSAGES/*.po"


def translations_are_due(root: Path) -> bool:
    """Whether a `.po` file below `root` is newer than its `.mo` file, or has none."""
    return any(_is_due(source) for source in root.glob(_PATTERN))


def compile_translations(programs: Programs, server: Environment) -> None:
    """Compile what is due, in the server's environment, which has the compiler."""
    command: list[str | Path] = [server.python, "-m", __name__, programs.root / "locale"]
    programs.run("The translations", "translations", command, programs.root)


def compile_all(root: Path) -> None:
    """Compile every `.po` file below `root`; a `.mo` file is replaced whole."""
    import polib  # noqa: PLC0415 (this module is also imported before anything is installed)

    for source in root.glob(_PATTERN):
        if _is_due(source):
            temporary = source.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(temporary))
            temporary.replace(source.with_suffix(".mo"))


def _is_due(source: Path) -> bool:
    try:
        return source.with_suffix(".mo").stat().st_mtime_ns <= source.stat().st_mtime_ns
    except FileNotFoundError:
        return True


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
