"""The site's settings for the tests: a home of this run's own, removed when the run ends.

DATABASE_URL chooses the database, as it does for the site. Models are read where they were made.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from lookin.site.env import ROOT
from lookin.site.options import OPTIONS

TEST_HOME = Path(tempfile.mkdtemp(prefix="lookin-tests-"))
atexit.register(shutil.rmtree, TEST_HOME, ignore_errors=True)
os.environ["LOOKIN_HOME"] = str(TEST_HOME)
os.environ["LOOKIN_RUNTIME_DIR"] = str(TEST_HOME / "run")
os.environ.setdefault("LOOKIN_MODELS_DIR", str(ROOT / "var" / "models"))
# A developer's own choices must not decide what the tests see.
_KEPT = {"DATABASE_URL", "LOOKIN_HOME", "LOOKIN_RUNTIME_DIR", "LOOKIN_MODELS_DIR"}
for _name in {option.name for option in OPTIONS} - _KEPT - {"LOOKIN_KERNEL_PYTHON"}:
    os.environ.pop(_name, None)
os.environ["LOOKIN_TIME_ZONE"] = "UTC"  # nor the zone of their machine

from lookin.site.settings import *  # noqa: E402, F403 (after the home is chosen)
from lookin.site.settings import DATABASES  # noqa: E402

# A file, as people have it: threads then meet the same locks that they meet in a running place.
if not os.environ.get("DATABASE_URL"):
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_HOME / "test.sqlite3")}
