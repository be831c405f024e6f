"""Impact over a claim file says what two adjudications of it say, line by line."""

from __future__ import annotations

import collections
import datetime as dt
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from bench.claims import write

from clausal.claims.changed import Counted, Impact
from clausal.claims.explained import explained
from clausal.claims.files import open_claims
from clausal.claims.impact import DECIDES, Job, Side, impact
from clausal.claims.impact_report import write_report
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library, bundled_packs, load_library
from clausal.schedules.tables import Schedules

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


def job(path: Path, library: Library, changed: Library) -> Job:
    return Job(path, Side(library, AS_OF, "before"), Side(changed, AS_OF, "after"))


def adjudicated(library: Library, schedules: Schedules, path: Path) -> list[dict[str, object]]:
    kernel = Kernel(library, schedules, Options(AS_OF))
    file = open_claims(path, input_columns(library.vocabulary))
    table = pa.Table.from_batches([file.layout.prepare(one) for one in file.batches()])
    return kernel(table.combine_chunks().to_batches()[0]).to_pylist()  # type: ignore[no-any-return]


def cents(amount: object) -> int:
    return 0 if amount is None else round(float(amount) * 100)  # type: ignore[arg-type]


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
        expected.add(Counted(1, cents(line["charge"]), cents(one["paid"]), cents(other["paid"])))
        by["status"][f"{one['status']} {other['status']}"] += 1
        by["plan"][line["plan"] or "-"] += 1
        by["code"][line["code"] or "-"] += 1
        by["month"][f"{line['service_date']:%Y-%m}"] += 1
    assert expected.lines > 10
    money = ("lines", "charge", "paid_before", "paid_after")
    assert [getattr(found.changed, name) for name in money] == [getattr(expected, name) for name in money]
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
    assert text.count("<svg") == 6
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
    assert (found.changed.paid_before, found.changed.paid_after) == tuple(map(sum, zip(*paid, strict=True)))


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
