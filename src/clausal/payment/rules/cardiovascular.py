"""Diagnostic cardiovascular services of one practitioner and day: further technical components at 75 percent.

Indicator 6; professional components stay in full.
Source: Medicare Claims Processing Manual, chapter 23, MPFSDB layout, field 21 (since 2013).
"""

from __future__ import annotations

INDICATOR = "6"
TECHNICAL, PROFESSIONAL = 75, 100
