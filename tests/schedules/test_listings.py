"""What fee tables show of a code on a day: that it had not begun, or had ended, and no more than that."""

from __future__ import annotations

import datetime as dt
import itertools
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


def test_a_code_began_after_the_last_table_that_lacks_it_took_effect(listings: Listings) -> None:
    by = "Addendum B 2016-01 does not list it, Addendum B 2017-01 is the first held that does"
    why = f"it begins after 2016-01-01 ({by})"
    assert [listings.absent("22222", day(on)) for on in ("2014-02-01", "2016-01-01")] == [why, why]
    # It may have begun in the course of that year: the table is of its January.
    assert [listings.absent("22222", day(on)) for on in ("2016-01-02", "2017-02-01", "2030-01-01")] == ["", "", ""]


def test_a_code_had_ended_by_the_first_table_that_does_not_list_it_any_more(listings: Listings) -> None:
    assert [listings.absent("33333", day(on)) for on in ("2014-02-01", "2016-02-01", "2016-12-31")] == ["", "", ""]
    why = "it had ended by 2017-01-01 (Addendum B 2016-01 is the last held that lists it, Addendum B 2017-01 does not)"
    assert [listings.absent("33333", day(on)) for on in ("2017-01-01", "2030-01-01")] == [why, why]


def test_nothing_is_shown_of_a_code_that_all_or_none_list(listings: Listings) -> None:
    for on in ("2010-01-01", "2016-01-01", "2016-02-01", "2030-01-01"):
        assert (listings.absent("11111", day(on)), listings.absent("99213", day(on))) == ("", "")
    assert (listings.lists("22222"), listings.lists("99213")) == (True, False)


def test_the_rows_that_are_shipped_show_nothing_of_codes_that_are_not(listings: Listings) -> None:
    assert listings.absent("22222", day("2023-02-01")) == ""
    assert listings.absent("C9809", day("2024-01-01")).startswith("it begins after 2024-01-01 ")
    assert listings.absent("C9809", day("2024-06-01")) == ""


def test_the_standing_of_a_code_changes_only_where_other_tables_begin(listings: Listings) -> None:
    turns = sorted(set(listings.turns()))
    one = dt.timedelta(days=1)
    for start, after in itertools.pairwise(turns):
        for code in ("11111", "22222", "33333", "C9809", "64640"):
            assert listings.absent(code, start) == listings.absent(code, after - one)


def test_the_tables_of_some_codes_show_the_same_of_others(tmp_path: Path, listings: Listings) -> None:
    some = Listings(Schedules(Store(tmp_path / "data"), ["64640"]))
    for code in ("11111", "22222", "33333", "99213"):
        for on in ("2014-02-01", "2016-01-01", "2017-02-01"):
            assert some.absent(code, day(on)) == listings.absent(code, day(on))


def test_a_case_with_such_a_code_is_refused_with_the_table(library: Library, listings: Listings) -> None:
    reader = CaseReader(library.vocabulary, tables=listings)
    with pytest.raises(InvalidInput, match="'22222' does not exist on 2016-01-01: it begins after 2016-01-01"):
        reader.read(Source("case", {"service_date": "2016-01-01", "lines": [{"code": "22222"}]}))
    reader.read(Source("case", {"service_date": "2017-02-01", "lines": [{"code": "22222"}]}))
