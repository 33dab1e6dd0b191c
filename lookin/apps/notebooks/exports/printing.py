"""A clean HTML page printed to PDF by a browser of this machine, in a process that may do little.

The page has no scripts and its policy allows none; the browser has no network, a profile in a
folder of its own, and limits of time, memory and size. Not for what the page holds (pages).
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from lookin.core.lib.errors import LookinError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
LONGEST_SECONDS = 60.0
LOOK_SECONDS = 0.2
MEMORY_BYTES = 1_500_000_000  # resident, of all its processes
MOST_PDF_BYTES = 200_000_000
AT_ONCE = threading.BoundedSemaphore(1)
WAIT_SECONDS = 30.0
_OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-crash-reporter",
    "--mute-audio",
    "--incognito",
    "--proxy-server=127.0.0.1:9",  # where nobody listens: discard
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def browser_path() -> str | None:
    """The browser that prints here; None when this machine has none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def print_pdf(page: str) -> bytes:
    """The PDF of an HTML page. Blocks. Raises LookinError: `no_browser`, `busy`, `not_printed`."""
    browser = browser_path()
    if browser is None:
        raise LookinError(
            "A PDF needs a browser on Lookin's own machine, and there is none.",
            "Download it as HTML, open that and print it to a PDF; "
            "or ask the person who runs this place to install Chromium.",
            code="no_browser",
            status=501,
        )
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise LookinError(
            "Others are making PDFs at this moment.", "Try again soon.", code="busy", status=503
        )
    try:
        with tempfile.TemporaryDirectory(prefix="lookin-pdf-", ignore_cleanup_errors=True) as name:
            return _printed(browser, page, Path(name))
    finally:
        AT_ONCE.release()


def _printed(browser: str, page: str, folder: Path) -> bytes:
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    words = [browser, *_OPTIONS, f"--user-data-dir={folder / 'profile'}"]
    words += [f"--print-to-pdf={target}", *([] if os.geteuid() else ["--no-sandbox"])]
    process = subprocess.Popen(
        [*words, source.as_uri()],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ.get("PATH", ""), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(OSError, ValueError):
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (MOST_PDF_BYTES, MOST_PDF_BYTES))
    try:
        _watch(process)
    finally:
        _end(process)
    if process.returncode != 0 or not target.is_file():
        raise _not_printed()
    return target.read_bytes()


def _watch(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end; raises LookinError when it takes too long or too much."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
            return
        if time.monotonic() > deadline or _resident(process.pid) > MEMORY_BYTES:
            raise _not_printed()


def _resident(session: int) -> int:
    """Bytes in memory of all processes of a session; 0 where the system does not tell."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = entry.read_text().rpartition(")")[2].split()
            total += int(fields[21]) if int(fields[3]) == session else 0
    return total * resource.getpagesize()


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _not_printed() -> LookinError:
    return LookinError(
        "This notebook could not be printed: it took too long or too much memory.",
        "Download it as HTML, open that and print it, or clear large outputs first.",
        code="not_printed",
        status=500,
    )
