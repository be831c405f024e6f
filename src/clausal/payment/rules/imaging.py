"""Diagnostic imaging of one practitioner and day: the second technical and professional component on are paid less.

Indicator 4, imaging family 88: the costliest technical component in full, the others at 50 percent; the costliest
professional component in full, the others at 95 percent (since 2017). Another session, told by 59 or XE, counts by
itself. The OPPS cap comes after the reduction. Source: Medicare Claims Processing Manual, chapter 23, MPFSDB layout,
fields 21 and 32; Social Security Act, 1848(b)(4) and 1848(b)(10).
"""

from __future__ import annotations

INDICATOR = "4"
FAMILY = "88"
TECHNICAL, PROFESSIONAL = 50, 95
OTHER_SESSION = ("59", "XE")
