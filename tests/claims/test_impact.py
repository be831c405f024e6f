"""Impact over a claim file says what two adjudications of it say, line by line."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from bench.claims import write

from clausal.amounts import Sum
from clausal.claims.changed import AMOUNTS, Impact
from clausal.claims.counted import Counted
from clausal.claims.explained import explained
from clausal.claims.files import open_claims
from clausal.claims.impact import DECIDES, Job, Side, impact
from clausal.claims.impact_report import write_report
from clausal.claims.mapping import Condition, FileMapping, From, Rows
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.documents.load import bundled_packs, load_library
from clausal.schedules.tables import Schedules
from tests.claims.pages import rows_of
from tests.claims.test_run import csv, row

AS_OF = dt.date(2026, 1, 1)
LINES = 30_000


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("claims") / "claims.parquet", LINES)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library with another version of the policy: what it called investigational at the knee is covered."""
    folder = tmp_path_factory.mktemp("packs") / "bcbsm-cryoneurolysis"
    shutil.copytree(bundled_packs() / folder.name, folder)
    for name, old, new in (
        ("benefit", "benefit: not-covered", "benefit: as-found"),
        ("statement", "finding: investigational", "finding: covered"),
    ):
        path = folder / "tables" / f"{name}.yaml"
        path.write_text(path.read_text().replace(old, new, 2))
    return load_library([folder], replacing=True)


