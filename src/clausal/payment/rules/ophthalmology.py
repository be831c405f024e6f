"""Diagnostic ophthalmology services of one practitioner and day: further technical components at 80 percent.

Indicator 7; professional components stay in full.
Source: Medicare Claims Processing Manual, chapter 23, MPFSDB layout, field 21 (since 2013).
"""

from __future__ import annotations

INDICATOR = "7"
TECHNICAL, PROFESSIONAL = 80, 100
