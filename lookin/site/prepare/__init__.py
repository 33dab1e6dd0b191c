"""Sets Lookin up on a machine that has only Python: `python3 -m lookin.site.prepare [run|test]`.

Standard library only, because it runs before anything is installed. Not imported by the server.
Each stage carries a stamp of what it was made from, so that a second run finds nothing to do.
"""

import sys

if sys.version_info < (3, 11):  # the one place that an older Python can reach
    sys.exit(
        "Lookin needs Python 3.11 or newer, and this is Python %d.%d. "
        "Install a newer one, then name it: make run PYTHON=python3.11" % sys.version_info[:2]
    )