@pytest.fixture(scope="module")
def covering(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library with a version of the policy in which all that it called investigational is covered by every plan."""
    folder = tmp_path_factory.mktemp("covering") / "bcbsm-cryoneurolysis"
    shutil.copytree(bundled_packs() / folder.name, folder)
    for name, old, new in (
        ("benefit", "benefit: not-covered", "benefit: as-found"),
        ("statement", "finding: investigational", "finding: covered"),
    ):
        path = folder / "tables" / f"{name}.yaml"
        path.write_text(path.read_text().replace(old, new))
    return load_library([folder], replacing=True)


def job(path: Path, library: Library, changed: Library) -> Job:
    return Job(path, Side(library, AS_OF, "before"), Side(changed, AS_OF, "after"))


def adjudicated(library: Library, schedules: Schedules, path: Path) -> list[dict[str, object]]:
    kernel = Kernel(library, schedules, Options(AS_OF))
    file = open_claims(path, input_columns(library.vocabulary))
    table = pa.Table.from_batches([file.layout.prepare(one) for one in file.batches()])
    return kernel(table.combine_chunks().to_batches()[0]).to_pylist()  # type: ignore[no-any-return]


def cents(amount: object) -> int:
    return 0 if amount is None else round(float(amount) * 100)  # type: ignore[arg-type]


def counted(*money: object) -> Counted:
    """A line by its charge and what is paid before and after, each None where there is none."""
    found = [None if amount is None else cents(amount) for amount in money]
    differs = None if found[1] is None or found[2] is None else found[2] - found[1]
    sums = {
        name: Sum(amount or 0, int(amount is not None)) for name, amount in zip(AMOUNTS, [*found, differs], strict=True)
    }
    return Counted(1, sums)


def test_the_same_lines_and_dollars_as_two_adjudications(
    claims: Path, library: Library, changed: Library, schedules: Schedules
) -> None:
    found = impact(job(claims, library, changed), schedules)
    before, after = (adjudicated(one, schedules, claims) for one in (library, changed))
    lines = pq.read_table(claims).to_pylist()
    expected = Counted()
    by: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for line, one, other in zip(lines, before, after, strict=True):
        if all(one[name] == other[name] for name in (*DECIDES, "paid")):
            continue
        expected.add(counted(line["charge"], one["paid"], other["paid"]))
        by["status"][f"{one['status']} {other['status']}"] += 1
        by["plan"][line["plan"] or "-"] += 1
        by["code"][line["code"] or "-"] += 1
        by["month"][f"{line['service_date']:%Y-%m}"] += 1
    assert expected.lines > 10
    assert found.changed == expected
    assert found.changed.sum("difference").lines < found.changed.sum("charge").lines, "some have no payment on a side"
    assert found.lines == LINES
    status = found.transitions(lambda one: one.status)
    assert {f"{one} {other}": counted.lines for (one, other), counted in status.items()} == by["status"]
    for name in ("plan", "code", "month"):
        assert {word: one.lines for word, one in found.by[name].items()} == by[name]


def test_nothing_changes_between_a_library_and_itself(claims: Path, library: Library, schedules: Schedules) -> None:
    found = impact(job(claims, library, library), schedules)
    assert (found.lines, found.changed.lines, found.resting.lines, found.asking.lines) == (LINES, 0, 0, 0)


def test_samples_are_explained_by_both_sides_as_the_file_decides_them(
    claims: Path, library: Library, changed: Library, schedules: Schedules
) -> None:
    of = job(claims, library, changed)
    found = impact(of, schedules)
    told = explained(found, of)
    assert told
    for sample, one in zip(found.samples, told, strict=True):
        assert one.before.answer.startswith(sample.before.status)
        assert one.after.answer.startswith(sample.after.status)
        assert list(one.after.clauses) == sample.after.clauses.split()


def test_the_order_of_the_file_does_not_matter(
    claims: Path, library: Library, changed: Library, schedules: Schedules, tmp_path: Path
) -> None:
    table = pq.read_table(claims).slice(0, 3_000)
    shuffled = tmp_path / "shuffled.parquet"
    pq.write_table(table.sort_by([("line", "descending"), ("claim_id", "ascending")]), shuffled)
    straight = tmp_path / "straight.parquet"
    pq.write_table(table, straight)
    one, other = (impact(job(path, library, changed), schedules) for path in (straight, shuffled))
    assert one.changed == other.changed
    assert one.by == other.by


def test_claims_that_one_side_cannot_read_are_left_out_and_told(
    library: Library, changed: Library, schedules: Schedules, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        "claim_id,line,service_date,plan,code,modality\n"
        "A,1,2024-03-01,bcn-commercial-hmo,64640,cryoneurolysis\n"
        "A,2,2024-03-01,bcn-commercial-hmo,64640,by magic\n"
        "B,1,2024-03-01,bcn-commercial-hmo,64640,cryoneurolysis\n"
    )
    found = impact(job(path, library, changed), schedules)
    assert (found.lines, found.unreadable, found.unreadable_before, found.unreadable_after) == (3, 2, 2, 2)


def test_a_report_has_a_section_for_each_way_to_count(
    claims: Path, library: Library, changed: Library, schedules: Schedules, tmp_path: Path
) -> None:
    of = job(claims, library, changed)
    found: Impact = impact(of, schedules)
    path = tmp_path / "report.html"
    write_report(path, found, of, explained(found, of))
    text = path.read_text()
    for section in ("By status", "By rule", "By clause", "By plan", "By code", "By month", "Lines that change"):
        assert f"<h2>{section}" in text
    assert (text.count("<div class=bars>"), text.count("<svg")) == (5, 1)
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_dollars_that_change_under_one_conclusion_are_counted(
    claims: Path, changed: Library, schedules: Schedules, tmp_path: Path
) -> None:
    """A cap of units in a coding guide changes what is paid, and no conclusion."""
    folders = []
    for name in ("bcbsm-cryoneurolysis", "iovera-reimbursement"):
        folder = tmp_path / name
        shutil.copytree(Path(changed.packs[name].folder), folder)
        folders.append(folder)
    capped = folders[1] / "tables" / "anterior-knee.yaml"
    capped.write_text(capped.read_text().replace("at_most: 5", "at_most: 1"))
    after = load_library(folders, replacing=True)
    found = impact(Job(claims, Side(changed, AS_OF, "before"), Side(after, AS_OF, "after")), schedules)
    one, other = (adjudicated(library, schedules, claims) for library in (changed, after))
    paid = [(cents(a["paid"]), cents(b["paid"])) for a, b in zip(one, other, strict=True) if a["paid"] != b["paid"]]
    assert paid
    assert found.changed.lines == len(paid)
    sums = found.changed.sum("paid_before").cents, found.changed.sum("paid_after").cents
    assert sums == tuple(map(sum, zip(*paid, strict=True)))


WITHOUT_A_FEE = (
    "claim_id,line,service_date,plan,code,charge,diagnoses,modality,purpose,contract_active,pcp_authorized,network\n"
    "A,1,2024-10-15,bcn-commercial-hmo,0441T,,M17.11,cryoneurolysis,pain,true,true,contracted\n"
    "B,1,2024-10-15,bcn-commercial-hmo,0441T,,M17.11,cryoneurolysis,pain,true,true,contracted\n"
)
WITH_A_FEE = WITHOUT_A_FEE + (
    "C,1,2024-10-15,bcn-commercial-hmo,64640,500,M17.11,cryoneurolysis,pain,true,true,contracted\n"
)


def test_lines_that_become_covered_without_a_fee_have_no_payment_after_and_no_difference(
    library: Library, covering: Library, schedules: Schedules, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(WITHOUT_A_FEE)
    found = impact(job(path, library, covering), schedules).changed
    assert found.as_json() == {
        "lines": 2,
        "charge": None,
        "charge_lines": 0,
        "paid_before": 0,
        "paid_before_lines": 2,
        "paid_after": None,
        "paid_after_lines": 0,
        "difference": None,
        "difference_lines": 0,
    }


def test_the_difference_is_that_of_lines_with_a_payment_on_both_sides(
    library: Library, covering: Library, schedules: Schedules, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(WITH_A_FEE)
    found = impact(job(path, library, covering), schedules)
    assert found.changed.sum("difference") == found.changed.sum("paid_after") == Sum(19_469, 1)
    assert found.by["code"]["0441T"].sum("difference").known is None
    assert found.by["code"]["64640"].sum("difference").known == 19_469


def test_a_report_shows_a_dash_where_nothing_is_known_and_what_a_sum_is_of(
    library: Library, covering: Library, schedules: Schedules, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(WITH_A_FEE)
    of = job(path, library, covering)
    found = impact(of, schedules)
    write_report(tmp_path / "report.html", found, of, explained(found, of))
    text = (tmp_path / "report.html").read_text()
    assert ["0441T", "2", "-", "", "0.00", "", "-", "", "-", ""] in rows_of(text)
    assert "<b>+194.69</b>difference, 1 of 3 lines" in text
    assert "<b>500.00</b>charged, 1 of 3 lines" in text
    assert "+0.00" not in text


def test_the_screen_shows_a_dash_where_nothing_is_known_and_what_a_sum_is_of(covering: Library, tmp_path: Path) -> None:
    from tests.cli.test_commands import run

    path = tmp_path / "claims.csv"
    path.write_text(WITH_A_FEE)
    said = run("impact", path, "--after", covering.packs["bcbsm-cryoneurolysis"].folder).stdout
    assert "paid 0.00 before, 194.69 (1 of 3 lines) after: +194.69 (1 of 3 lines)" in said
    assert "2 of them have no payment on one side" in said
    (line,) = [line.split() for line in said.splitlines() if line.startswith("0441T")]
    assert line == ["0441T", "2", "-", "0.00", "-", "-"]
    path.write_text(WITHOUT_A_FEE)
    said = run("impact", path, "--after", covering.packs["bcbsm-cryoneurolysis"].folder).stdout
    assert "charged -; paid 0.00 before, - after: -" in said
    assert "+0.00" not in said


def test_a_report_never_replaces_the_claims(claims: Path) -> None:
    from tests.cli.test_commands import run

    held = claims.read_bytes()
    found = run("impact", claims, "--before", "2020-01-01", "--report", claims, "--force")
    assert found.returncode == 2
    assert "this would replace what is read" in found.stderr
    assert claims.read_bytes() == held


def test_a_number_that_need_not_be_whole_is_read_from_a_claim_file(schedules: Schedules, tmp_path: Path) -> None:
    from tests.rules.analysis.checks.written import rule, table
    from tests.rules.analysis.checks.written import write as write_pack

    high = rule("high", "{share: {at_least: 39.5}}", "{finding: excluded}")
    write_pack(tmp_path, table(rule("low", "{share: {below: 39.5}}"), high))
    library = load_library([tmp_path])
    path = tmp_path / "claims.csv"
    path.write_text(
        "claim_id,line,service_date,plan,code,share\n"
        "A,1,2024-03-01,example-plan,64640,39.49\nB,1,2024-03-01,example-plan,64640,39.5\n"
        "C,1,2024-03-01,example-plan,64640,\nD,1,2024-03-01,example-plan,64640,much\n"
    )
    told = adjudicated(library, schedules, path)
    assert [one["status"] for one in told] == ["covered", "not-covered", "open", "rejected"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_mapped_file_of_another_format_is_compared_as_it_is_adjudicated(
    library: Library, covering: Library, schedules: Schedules, tmp_path: Path, kind: str
) -> None:
    given = [row(f"C{n}", 1, service_date="10/15/2024", GONE="Y" if n % 2 else "") for n in range(10)]
    source = csv(tmp_path / "c.csv", given)
    if kind == "xlsx":
        source = tmp_path / "c.xlsx"
        with xlsxwriter.Workbook(str(source)) as book:
            sheet = book.add_worksheet()
            for number, one in enumerate([list(given[0]), *(list(one.values()) for one in given)]):
                sheet.write_row(number, 0, one)
    mapping = FileMapping(
        {"service_date": From(("service_date",), format="MM/DD/YYYY")}, Rows(drop=(Condition({"GONE": ("Y",)}),))
    )
    found = impact(dataclasses.replace(job(source, library, covering), mapping=mapping), schedules)
    assert (found.lines, found.left, found.unreadable, found.changed.lines) == (5, {"GONE: Y": 5}, 0, 5)
