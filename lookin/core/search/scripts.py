"""Which keyboard types a word, as far as its first letter tells: Korean, Latin, or either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Script = Literal["other", "hangul", "latin"]
SCRIPTS: dict[Script, int] = {"other": 0, "hangul": 1, "latin": 2}
_HANGUL = ((0xAC00, 0xD7A3), (0x3131, 0x3163), (0x1100, 0x11FF))
_LATIN = (0x61, 0x24F)  # words are folded to lower case


def script_of(word: str) -> Script:
    """The script of the first letter of a normalised word; digits and other scripts are `other`."""
    code = ord(word[0]) if word else 0
    if code < 0x1100:
        return "latin" if _LATIN[0] <= code <= _LATIN[1] else "other"
    if any(low <= code <= high for low, high in _HANGUL):
        return "hangul"
    return "latin" if _LATIN[0] <= code <= _LATIN[1] else "other"


def scripts_of(words: Sequence[str]) -> NDArray[np.uint8]:
    """`script_of` of many words at once, as the numbers of SCRIPTS."""
    codes = np.fromiter((ord(word[0]) for word in words), np.uint32, len(words))
    scripts = np.zeros(len(words), np.uint8)
    scripts[(codes >= _LATIN[0]) & (codes <= _LATIN[1])] = SCRIPTS["latin"]
    for low, high in _HANGUL:
        scripts[(codes >= low) & (codes <= high)] = SCRIPTS["hangul"]
    return scripts
