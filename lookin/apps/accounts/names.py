"""A person's sign-in name: which text is one, and when two are the same. Pure; no database."""

from __future__ import annotations

import unicodedata

from lookin.core.lib.errors import LookinError

NAME_LENGTH = 64
KEY_LENGTH = 3 * NAME_LENGTH  # case folding grows a character to at most three


def clean_name(text: str) -> str:
    """The name as it is kept: NFC, single inner spaces, nothing invisible, at most 64 characters.

    Raises LookinError (code `bad_name`).
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name:
        raise LookinError("A name is missing.", "Type a name.", code="bad_name")
    if len(name) > NAME_LENGTH:
        raise LookinError(
            "That name is longer than {limit} characters.",
            "Choose a shorter one.",
            code="bad_name",
            values={"limit": NAME_LENGTH},
        )
    # C*: control, format (bidi, zero width), surrogate, unassigned. Names that look alike but are
    # not are how one person poses as another.
    if any(unicodedata.category(c)[0] == "C" for c in name):
        raise LookinError(
            "That name has a character that cannot be seen.",
            "Use letters, digits and spaces.",
            code="bad_name",
        )
    return name


def name_key(text: str) -> str:
    """What two spellings of one name have in common: NFC, case folded, bounded. Never raises."""
    # NUL and lone surrogates are in nobody's name, and databases refuse even to be asked for them.
    text = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text[:1000])
    name = unicodedata.normalize("NFC", " ".join(text.split()))[:NAME_LENGTH]
    return unicodedata.normalize("NFC", name.casefold())[:KEY_LENGTH]
