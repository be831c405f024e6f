"""The tables of a page as a reader sees them."""

from __future__ import annotations

import html
import re


def rows_of(page: str) -> list[list[str]]:
    """Each row of the page's tables as the texts of its cells."""
    found = []
    for row in re.split(r"<tr>", page)[1:]:
        row = re.split(r"</table>", row)[0]
        found.append([html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.split(r"<t[dh][^>]*>", row)[1:]])
    return found
