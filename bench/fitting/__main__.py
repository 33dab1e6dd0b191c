"""`python -m bench.fitting WHAT PHOTOS [MODELS]`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.fitting import crowding, occlusion
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.evaluation.trials import read_gallery

FITS = {"crowding": crowding.fit_photographs, "occlusion": occlusion.fit_photographs}


def main(words: list[str]) -> int:
    """Fit, and print the table as it stands in the source."""
    if len(words) not in {2, 3} or words[0] not in FITS:
        sys.stderr.write(f"{__doc__} WHAT: {', '.join(FITS)}\n")
        return 2
    models = Path(words[2]) if len(words) == 3 else Path("var/models")
    sys.stdout.write(FITS[words[0]](FaceEngine.open(models), read_gallery(Path(words[1]))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
