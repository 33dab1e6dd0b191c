"""The table of settings: name, type, default, help. The docs' table is generated from it.

Not the reader of the environment: that is env.py, and nothing else reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["path", "text", "list", "integer", "decimal", "switch", "choice"]


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `default` is written as a person would write it in the environment."""

    name: str
    kind: Kind
    default: str
    help: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


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
        "Where sockets live while Lookin runs; best in memory, as /run is, since on a disk each"
        " kernel waits for it. Empty: a private folder of this installation's own under the"
        " system's temporary folder.",
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
    Option(
        "LOOKIN_SEARCH_INDEX",
        "choice",
        "sqlite",
        "Where the search index lives. sqlite: in a file for each workspace, under LOOKIN_HOME;"
        " postgresql: in the database of DATABASE_URL, for web processes on several machines.",
        choices=("sqlite", "postgresql"),
    ),
    Option(
        "LOOKIN_SEARCH_PYTHON",
        "switch",
        "yes",
        "no: the search does not find the names of the Python packages that notebooks can import.",
    ),
    Option("LOOKIN_PLACE_NAME", "text", "Lookin", "The name of the place, on the sign-in page."),
    Option(
        "LOOKIN_TIME_ZONE",
        "text",
        "",
        "The time zone of the place, such as Asia/Seoul or Europe/Berlin: days begin and times are"
        " shown in it. Empty: the one that this machine is set to.",
    ),
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
        "LOOKIN_KERNEL_DRIVER",
        "choice",
        "auto",
        "How kernels start. zygote: forked from a process that has imported the packages already,"
        " which is quick and small; subprocess: each on its own; auto: zygote where the system"
        " can, else subprocess.",
        choices=("auto", "zygote", "subprocess"),
    ),
    Option(
        "LOOKIN_KERNELS",
        "integer",
        "100",
        "How many kernels may run on this machine. Who comes later waits in line and sees the"
        " place.",
        1,
        10_000,
    ),
    Option(
        "LOOKIN_KERNELS_PER_PERSON",
        "integer",
        "8",
        "How many kernels one person may have. The next waits until that person stops one.",
        1,
        1000,
    ),
    Option(
        "LOOKIN_KERNEL_MEMORY_MB",
        "integer",
        "1024",
        "How much memory one kernel may use, in megabytes; a kernel that uses more is ended."
        " 0: no limit.",
        0,
        1_000_000,
    ),
    Option(
        "LOOKIN_KERNEL_PROCESSES",
        "integer",
        "256",
        "How many processes and threads one kernel may have. 0: no limit.",
        0,
        100_000,
    ),
    Option(
        "LOOKIN_KERNEL_OPEN_FILES",
        "integer",
        "4096",
        "How many files one process of a kernel may have open. 0: no limit of ours.",
        0,
        1_000_000,
    ),
    Option(
        "LOOKIN_KERNEL_FILE_MB",
        "integer",
        "4096",
        "The largest file that a kernel may write, in megabytes. 0: no limit.",
        0,
        10_000_000,
    ),
    Option(
        "LOOKIN_KERNEL_TMP_MB",
        "integer",
        "256",
        "How much a kernel may put into its own /tmp, in megabytes. It lies in memory and counts"
        " there too. 0: no limit.",
        0,
        1_000_000,
    ),
    Option(
        "LOOKIN_CELL_MINUTES",
        "integer",
        "0",
        "How long one cell may run before it is interrupted. 0: as long as it takes.",
        0,
        100_000,
    ),
    Option(
        "LOOKIN_WORKSPACE_MB",
        "integer",
        "10240",
        "How much one workspace may hold, in megabytes; a kernel that fills it further is stopped."
        " 0: no limit.",
        0,
        100_000_000,
    ),
    Option(
        "LOOKIN_DISK_RESERVE_MB",
        "integer",
        "512",
        "Kernels that write are stopped before less than this is free on the disk, in megabytes,"
        " so that notebooks can still be saved.",
        0,
        10_000_000,
    ),
    Option(
        "LOOKIN_HISTORY_MB",
        "integer",
        "200",
        "How much the earlier versions of one notebook may take on the disk, in megabytes; the"
        " oldest without a name go first. 0: no history is kept.",
        0,
        100_000,
    ),
    Option(
        "LOOKIN_MEMORY_RESERVE_MB",
        "integer",
        "256",
        "A kernel waits in line while less than this is free in the machine's memory, in"
        " megabytes.",
        0,
        10_000_000,
    ),
    Option(
        "LOOKIN_KERNEL_STOCK",
        "integer",
        "2",
        "How many kernels are kept ready that nobody has asked for yet. Each one holds about"
        " 10 MB.",
        0,
        100,
    ),
    Option(
        "LOOKIN_ZYGOTE_FORKS",
        "integer",
        "200",
        "After so many kernels the zygote begins anew. Kernels of one zygote share the places of"
        " things in memory: fewer forks are a little safer and a little slower.",
        1,
        1_000_000,
    ),
    Option(
        "LOOKIN_KERNEL_IMPORTS",
        "list",
        "numpy,pandas,matplotlib.pyplot",
        "What is imported once for all kernels, separated by commas. What cannot be imported is"
        " left out and named on the page of kernels.",
    ),
    Option(
        "LOOKIN_NETWORK",
        "choice",
        "off",
        "What kernels reach. off: nothing; listed: the hosts of LOOKIN_NETWORK_HOSTS over HTTP and"
        " HTTPS; public: ports 80 and 443 of every public address. Never this machine, the network"
        " round it or a cloud's metadata address.",
        choices=("off", "listed", "public"),
    ),
    Option(
        "LOOKIN_NETWORK_HOSTS",
        "list",
        "",
        "The hosts that kernels may reach when LOOKIN_NETWORK is listed, separated by commas."
        " host:8443 allows another port than 80 and 443, also when it is public.",
    ),
    Option(
        "LOOKIN_OUTPUT_HOSTS",
        "list",
        "cdn.plot.ly,cdn.bokeh.org,cdn.jsdelivr.net,cdnjs.cloudflare.com,unpkg.com,"
        "*.tile.openstreetmap.org",
        "The hosts from which the browser may load programs, styles and pictures for output that"
        " lives on scripts, inside its sandboxed frame; *.name: pictures only, such as map tiles."
        " none: no host. What plotly, bokeh, altair and folium need comes from this server anyway.",
    ),
    Option(
        "LOOKIN_UNFENCED",
        "switch",
        "no",
        "yes lets kernels start without any fence although several people are here: each of them"
        " can then read what the server can read, the others' files and the keys among it.",
    ),
    Option(
        "LOOKIN_ORPHAN_SECONDS",
        "integer",
        "60",
        "How long kernels wait for a new broker when theirs has died, before they end.",
        5,
        3600,
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
        "LOOKIN_FACE_LIVENESS",
        "switch",
        "yes",
        "yes asks for movements drawn by lot before a face signs anybody in, so that a photograph"
        " or an old video does not. no: a look is enough, and so is a picture of the person.",
    ),
    Option(
        "LOOKIN_FACE_FLASH",
        "switch",
        "no",
        "yes also lets the screen light the face in a colour and looks for it there. Whoever does"
        " not want that makes one movement more. Needs LOOKIN_FACE_LIVENESS.",
    ),
    Option(
        "LOOKIN_FACE_FMR",
        "decimal",
        "0.00001",
        "How often a stranger's face may match that of a named person, as a share of the tries"
        " (see docs/faces.md for what it was measured on).",
        1e-6,
        1e-3,
    ),
    Option(
        "LOOKIN_FACE_FPIR",
        "decimal",
        "0.001",
        "How often a stranger may be taken for anybody at all when nobody typed a name.",
        1e-5,
        1e-2,
    ),
    Option(
        "LOOKIN_FACE_TRIES",
        "integer",
        "5",
        "How often in a row a face may fail, for one person and for one device, before each try"
        " waits; twice as often with LOOKIN_FACE_LIVENESS.",
        1,
        5,
    ),
    Option(
        "LOOKIN_FACE_WAIT_SECONDS",
        "integer",
        "30",
        "How long each further try waits then.",
        30,
        3600,
    ),
    Option(
        "LOOKIN_FACE_TRIES_IN_ALL",
        "integer",
        "50",
        "After so many failures in a row face sign-in is off for that person or device until a"
        " password or a passkey was used; twice as many with LOOKIN_FACE_LIVENESS.",
        1,
        50,
    ),
    Option(
        "LOOKIN_FACE_RETENTION_DAYS",
        "integer",
        "365",
        "A stored face that nobody signed in with for so long is deleted.",
        1,
        1095,
    ),
    Option(
        "LOOKIN_CLASSROOM_DAYS",
        "integer",
        "180",
        "For how many days a classroom device is registered when no last day was chosen.",
        1,
        400,
    ),
    Option(
        "LOOKIN_ATTENDANCE_DAYS",
        "integer",
        "180",
        "After so many days it is forgotten who was at which classroom device.",
        1,
        3650,
    ),
)
