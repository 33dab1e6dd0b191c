"""CodeMirror change sets applied to Python text. Not for merging: a client that is behind rebases.

CodeMirror counts UTF-16 units and Python counts code points, so an emoji is two there and one here.
The JSON form is that of `ChangeSet.toJSON` in @codemirror/state: a list of sections, each a number
of kept units or `[removed units, line, line, …]`.
"""

from __future__ import annotations

from collections.abc import Sequence

from lookin.core.lib.errors import LookinError

SOURCE_UNITS = 1_000_000  # the longest source of one cell
MOST_SECTIONS = 100_000
Section = int | list[int | str]


class BadChangesError(LookinError):
    """A change set that does not fit the text, or that would leave half a character."""

    code = "bad_changes"


def utf16_length(text: str) -> int:
    """How many UTF-16 units CodeMirror counts in `text`."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def normal_lines(text: str) -> str:
    r"""`text` with `\n` between lines only, as CodeMirror holds it; else positions would differ."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_whole(text: str) -> bool:
    """Whether `text` has no half of a surrogate pair, and so can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole(text: str) -> str:
    """`text` with every half character replaced by U+FFFD (kernels may print anything)."""
    return (
        text
        if is_whole(text)
        else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    )


def check_changes(changes: object) -> list[Section]:
    """`changes` when it has the shape of a change set; raises BadChangesError when it has not."""
    if not isinstance(changes, list) or len(changes) > MOST_SECTIONS:
        raise _bad()
    for section in changes:
        if _is_count(section):
            continue
        if not isinstance(section, list) or not section or not _is_count(section[0]):
            raise _bad()
        if not all(_is_line(line) for line in section[1:]):
            raise _bad()
    return changes


def apply_changes(text: str, changes: Sequence[Section]) -> str:
    """The text after one change set.

    Raises BadChangesError when the lengths do not fit, when a surrogate pair would be left in
    halves, or (code `too_large`) when the result is longer than SOURCE_UNITS.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    pieces: list[bytes] = []
    position = 0
    for section in changes:
        if isinstance(section, int):
            end = position + 2 * section
            pieces.append(units[position:end])
        else:
            end = position + 2 * int(section[0])
            inserted = "\n".join(str(line) for line in section[1:])
            pieces.append(inserted.encode("utf-16-le", "surrogatepass"))
        position = end
    if position != len(units):
        raise _bad()
    return _decoded(b"".join(pieces))


def _decoded(units: bytes) -> str:
    if len(units) > 2 * SOURCE_UNITS:
        raise BadChangesError(
            "A cell can hold a million characters, and this is more.",
            "Put long data into a file and read the file in the cell.",
            code="too_large",
            status=413,
        )
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise _bad() from error


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= SOURCE_UNITS


def _is_line(value: object) -> bool:
    return isinstance(value, str) and "\n" not in value and "\r" not in value


def _bad() -> BadChangesError:
    return BadChangesError(
        "That edit does not fit the cell as it is now.",
        "Nothing that was saved is lost. Reload the page and type it again.",
    )
