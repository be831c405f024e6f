"""The sites at which a service can be priced, by name, and the site of a claim whose place of service is not told."""

from __future__ import annotations

from collections.abc import Mapping

SITES: Mapping[str, int] = {"office": 11, "asc": 24, "hospital-outpatient": 22}
"""The place of service of each."""
SITE_OF: Mapping[str, str] = {"professional": "office", "outpatient": "hospital-outpatient", "asc": "asc"}
"""The site of a type of claim, where no place of service is given; these types can be priced."""
NOT_COVERAGE = "what Medicare pays: a rate is not coverage"


def site_name(place: int) -> str:
    """A place of service in words."""
    return next((name for name, number in SITES.items() if number == place), f"place {place:02}")
