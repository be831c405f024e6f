"""Several surgeons: assistants, two surgeons, teams.

80, 81, 82: 16 percent, AS: 13.6 percent, where the file allows an assistant; 62: 62.5 percent where it allows two
surgeons; 66: by report. Source: Medicare Claims Processing Manual, chapter 12, sections 20.4.3 and 40.8; 110.2.
"""

from __future__ import annotations

import numpy as np

from clausal.schedules.lines import Ints, Lines

PHYSICIAN, OTHER, SECOND, TEAM = ("80", "81", "82"), ("AS",), ("62",), ("66",)


def share_of(lines: Lines, percent: Ints) -> Ints:
    """What they leave of a part of the fee, which is in millionths."""
    if not lines.has(*PHYSICIAN, *OTHER, *SECOND).any():
        return percent
    physician, other = lines.has(*PHYSICIAN), lines.has(*OTHER)
    percent = np.where(other, percent * 136 // 1000, np.where(physician, percent * 16 // 100, percent))
    return np.where(lines.has(*SECOND), percent * 625 // 1000, percent)
