"""Text as it may be shown: characters that steer a terminal or reorder what is read are written out."""

from __future__ import annotations

import json
import re
from typing import Any, TextIO

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and the end of a line
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # those that reorder, break, join, or are not seen
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"  # annotations, tags, and halves of characters
)
_IN_A_LINE = re.compile(f"{_STEERING.pattern}|[\t\n]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _written(match: re.Match[str]) -> str:
    one = match[0]
    return _NAMED.get(one) or one.encode("unicode_escape").decode("ascii")


def shown(text: object) -> str:
    """A text in one line, with no control character in it: an escape is told as `\\x1b`, the end of a line as `\\n`."""
    return _IN_A_LINE.sub(_written, str(text))


def shown_lines(text: str) -> str:
    """The same for a text of several lines, which stay lines; tabs stay too."""
    return _STEERING.sub(_written, text)


def shown_json(text: str) -> str:
    """JSON text in which such characters stand as JSON escapes them: what is read from it is the same."""
    return _STEERING.sub(lambda match: json.dumps(match[0])[1:-1], text)


class ShownStream:
    """A text stream on which nothing from data steers the terminal; what writes colours itself is given `raw`."""

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        self.raw.write(shown_lines(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def unwrapped(stream: TextIO) -> TextIO:
    """The stream below one that shows control characters; the stream itself if it is none."""
    return stream.raw if isinstance(stream, ShownStream) else stream
