"""A place is found from whatever is given of it, and what is not known of it is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from clausal.facts.given_place import GivenPlace
from clausal.schedules.gazetteer import Gazetteer, gazetteers
from clausal.schedules.meant import NoPlace
from clausal.schedules.places import NOWHERE, Place, resolve
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

OCTOBER = dt.date(2024, 10, 15)
ZIPS = "".join(
    f"{state}{code}{locality} Z9   0 A{'':52}20254\n"
    for state, code, locality in (
        ("MI", "48201", "0820201"),
        ("MI", "49503", "0820299"),
        ("OH", "43601", "1520200"),
        ("DE", "19804", "1210201"),
        ("WK", "67202", "0520200"),
    )
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Schedules:
    return Schedules(Store(tmp_path_factory.mktemp("none")), codes=[])


@pytest.fixture(scope="module")
def with_zips(tmp_path_factory: pytest.TempPathFactory) -> Schedules:
    folder: Path = tmp_path_factory.mktemp("zips")
    (folder / "ZIP5.txt").write_text(ZIPS)
    store = Store(folder / "data")
    store.import_files([folder / "ZIP5.txt"])
    return Schedules(store, codes=[])


def held(schedules: Schedules, day: dt.date = OCTOBER) -> Gazetteer:
    return gazetteers(schedules).on(day)


def place(schedules: Schedules, name: str = "", day: dt.date = OCTOBER, **parts: str) -> Place:
    return resolve(GivenPlace(name=name, **parts), held(schedules, day))


def numbers(found: Place) -> tuple[str | None, str | None]:
    return found.locality.number, found.area.number


@pytest.mark.parametrize(
    ("name", "locality", "area"),
    [
        ("Detroit", "08202-01", "19804"),
        ("detroit, mi", "08202-01", "19804"),
        ("Detroit MI", "08202-01", "19804"),
        ("08202-01", "08202-01", None),
        ("Wayne County, MI", "08202-01", None),
        ("Wayne county michigan", "08202-01", None),
        ("Detroit Michigan", "08202-01", "19804"),
        ("Detroit, Michigan, USA", "08202-01", "19804"),
        ("Guam, GU", "01212-01", "65"),
        ("Kansas City Missouri", "05302-02", "28140"),
        ("Kent County, MI", "08202-99", None),
        ("Ohio", "15202-00", None),
        ("Toledo, OH", "15202-00", "45780"),
        ("Toledo", "15202-00", "45780"),
        ("Livonia", None, "19804"),
        ("Portland, OR", "02302-01", "38900"),
        ("Portland, ME", None, "38860"),
        ("Kansas City, MO", "05302-02", "28140"),
        ("Kansas City, KS", "05202-00", "28140"),
        ("Saint Louis, MO", "05302-01", "41180"),
        ("Boston", "14212-01", "14454"),
        ("Seattle", "02402-02", "42644"),
        ("Rest of Michigan", "08202-99", None),
        ("Manhattan, NY", "13202-01", None),
        ("Washington, DC", "12202-01", "47894"),
        ("Arlington County, VA", "12202-01", None),
        ("Fairfax City, VA", "12202-01", None),
        ("Henrico County, VA", "11302-00", None),
        ("Montgomery County, MD", "12202-01", None),
        ("Baltimore City, MD", "12302-01", None),
        ("Providence, RI", "14412-01", "39300"),
        ("Rhode Island", "14412-01", "39300"),
        ("Miami-Dade County, FL", "09102-04", None),
        ("Orange County, CA", "01182-18", None),
        ("Hawaii", "01212-01", None),
        ("Guam", "01212-01", "65"),
        ("Winston-Salem", "11502-00", "49180"),
        ("Livonia, Wayne County, MI", "08202-01", "19804"),
        ("Fairfax County, VA", "12202-01", None),
    ],
)
def test_a_place_is_found_by_what_people_call_it(
    shipped: Schedules, name: str, locality: str | None, area: str | None
) -> None:
    assert numbers(place(shipped, name)) == (locality, area)


def test_detroit_in_october_2024_has_its_wage_index(shipped: Schedules) -> None:
    found = place(shipped, "Detroit")
    assert (found.index, found.state) == (8843, "MI")
    assert found.locality.said == "08202-01 DETROIT"
    assert found.area.said == "19804 Detroit-Dearborn-Livonia, MI"


def test_what_is_not_known_is_said_and_is_national(shipped: Schedules) -> None:
    found = place(shipped, locality="08202-01")
    assert found.area.said == "national"
    told = "no wage area is known for locality 08202-01: Michigan has 17, the CBSA number tells which"
    assert found.area.note == told
    found = place(shipped, cbsa="19804")
    assert "Michigan has 2, the county tells which" in found.locality.note
    assert place(shipped) == NOWHERE


def test_an_area_of_a_state_of_one_locality_gives_the_locality(shipped: Schedules) -> None:
    assert numbers(place(shipped, cbsa="45780")) == ("15202-00", "45780")
    assert numbers(place(shipped, cbsa="17140")) == (None, "17140"), "Cincinnati lies in three states"
    assert numbers(place(shipped, cbsa="17140", state="OH")) == ("15202-00", "17140")
    assert numbers(place(shipped, cbsa="47260", state="VA"))[0] is None, "a part of Virginia is of another locality"


@pytest.mark.parametrize(
    ("name", "says", "choices"),
    [
        ("Portland", "'Portland' may be in 3 states", "Portland, ME or Portland, OR"),
        ("Kansas City", "'Kansas City' may be in 2 states", "Kansas City, KS or Kansas City, MO"),
        ("Wayne County", "'Wayne County' is a county without its state", "Wayne County, MI"),
        ("Michigan", "Michigan has 2 localities", "08202-01 (DETROIT) or 08202-99 (REST OF MICHIGAN)"),
        ("New York", "'New York' is a state, and a city", "New York, NY"),
        ("San Francisco", "'San Francisco' is 2 places", "01112-05"),
        ("Detroyt", "no locality or wage area is named 'Detroyt'", "did you mean 'Detroit, MI'?"),
        ("Detroit, OH", "no locality or wage area is named 'Detroit' in Ohio", "did you mean Detroit, MI?"),
        ("Detroit, Mischigan", "'Mischigan' in 'Detroit, Mischigan' is not a state", "Michigan"),
        ("Honolulu", "no locality or wage area is named 'Honolulu'", "did you mean Urban Honolulu, HI?"),
        ("Detroit, Kent County, MI", "Kent County, MI is of locality 08202-99, 'Detroit' of 08202-01", "give one"),
        ("Detroit, Downtown, MI", "has more parts than a town, its county and its state", "Portland, OR"),
        ("08202-02", "unknown locality '08202-02' in 2024", "did you mean '08202-01'"),
        ("19804", "may be a ZIP code, or the wage area Detroit-Dearborn-Livonia, MI", "write which: --zip or --cbsa"),
        ("48201", "no table of ZIP codes is held", "import CMS's ZIP5 table"),
        ("16", "'16' is the number of the rural wage area IOWA", "write --cbsa"),
        ("08202 01", "'08202 01' is not a locality's number", "did you mean '08202-01'?"),
        ("8202-01", "'8202-01' is not a locality's number", "did you mean '08202-01'?"),
        ("Jackson, MO", "'Jackson' is a county of Missouri", "write Jackson County, MO"),
        ("wayne, michigan", "'wayne' is a county of Michigan", "write Wayne County, MI"),
        ("Brooklyn, NY", "no locality or wage area is named 'Brooklyn' in New York", "it is Kings County, NY"),
        ("Washington", "'Washington' is a state, and a city", "02402-99 (REST OF WASHINGTON)"),
        ("Wayne", "no locality or wage area is named 'Wayne'", "did you mean Wayne County, MI or Fort Wayne, IN?"),
    ],
)
def test_a_name_of_several_places_or_of_none_is_refused_with_what_could_be_meant(
    shipped: Schedules, name: str, says: str, choices: str
) -> None:
    with pytest.raises(NoPlace) as found:
        place(shipped, name)
    assert says in found.value.message
    assert choices in found.value.hint


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"zip": "43601", "locality": "08202-01"}, "ZIP code 43601 (OH)"),
        ({"zip": "49503", "locality": "08202-01"}, "is of locality 08202-01"),
        ({"zip": "48201", "cbsa": "45780"}, "area 45780 Toledo, OH"),
        ({"locality": "08202-01", "cbsa": "45780"}, "are not in one state"),
        ({"county": "Wayne, MI", "state": "OH"}, "Ohio and Michigan are two states"),
        ({"county": "Kent", "state": "MI", "locality": "08202-01"}, "is of locality 08202-01"),
        ({"name": "Detroit", "cbsa": "11460"}, "'Detroit' is in area 19804, not 11460"),
        ({"name": "Detroit", "locality": "08202-99"}, "'Detroit' of 08202-01"),
        ({"zip": "00000"}, "ZIP code '00000' is not in the table held"),
        ({"zip": "4820"}, "'4820' is not a ZIP code"),
        ({"cbsa": "00000"}, "no wage index for area '00000' in 2024"),
        ({"name": "19804"}, "'19804' is a ZIP code of DE and the wage area Detroit-Dearborn-Livonia, MI"),
    ],
)
def test_parts_that_contradict_one_another_are_refused(with_zips: Schedules, parts: dict[str, Any], says: str) -> None:
    with pytest.raises(NoPlace, match=r".") as found:
        place(with_zips, **parts)
    assert says in str(found.value)


def test_a_zip_code_gives_the_locality_and_says_of_which_table(with_zips: Schedules, shipped: Schedules) -> None:
    found = place(with_zips, zip="48201-1234")
    assert numbers(found) == ("08202-01", None)
    assert found.locality.note == "locality by ZIP5 2025-Q4, published for 2025"
    assert numbers(place(with_zips, "67202")) == ("05202-00", None)
    without = place(shipped, zip="48201")
    assert without.locality.note == "no table of ZIP codes is held"
    assert numbers(place(shipped, zip="43601", state="OH")) == ("15202-00", None)


def test_a_year_without_a_wage_index_is_national_and_said_to_be(shipped: Schedules) -> None:
    found = place(shipped, cbsa="19804", day=dt.date(2027, 3, 1))
    assert (found.area.said, found.area.note) == ("national", "no wage index is held for 2027")
    later = place(shipped, cbsa="19804", day=dt.date(2028, 3, 1))
    assert later.area.note == "no wage index is held for 2028"
    found = place(shipped, "Detroit", day=dt.date(2027, 3, 1))
    assert (found.locality.said, found.index) == ("08202-01 DETROIT", 10_000)
    assert found.locality.note == "no table of localities (GPCI) is held for 2027"


def test_a_locality_is_of_the_release_of_the_date(shipped: Schedules) -> None:
    assert numbers(place(shipped, "San Mateo County, CA", day=dt.date(2023, 5, 1)))[0] == "01112-06"
    assert numbers(place(shipped, "San Mateo County, CA"))[0] == "01112-05"


def test_every_locality_and_every_area_is_found_by_its_number_and_agrees_with_its_state(shipped: Schedules) -> None:
    today = held(shipped)
    for number in today.localities:
        assert place(shipped, number).locality.number == number
    for area in today.areas.values():
        assert place(shipped, cbsa=area.number).area.number == area.number
    for number in today.counties.texts:
        assert number in today.localities


def test_of_an_area_with_two_indices_none_is_chosen(shipped: Schedules) -> None:
    with pytest.raises(NoPlace, match=r"the table has 0\.7496 and 0.8069 for area '41780'"):
        place(shipped, cbsa="41780", day=dt.date(2025, 5, 1))
    assert "0.7496 and 0.8069" in place(shipped, "Sandusky, OH", day=dt.date(2025, 5, 1)).area.note


def test_a_county_that_no_list_names_is_of_the_rest_and_a_slip_of_the_pen_is_asked_for(shipped: Schedules) -> None:
    kent = place(shipped, "Kent County, MI").locality
    assert (kent.said, kent.note) == ("08202-99 REST OF MICHIGAN", "")
    assert kent.how == "no list of a locality names this county: the rest of its state"
    with pytest.raises(NoPlace, match=r"no list .* Wane County, MI; did you mean Wayne County, MI or .*08202-99"):
        place(shipped, "Wane County, MI")


@pytest.mark.parametrize("day", [dt.date(year, month, 5) for year in (2022, 2023, 2024, 2025) for month in (1, 5, 10)])
def test_counties_are_of_the_year_and_of_its_localities(shipped: Schedules, day: dt.date) -> None:
    today = held(shipped, day)
    assert set(today.counties.texts) == set(today.localities)
    assert today.of_counties.told == ""
    assert place(shipped, "Mayaguez", day=day).area.number in ("32420", None)


@pytest.mark.parametrize(
    ("county", "says"),
    [
        ("Wanye, MI", "no list of counties names Wanye County, MI; did you mean Wayne County, MI or locality 08202-99"),
        ("detroit, mi", "'Detroit' is no county that a list names, and a locality of Michigan is named so"),
        ("Detroit County, MI", "and a locality of Michigan is named so"),
        ("Livonia, MI", "'Livonia' is a town of Michigan, and in no list of counties; write Livonia County, MI if"),
    ],
)
def test_a_county_that_no_list_names_and_that_may_be_another_place_is_refused(
    shipped: Schedules, county: str, says: str
) -> None:
    with pytest.raises(NoPlace) as found:
        place(shipped, county=county)
    assert says in str(found.value)


@pytest.mark.parametrize(
    ("county", "locality"),
    [
        ("Kalamazoo County, MI", "08202-99"),
        ("Marion, FL", "09102-99"),
        ("Harrison County, TX", "04412-99"),
        ("Austin County, TX", "04412-99"),
        ("Toledo, OH", "15202-00"),
    ],
)
def test_a_county_without_a_near_one_is_of_the_rest_of_its_state(
    shipped: Schedules, county: str, locality: str
) -> None:
    assert place(shipped, county=county).locality.number == locality


AUGUST = dt.date(2026, 8, 5)
CUT = "of the GPCIs of 2026 only the localities that agree with CMS's numbering are held; import CMS's file"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Illinois", "Illinois has 4 localities; write one of them: 06102-99 (REST OF ILLINOIS)"),
        ("Georgia", "Georgia has 2 localities"),
        ("Ohio", "Ohio is of locality 15202-00 OHIO by LOCCO-2025, published for 2025, which is not held for 2026"),
        ("Kansas", "Kansas is of locality 05202-00"),
        ("DC", "District of Columbia is of locality 12202-01"),
        ("Guam", "Guam is of locality 01212-01"),
        ("Los Angeles, CA", "'Los Angeles' is of locality 01182-18"),
        ("Cook County, IL", "Cook County, IL is of locality 06102-16 CHICAGO"),
        ("15202-00", "locality 15202-00 OHIO is not held for 2026"),
    ],
)
def test_where_only_a_part_of_the_localities_is_held_this_is_said(shipped: Schedules, name: str, says: str) -> None:
    with pytest.raises(NoPlace) as found:
        place(shipped, name, day=AUGUST)
    assert str(found.value).startswith(says)
    assert CUT in found.value.hint
    assert place(shipped, "Detroit", day=AUGUST).locality.number == "08202-01"


def test_a_name_of_two_localities_of_which_one_is_held_is_of_two(shipped: Schedules) -> None:
    with pytest.raises(NoPlace, match="'San Jose' is 2 places"):
        place(shipped, "San Jose, CA", day=AUGUST)


GPCI = """"Addendum E"
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI
05302,MO,01,METROPOLITAN KANSAS CITY,1.000,0.950,0.900
05302,MO,02,METROPOLITAN ST. LOUIS,1.000,0.960,1.000
05302,MO,99,REST OF MISSOURI,1.000,0.850,0.900
08202,MI,01,DETROIT*,1.000,1.000,1.500
15202,OH,01,OHIO,1.000,0.900,0.900
"""  # noqa: E501


@pytest.fixture(scope="module")
def renumbered(tmp_path_factory: pytest.TempPathFactory) -> Schedules:
    folder: Path = tmp_path_factory.mktemp("renumbered")
    (folder / "GPCI2026.csv").write_text(GPCI)
    (folder / "ZIP5.txt").write_text(f"MO630010530201 Z9   0 A{'':52}20254\n")
    store = Store(folder / "data")
    store.import_files([folder / "GPCI2026.csv", folder / "ZIP5.txt"])
    return Schedules(store, codes=[])


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            {"county": "St. Louis, MO"},
            "METROPOLITAN ST. LOUIS in 2025, but METROPOLITAN KANSAS CITY in 2026; METROPOLITAN ST. LOUIS is 05302-02",
        ),
        ({"name": "Clay County, MO"}, "METROPOLITAN KANSAS CITY in 2025, but METROPOLITAN ST. LOUIS in 2026"),
        ({"zip": "63001"}, "ZIP code 63001 (MO) is of locality 05302-01 by ZIP5 2025-Q4, published for 2025: "),
        ({"county": "St. Louis, MO", "locality": "05302-01"}, "is METROPOLITAN KANSAS CITY, St. Louis County, MO is"),
        ({"name": "Ohio"}, "15202-00 by LOCCO-2025, published for 2025, which is not there in 2026; OHIO is 15202-01"),
    ],
)
def test_a_number_of_another_year_is_not_that_of_another_locality(
    renumbered: Schedules, parts: dict[str, str], says: str
) -> None:
    with pytest.raises(NoPlace) as found:
        place(renumbered, day=AUGUST, **parts)
    assert says in str(found.value)


def test_a_number_whose_name_stayed_is_carried(renumbered: Schedules) -> None:
    assert place(renumbered, county="Wayne, MI", day=AUGUST).locality.number == "08202-01"
    assert place(renumbered, "St. Louis, MO", day=AUGUST).locality.number == "05302-02"
    both = place(renumbered, county="St. Louis, MO", locality="05302-02", day=AUGUST)
    assert both.locality.said == "05302-02 METROPOLITAN ST. LOUIS"
    assert "05302-01" not in held(renumbered, AUGUST).counties.texts


def test_a_year_without_localities_takes_their_names_from_the_last_in_full(shipped: Schedules) -> None:
    for parts in ({"locality": "15202-00"}, {"county": "Franklin, OH"}, {"state": "OH"}):
        found = place(shipped, day=dt.date(2027, 3, 1), **parts).locality
        assert (found.number, found.note) == ("15202-00", "no table of localities (GPCI) is held for 2027")
