"""Which release a file is: its name and dates, as the file, its name or the user tells them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import PurePath

from clausal.problems import InvalidInput
from clausal.schedules.kinds import Release
from clausal.schedules.readers.sheet import Sheet, year_of

Given = tuple[str | None, dt.date | None]
"""Release name and first day, where the user says them."""
Found = tuple[str, dt.date, dt.date]
"""Name, first and last day of a release, as a file tells them."""


def release(sheet: Sheet, kind: str, given: Given, found: Found | None) -> Release:
    """The release as the user says it, or as the file tells it; refused where the two differ by the year."""
    name, start = given
    if found:
        refuse_other_year(sheet, found[1].year, start)
        refuse_other_day(sheet, found[1:], start)
    if start:
        end = found[2] if found and found[2] > start else dt.date(start.year, 12, 31)
        return Release(kind, name or (found[0] if found else f"{kind}-{start}"), start, end)
    if found is None:
        hint = "say it: --effective 2024-01-01 (and --release NAME)"
        years = years_in_name(sheet)
        also = f" (its name says {' and '.join(map(str, years))})" if years else ""
        raise InvalidInput.at(sheet.place(1), f"the file does not tell for which dates it was published{also}", hint)
    return Release(kind, name or found[0], found[1], found[2])


def refuse_other_year(sheet: Sheet, year: int, start: dt.date | None) -> None:
    """Refuse a file whose year is not the one in its name, or the one that the user says."""
    named = years_in_name(sheet)
    if named and year not in named:
        message = f"the file is of {year}, its name says {', '.join(map(str, named))}"
        raise InvalidInput.at(
            sheet.place(1), message, "rename it if its name is wrong, or take the file that was meant"
        )
    if start and start.year != year:
        message = f"the file is of {year}, --effective says {start}"
        raise InvalidInput.at(sheet.place(1), message, f"a day of {year}, or the file of {start.year}")


def refuse_other_day(sheet: Sheet, span: tuple[dt.date, dt.date], start: dt.date | None) -> None:
    """Refuse a first day, as the user says it, that is not one of those that the file tells it was published for."""
    if start and not span[0] <= start <= span[1]:
        message = f"the file is of {span[0]} to {span[1]}, --effective says {start}"
        raise InvalidInput.at(sheet.place(1), message, "leave --effective out: the file tells its dates")


def refuse_given(sheet: Sheet, given: Given) -> None:
    """Refuse a name or a first day for a file whose rows tell them."""
    if any(given):
        message = "the rows of this file tell their releases and dates; --release and --effective do not apply to it"
        raise InvalidInput.at(sheet.place(1), message, "import it by itself, without them")


def years_in_name(sheet: Sheet) -> list[int]:
    """The different years that a file's name has."""
    name = PurePath(sheet.name).name
    return sorted({int(found) for found in re.findall(r"(?<!\d)20\d\d(?!\d)", name)})


def year_in_name(sheet: Sheet) -> int | None:
    """The year that a file's name tells; none where it has none, or several."""
    years = years_in_name(sheet)
    return years[0] if len(years) == 1 else None


def titles(sheet: Sheet, last: int) -> str:
    """What stands in the rows down to the heading's last."""
    return " ".join(cell for row in sheet.head()[: last + 1] for cell in row if cell)


def of_year(sheet: Sheet, last: int, label: str) -> Found | None:
    """The release of a table that holds for a year, told by its titles or by the file's name."""
    year = year_of(titles(sheet, last)) or year_in_name(sheet)
    return (f"{label}-{year}", dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else None
