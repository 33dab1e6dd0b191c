"""Files that survive a crash and names that stay inside their folder.

Not for reading strangers' links: `safe_join` refuses symbolic links that lead outside.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.ids import new_token

NAME_BYTES = 255  # what ext4, xfs, APFS and NTFS allow (bytes on Linux)
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace `path` by `data`, so that a crash at any point leaves the old file or the new one.

    For folders of our own; in a person's use `write_atomic_in`, which no swapped link misleads.
    Raises LookinError (code `disk`) when the disk is full or read-only; the old file is untouched.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise disk_error(error) from error
    try:
        write_atomic_in(folder, path.name, data, mode=mode)
    finally:
        os.close(folder)


def write_atomic_in(folder: int, name: str, data: bytes, *, mode: int = 0o644) -> None:
    """The same in an open folder: temporary file in it, fsync, rename, fsync of the folder."""
    temporary = f".{new_token()[:12]}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(temporary, flags, mode, dir_fd=folder), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise disk_error(error) from error


def sync_folder(folder: Path) -> None:
    """Make renames and new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_space(folder: Path, more: int, reserve: int) -> None:
    """Raises OSError (ENOSPC) when `more` bytes in `folder` would leave less than `reserve` free.

    For what may be left out, so that what may not be still has room. A reserve of 0 asks nothing.
    """
    if reserve and shutil.disk_usage(folder).free - more < reserve:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def disk_error(error: OSError) -> LookinError:
    """The sentence for a write that failed; the cause stays in `strerror` only."""
    return LookinError(
        "The disk would not take the file ({reason}). Nothing that was saved before is lost.",
        "Free some space or make the folder writable, then try again.",
        code="disk",
        status=507,
        values={"reason": error.strerror or type(error).__name__},
    )


def safe_name(name: str) -> str:
    """One file name that is safe on every system: NFC, no path, no control or bidi characters.

    Too long names are cut to 255 bytes of UTF-8 at a character, keeping the extension.
    Raises LookinError (code `bad_name`) when nothing usable is left.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(
        c for c in text if unicodedata.category(c) not in {"Cc", "Cs"} and ord(c) not in _BIDI
    )
    text = text.translate(dict.fromkeys(map(ord, '<>:"|?*'), "_")).strip().strip(".").strip()
    if not text:
        raise LookinError(
            "That file name has no usable character.", "Give it another name.", code="bad_name"
        )
    if text.split(".", 1)[0].lower() in _RESERVED:
        text = f"_{text}"
    return _cut(text)


def _cut(text: str) -> str:
    if len(text.encode()) <= NAME_BYTES:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension.encode()) > 16:
        stem, dot, extension = text, "", ""
    room = NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + extension


def free_name(folder: Path, name: str) -> str:
    """`name`, or `name (2)`, `name (3)` … when that is taken. A claim must still be O_EXCL."""
    for candidate in numbered_names(name):
        if not os.path.lexists(folder / candidate):  # a dangling link takes a name too
            return candidate
    raise LookinError("Too many files have that name.", "Choose another name.", code="bad_name")


def numbered_names(name: str) -> Iterator[str]:
    """`data.csv`, `data (2).csv`, … `data (9999).csv`, each at most 255 bytes."""
    yield name
    stem, dot, extension = name.rpartition(".") if "." in name[1:] else (name, "", "")
    for number in range(2, 10_000):
        ending = f" ({number}){dot}{extension}"
        yield stem.encode()[: NAME_BYTES - len(ending.encode())].decode(errors="ignore") + ending


def safe_join(root: Path, relative: str) -> Path:
    """`root / relative`, resolved, and certainly inside `root`.

    Absolute paths, `..`, NUL, hidden parts and links that lead outside do not exist:
    raises NotFoundError.
    """
    parts = relative.split("/")
    if "\0" in relative or any(part in {"", ".", ".."} or part.startswith(".") for part in parts):
        raise NotFoundError("There is no such file.", "Go back to your files.")
    real_root = root.resolve()
    path = real_root.joinpath(*parts).resolve()
    if not path.is_relative_to(real_root) or path == real_root:
        raise NotFoundError("There is no such file.", "Go back to your files.")
    return path
