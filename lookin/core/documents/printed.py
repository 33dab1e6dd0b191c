"""All that a cell printed: one text, round what its document has no room for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lookin.core.documents.document import Output

_MARK = re.compile(r"\n\[… ([\d,]+) characters left out by Lookin …\]\n")
_COLOURS = re.compile(r"\x1b\[[0-9;:<=>?]*[ -/]*[@-~]")


def plain(text: str) -> str:
    """`text` without terminal colours, as a plain page shows it."""
    return _COLOURS.sub("", text)


def left_out_mark(count: int) -> str:
    """What stands where `count` characters of printed text were left out."""
    return f"\n[… {count:,} characters left out by Lookin …]\n"


def printed_text(outputs: Iterable[Output]) -> tuple[str, int, str]:
    """What was printed before the mark, how many characters it stands for (0: none), and after it.

    The last mark counts: one that a program printed itself stays as it is.
    """
    text = "".join(
        output["text"]
        for output in outputs
        if output.get("output_type") == "stream" and isinstance(output.get("text"), str)
    )
    marks = [*_MARK.finditer(text)]
    if not marks:
        return text, 0, ""
    found = marks[-1]
    return text[: found.start()], int(found[1].replace(",", "")), text[found.end() :]
