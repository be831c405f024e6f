"""Fields that several calls have: days as they are written, codes, money."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def _written_day(value: Any) -> Any:
    """A day as it is written: no number of seconds, no time of day."""
    if isinstance(value, dt.date) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise PydanticCustomError("date_type", "not a date")


Day = Annotated[dt.date, BeforeValidator(_written_day)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{5}$", examples=["64640"])]
Money = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{2})?$", examples=["248.32"])]
PlaceOfService = Annotated[str, Field(pattern=r"^[0-9]{2}$", examples=["11"])]
WRITTEN = {
    r"^[A-Za-z0-9]{5}$": "five letters or digits, as in 64640",
    r"^[0-9]{1,9}(\.[0-9]{2})?$": 'dollars as text, as in "248.32"',
    r"^[0-9]{2}$": "two digits, as in 11",
}
"""What a pattern expects, in words."""
