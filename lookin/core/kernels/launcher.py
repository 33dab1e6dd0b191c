"""Runs under the kernels' own Python: fences itself as far as a plain process can, then ipykernel.

Imports nothing of Lookin, which that Python does not have. Called as
`python launcher.py PARENT_PID -f CONNECTION_FILE …`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_OPEN_FILES = 4096
_PRINTED_AT_ONCE = 1_000_000  # characters in one message


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the broker dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def limit_resources() -> None:
    """No core files (they hold people's data), and a bounded number of open files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def print_in_portions(stream: Any) -> None:
    """Make ipykernel's stream class send long output as it grows, and wait until it is sent.

    Left alone it gathers 0.2 s of output into one message, which can be a hundred megabytes.
    """
    write = stream.write

    def write_in_portions(self: Any, text: Any) -> Any:
        written = 0
        if not isinstance(text, str):
            return write(self, text)  # which says what is wrong with it
        for start in range(0, len(text), _PRINTED_AT_ONCE):
            portion = text[start : start + _PRINTED_AT_ONCE]
            written += write(self, portion) or 0
            self.lookin_unsent = getattr(self, "lookin_unsent", 0) + len(portion)
            if self.lookin_unsent >= _PRINTED_AT_ONCE:
                self.lookin_unsent = 0
                self.flush()
        return written

    stream.write = write_in_portions


def main() -> None:
    """Start the kernel; returns when it has been shut down."""
    die_with_parent(int(sys.argv.pop(1)))
    limit_resources()
    sys.path.pop(0)  # this file's folder; ipykernel puts the working directory there

    import zmq  # noqa: PLC0415 (after the limits)
    from ipykernel.iostream import OutStream  # noqa: PLC0415
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    base: Any = IPKernelApp  # its Python is not ours: it has no types here

    class PatientKernelApp(base):
        """An ipykernel that waits for a slow reader instead of dropping its output."""

        def init_iopub(self, context: Any) -> None:
            """ZMQ drops messages above 1000 by default; with this option the sender waits."""
            context.setsockopt(zmq.XPUB_NODROP, 1)
            super().init_iopub(context)

    print_in_portions(OutStream)
    PatientKernelApp.launch_instance()


if __name__ == "__main__":
    main()
