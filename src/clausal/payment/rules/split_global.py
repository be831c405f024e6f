"""A global surgery split between practitioners (54, 55, 56), and a return to the operating room (78).

The file's pre-, intra- and postoperative percentages; 54 has pre and intra. Source: Medicare Claims Processing
Manual, chapter 12, sections 40.2 to 40.4.
"""

from __future__ import annotations

import numpy as np

from clausal.schedules.lines import Bools, Ints, Lines

PARTS = ("54", "55", "56")


def share_of(lines: Lines, percent: Ints, has_global: Bools, before: Ints, during: Ints, after: Ints) -> Ints:
    """What they leave of a part of the fee, in millionths, given the file's three percentages."""
    split = lines.has(*PARTS)
    if not (split | lines.has("78")).any():
        return percent
    part = (
        np.where(lines.has("54"), before + during, 0)
        + np.where(lines.has("55"), after, 0)
        + np.where(lines.has("56") & ~lines.has("54"), before, 0)
    )
    percent = np.where(split, percent * part // 100, percent)
    again = lines.has("78") & has_global & ~split
    return np.where(again, percent * during // 100, percent)
