"""The table of settings: name, type, default, help. The docs' table is generated from it.

Not the reader of the environment: that is env.py, and nothing else reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["path", "text", "list", "integer", "decimal", "switch"]


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `default` is written as a person would write it in the environment."""

    name: str
    kind: Kind
    default: str
    help: str
    least: float | None = None
    most: float | None = None


OPTIONS: tuple[Option, ...] = (
    Option("PORT", "integer", "8000", "The port that Lookin answers on.", 1, 65535),
    Option(
        "LOOKIN_BIND",
        "text",
        "127.0.0.1",
        "The address that Lookin listens on. 0.0.0.0 lets other machines in: put HTTPS before it,"
        " since browsers give a page the camera only over HTTPS or on localhost.",
    ),
    Option(
        "LOOKIN_HOSTS",
        "list",
        "localhost,127.0.0.1,[::1]",
        "The host names that people may use in the address bar, separated by commas.",
    ),
    Option(
        "LOOKIN_HTTPS",
        "switch",
        "no",
        "yes when a proxy on this machine serves Lookin over HTTPS: cookies are then sent only"
        " over HTTPS, and the proxy's word on the visitor's address is believed.",
    ),
    Option("LOOKIN_HOME", "path", "var", "Where all data lives: database, files, keys, models."),
    Option(
        "LOOKIN_RUNTIME_DIR",
        "path",
        "",
        "Where sockets live while Lookin runs. Empty: a private folder of this installation's own"
        " under the system's temporary folder.",
    ),
    Option(
        "LOOKIN_MODELS_DIR",
        "path",
        "",
        "Where the face models live. Empty: models/ inside LOOKIN_HOME.",
    ),
    Option(
        "LOOKIN_KERNEL_PYTHON",
        "path",
        ".venv-kernels/bin/python",
        "The Python that notebooks run, in a virtual environment apart from the server's.",
    ),
    Option(
        "DATABASE_URL",
        "text",
        "",
        "postgresql://user:password@host:port/name. Empty: SQLite, in LOOKIN_HOME.",
    ),
    Option("LOOKIN_PLACE_NAME", "text", "Lookin", "The name of the place, on the sign-in page."),
    Option(
        "LOOKIN_UPLOAD_LIMIT_MB",
        "integer",
        "1024",
        "The largest file that may be uploaded, in megabytes.",
        1,
        1_000_000,
    ),
    Option(
        "LOOKIN_KERNEL_IDLE_MINUTES",
        "integer",
        "60",
        "A notebook's Python is stopped, after saving, when it has done nothing for this long.",
        1,
        100_000,
    ),
    Option(
        "LOOKIN_RUN_SECONDS",
        "integer",
        "60",
        "How long one call of /ajax/runpython may run.",
        1,
        86_400,
    ),
    Option(
        "LOOKIN_SESSION_DAYS",
        "integer",
        "14",
        "After so many days a person signs in again, however busy they were.",
        1,
        365,
    ),
    Option(
        "LOOKIN_FACE_VERIFY_DISTANCE",
        "decimal",
        "0.37",
        "A face closer than this to the template of the named person is that person"
        " (see docs/faces.md for the error rates).",
        0.2,
        0.6,
    ),
    Option(
        "LOOKIN_FACE_IDENTIFY_DISTANCE",
        "decimal",
        "0.41",
        "The same when nobody typed a name, for a gallery of one; it falls as the gallery grows.",
        0.2,
        0.6,
    ),
    Option(
        "LOOKIN_FACE_MARGIN",
        "decimal",
        "0.06",
        "How much closer the best person must be than the second best; else Lookin asks the name.",
        0.0,
        0.3,
    ),
)
