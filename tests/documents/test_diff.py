"""What changes between two days, and between two folders, of real packs."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from clausal.documents.diff import Side, TableDiff, changed_packs, compared, other_changes
from clausal.documents.library import Library
from clausal.documents.load import bundled_packs, load_library
from clausal.problems import InvalidInput
from clausal.rules.analysis.wording import in_words
from tests.rules.analysis.checks.written import FACTS, PACK, rule, table, write


def between(library: Library, pack: str, first: str, second: str) -> dict[str, TableDiff]:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(second)
    found = compared(Side(library, days[0]), Side(library, days[1]), [pack])
    return {one.table.partition("/")[2]: one for one in found}


def changed(one: TableDiff, *, rests: bool = False) -> list[tuple[dict[str, str], str | None, str | None]]:
    assert one.difference is not None
    return [
        (in_words(one.difference.space, change.box), change.before.conclusion, change.after.conclusion)
        for change in one.difference.changes
        if change.rests == rests
    ]


def test_the_rewritten_statements_of_2023(library: Library) -> None:
    found = between(library, "bcbsm-cryoneurolysis", "2022-12-31", "2023-01-01")["statement"]
    told = {where["condition"]: (where.get("purpose"), before, after) for where, before, after in changed(found)}
    assert told["facial-pain or other"] == ("pain", None, "finding investigational")
    assert told["facet-joint-pain"][1] is None
    assert str(told["facet-joint-pain"][2]).startswith("finding refer")
    assert told["neuroma"] == ("spasticity or other", "finding investigational", None)
    assert len(told) == 3


def test_a_dropped_sentence_changes_only_the_clause_that_the_finding_rests_on(library: Library) -> None:
    found = between(library, "second-payer-cryoneurolysis", "2023-12-31", "2024-01-01")["statement"]
    assert not changed(found)
    assert found.difference is not None
    (one,) = found.difference.changes
    assert one.before.clauses == ("second-payer-cryoneurolysis#knee-osteoarthritis",)
    assert one.after.clauses == ("second-payer-cryoneurolysis#every-indication",)
    assert in_words(found.difference.space, one.box)["condition"] == "knee-osteoarthritis-pain"


def test_nothing_changes_between_two_days_of_one_edition(library: Library) -> None:
    assert not between(library, "bcbsm-cryoneurolysis", "2023-03-01", "2023-04-01")


@pytest.fixture
def changed_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "new"
    shutil.copytree(bundled_packs() / "example-genicular-ablation", folder)
    return folder


def folders(new: Path) -> list[TableDiff]:
    before, after = load_library(), load_library([new], replacing=True)
    return compared(Side(before), Side(after), changed_packs(before, after))


def test_a_changed_inner_criterion_is_followed_to_the_finding(changed_folder: Path) -> None:
    policy = changed_folder / "tables" / "policy.yaml"
    policy.write_text(
        policy.read_text().replace("knee_therapy_weeks: {at_least: 6}", "knee_therapy_weeks: {at_least: 4}")
    )
    found = {one.table.partition("/")[2]: one for one in folders(changed_folder)}
    assert set(found) == {"policy", "policy#failed-care", "policy#therapy"}
    assert found["policy"].expanded == ("example-genicular-ablation/policy#failed-care",)
    covered = changed(found["policy"])
    assert {(before, after) for _, before, after in covered} == {("finding not-medically-necessary", "finding covered")}
    for where, _, _ in covered:
        assert where["knee_therapy_weeks"] == "4 to 5"
        assert where["knee_therapy_failed"] == "yes"


def test_a_pack_that_says_the_same_in_another_order_does_not_differ(changed_folder: Path) -> None:
    table = changed_folder / "tables" / "last-ablation.yaml"
    head, one, other = table.read_text().partition("  - rule: under-twelve-months")[0], "", ""
    rules = table.read_text()[len(head) :].split("  - rule: ")[1:]
    one, other = rules
    table.write_text(f"{head}  - rule: {other}  - rule: {one}")
    assert folders(changed_folder) == []


def packs(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> list[TableDiff]:
    """A pack in two versions, by the names of its tables and facts."""
    sides = []
    for side, files in (("old", before), ("new", after)):
        folder = tmp_path / side
        facts = files.get("facts", FACTS)
        write(folder, *(text for name, text in files.items() if name != "facts"), facts=facts, pack=NO_PLANS)
        sides.append(Side(load_library([folder])))
    return compared(sides[0], sides[1], ["example"])


NO_PLANS = PACK.partition("plans:")[0]
DERIVED = FACTS + "  failed: {type: flag, about: F.}\n  inner: {type: flag, about: I.}\n"


def test_a_changed_hit_policy_changes_what_is_said(tmp_path: Path) -> None:
    rules = [rule("one", "{grade: mild}", "{says: A}"), rule("two", "{}", "{says: B}")]
    guide = "{coding: policy}"
    (one,) = packs(tmp_path, {"t": table(*rules, answers=guide)}, {"t": table(*rules, answers=guide, hit="collect")})
    assert changed(one) == [({"grade": "mild"}, None, "says B")]


def test_an_inner_fact_that_cannot_be_written_out_is_told(tmp_path: Path) -> None:
    outer = table(rule("yes", "{failed: true}"), rule("no", "{}", "{finding: excluded}"))
    middle = table(
        rule("yes", "{inner: true}", "{value: true}"), rule("no", "{}", "{value: false}"), answers="{fact: failed}"
    )
    inner = [
        table(rule("yes", f"{{weeks: {{at_least: {weeks}}}}}", "{value: true}"), answers="{fact: inner}", hit="collect")
        for weeks in (6, 4)
    ]
    before, after = ({"t": outer, "m": middle, "i": one, "facts": DERIVED} for one in inner)
    found = {one.table: one for one in packs(tmp_path, before, after)}
    assert found["example/policy-0"].unexpanded == ("inner",)
    assert found["example/policy-1"].unexpanded == ("inner",)


def test_a_fact_of_another_type_is_refused(tmp_path: Path) -> None:
    facts = FACTS.replace("grade: {type: choice, values: [mild, severe]", "grade: {type: number")
    before, after = (
        {"t": table(rule("one", when)), "facts": one} for when, one in (("{grade: mild}", FACTS), ("{grade: 3}", facts))
    )
    with pytest.raises(InvalidInput, match="fact 'grade' is a choice before and a number after"):
        packs(tmp_path, before, after)


def test_bounds_that_differ_are_compared_over_both(tmp_path: Path) -> None:
    narrow = FACTS.replace("at_least: 0, about: Weeks", "at_least: 10, about: Weeks")
    before, after = (
        {"t": table(rule("one", "{weeks: {at_most: 12}}", finding)), "facts": facts}
        for facts, finding in ((FACTS, "{finding: covered}"), (narrow, "{finding: excluded}"))
    )
    (one,) = packs(tmp_path, before, after)
    assert changed(one)[0][0]["weeks"] == "up to 12"


def test_a_table_that_is_only_given_another_name_does_not_differ(tmp_path: Path) -> None:
    rules = [rule("one", "{grade: mild}")]
    old, new = (table(*rules).replace("table: policy", f"table: {name}") for name in ("one", "two"))
    assert packs(tmp_path, {"t": old}, {"t": new}) == []


MADE = (
    FACTS
    + """\
  born: {type: date, about: B., question: B?, case: born}
  pregnant: {type: flag, about: P., question: P?, case: pregnant}
  years: {type: number, whole: true, about: Y., from: {full_years: [born, service_date]}}
  failed: {type: flag, about: F.}
  many: {type: number, whole: true, about: M., from: {count: [tried, pregnant]}}
  before: {type: number, about: B., of_history: {count: days, where: {code: "@ablation"}, within: {months: 12}}}
