"""What fee tables show of a code on a day: only what every table that lists it at other times shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clausal.documents.library import Library
from clausal.facts.case import CaseReader
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.schedules.listings import Listings
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.schedules.test_import import B


def addendum_b(folder: Path, year: int, *codes: str) -> Path:
    """Addendum B of one January with some codes."""
    path = folder / f"addendum_b_{year}_january.csv"
    title = f'"Addendum B.-OPPS Payment by HCPCS Code for CY {year}",,,,,,,\n'
    path.write_text(
        title + B.replace("Payment Rate", "Payment Rate") + "".join(f"{code},,S,5441,,,,\n" for code in codes)
    )
    return path


@pytest.fixture
def listings(tmp_path: Path) -> Listings:
    """Two years of Addendum B: 11111 in both, 22222 in the second, 33333 in the first alone."""
    store = Store(tmp_path / "data")
    store.import_files([addendum_b(tmp_path, 2016, "11111", "33333"), addendum_b(tmp_path, 2017, "11111", "22222")])
    return Listings(Schedules(store))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_code_is_absent_where_a_whole_table_of_the_day_lacks_it(listings: Listings) -> None:
    assert listings.absent("11111", day("2016-02-01")) == ""
    assert "is the first that does, from 2017-01-01" in listings.absent("22222", day("2016-02-01"))
    assert "is the last before it that does" in listings.absent("33333", day("2017-02-01"))
    assert listings.absent("22222", day("2017-02-01")) == ""


def test_nothing_is_shown_of_a_day_without_a_table_or_of_a_code_that_none_lists(listings: Listings) -> None:
    assert listings.absent("22222", day("2014-02-01")) == ""
    assert listings.absent("99213", day("2016-02-01")) == ""
    assert (listings.lists("22222"), listings.lists("99213")) == (True, False)


def test_the_rows_that_are_shipped_show_nothing_of_codes_that_are_not(listings: Listings) -> None:
    assert listings.absent("11111", day("2023-02-01")) == ""
    assert "from 2025-01-01" in listings.absent("C9809", day("2023-02-01"))


def test_the_tables_of_some_codes_show_the_same_of_others(tmp_path: Path, listings: Listings) -> None:
    some = Listings(Schedules(Store(tmp_path / "data"), ["64640"]))
    for code in ("11111", "22222", "33333", "99213"):
        for on in ("2014-02-01", "2016-02-01", "2017-02-01"):
            assert some.absent(code, day(on)) == listings.absent(code, day(on))


def test_a_case_with_such_a_code_is_refused_with_the_table(library: Library, listings: Listings) -> None:
    reader = CaseReader(library.vocabulary, tables=listings)
    with pytest.raises(InvalidInput, match="'22222' does not exist on 2016-02-01: the table of that day"):
        reader.read(Source("case", {"service_date": "2016-02-01", "lines": [{"code": "22222"}]}))
    reader.read(Source("case", {"service_date": "2017-02-01", "lines": [{"code": "22222"}]}))
