"""The characters that X12 is written in: letters with marks become plain ones, what has no such letter is told."""

from __future__ import annotations

import re
import unicodedata

SEPARATORS = "*:^~"
"""What divides elements, parts, repetitions and segments in what is written here: no value can hold one."""
_OUTSIDE = re.compile(r"""[^A-Za-z0-9!"&'()+,\-./;?= %@\[\]_{}\\|<>`#$]""")
"""Anything but the basic and extended character sets of X12, without the separators."""
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n",
        "Ŋ": "N", "ĸ": "k", "ŧ": "t", "Ŧ": "T", "ſ": "s",
        "‘": "'", "’": "'", "‚": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "·": ".", "…": "...",
    }
)  # fmt: skip
"""Letters that are no plain letter with a mark, and the signs that word processors write."""


def transliterated(text: str) -> str:
    """A text in plain letters: `Muñoz` is `Munoz`, `Strauß` is `Strauss`; what has no plain letter stays."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(one for one in plain if not unicodedata.combining(one))


def words(text: str) -> str:
    """A name, street or city as it can be written: plain letters, separators and controls as blanks, no blanks around.

    Characters that X12 does not have and that have no plain letter are left in, for `is_named` to tell.
    """
    if not text or (text.isascii() and text.isalnum()):  # most of what is written: codes, numbers, empty elements
        return text
    plain = transliterated(text)
    if _OUTSIDE.search(plain) is not None:
        plain = "".join(" " if one in SEPARATORS or ord(one) < 32 or ord(one) == 127 else one for one in plain)
    return plain.strip()


def is_writable(text: str) -> bool:
    """Whether a value can be written exactly as it is: no separator, no control, nothing outside X12, no blank end."""
    return _OUTSIDE.search(text) is None and text == text.strip()


def is_named(text: str) -> bool:
    """Whether a name can be written in plain letters."""
    return _OUTSIDE.search(words(text)) is None