codes: {64640: a code, 64624: another}
value_sets: {ablation: ["64640"]}
"""
)


@pytest.mark.parametrize(
    ("tests", "old", "new", "told"),
    [
        ("{years: {at_least: 6}}", "full_years", "begun_years", "fact 'years' is full years from born to service date"),
        ("{before: {at_least: 6}}", "months: 12", "months: 6", "fact 'before' is days of earlier services with code"),
        ("{before: {at_least: 6}}", '["64640"]', '["64640", "64624"]', "set 'ablation' of 1 entries: 1 came (64624)"),
    ],
)
def test_a_fact_that_is_computed_or_gathered_otherwise_is_told(
    tmp_path: Path, tests: str, old: str, new: str, told: str
) -> None:
    policy = table(rule("yes", tests), rule("no", "{}", "{finding: excluded}"))
    before, after = ({"t": policy, "facts": one} for one in (MADE, MADE.replace(old, new)))
    (one,) = packs(tmp_path, before, after)
    assert one.unexpanded == (tests[1:].partition(":")[0],)
    others = other_changes(*(load_library([tmp_path / side]) for side in ("old", "new")))
    assert [text for text in others if text.startswith(told)]


def test_a_count_is_told_in_the_flags_that_it_counts(tmp_path: Path) -> None:
    policy = table(rule("yes", "{many: {at_least: 1}}"), rule("no", "{}", "{finding: excluded}"))
    fewer = MADE.replace("[tried, pregnant]", "[tried]")
    (one,) = packs(tmp_path, {"t": policy, "facts": fewer}, {"t": policy, "facts": MADE})
    assert one.expanded == ("many",)
    ((where, *told),) = changed(one)
    assert {name: where[name] for name in ("pregnant", "tried")} == {"pregnant": "yes", "tried": "no"}
    assert told == ["finding excluded", "finding covered"]


def test_no_region_is_told_in_which_a_derived_fact_contradicts_what_it_is_derived_from(tmp_path: Path) -> None:
    inner = table(
        rule("yes", "{weeks: {at_least: 6}}", "{value: true}"),
        rule("no", "{}", "{value: false}"),
        answers="{fact: failed}",
    )
    policies = [
        table(
            rule("early", "{failed: true, weeks: {at_most: 4}}", f"{{finding: {one}}}"),
            rule("late", "{failed: true, weeks: {at_least: 8}}", f"{{finding: {one}}}"),
            rule("no", "{}", "{finding: excluded}"),
        )
        for one in ("covered", "investigational")
    ]
    (one,) = packs(tmp_path, *({"t": policy, "m": inner, "facts": MADE} for policy in policies))
    ((where, _, _),) = changed(one)
    assert (where["failed"], where["weeks"]) == ("yes", "8 or more")


def test_a_long_list_is_told_by_what_went_and_came(tmp_path: Path) -> None:
    codes = [f"E{number:02}.{end}" for number in range(10, 90) for end in range(9)]
    lists = codes[:-1], codes[1:]
    policy = table(rule("yes", '{diagnoses: {any_of: "@listed"}}'), rule("no", "{}", "{finding: excluded}"))
    sides = [{"t": policy, "facts": f"{FACTS}value_sets:\n  listed: [{', '.join(one)}]\n"} for one in lists]
    (one,) = packs(tmp_path, *sides)
    for where, _, _ in changed(one):
        assert len(where["diagnoses"]) < 200
        assert "E10.0" in where["diagnoses"] or "E89.8" in where["diagnoses"]
    others = other_changes(*(load_library([tmp_path / side]) for side in ("old", "new")))
    assert "set 'listed' of 719 entries: 1 went (E10.0), 1 came (E89.8)" in others
