"""Analysis: checks of the whole library, exact differences of large tables, and impact against one adjudication."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.claims import write
from bench.scale import AS_OF, MILLION, Ran, adjudicated, process
from bench.timing import line, median_seconds
from clausal.documents.checks import findings
from clausal.documents.diff import Side, compared
from clausal.documents.library import Library
from clausal.documents.load import bundled_packs, load_library
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.analysis.diff import difference, stated
from clausal.rules.model import Between, Force, Holds, Rule, Test, Within

MILLIONS = int(os.environ.get("BENCH_IMPACT_MILLIONS", "10"))
CHOICES = {name: tuple(f"{name}-{i}" for i in range(6)) for name in ("modality", "purpose", "condition", "plan")}
FACTS = {
    "code": Fact("code", "code", "", system="hcpcs"),
    **{name: Fact(name, "choice", "", values=dict.fromkeys(values, "")) for name, values in CHOICES.items()},
    "age": Fact("age", "number", "", whole=True, at_least=0, at_most=120),
    "service_date": Fact("service_date", "date", ""),
    "diagnoses": Fact("diagnoses", "codes", "", system="icd-10-cm"),
}
FINDINGS = ("covered", "investigational", "excluded")
RULES = 300


def run(library: Library) -> None:
    print("\nanalysis")
    print(line("all checks of the whole library", median_seconds(lambda: findings(library), repeat=11), 2.0))
    _long_lists()
    _editions(library)
    _differences()
    _impact()


def _editions(library: Library) -> None:
    """The exact difference between the days before and in the last edition of each pack; the slowest is told."""
    seconds: dict[str, float] = {}
    for name, pack in library.packs.items():
        if pack.versions:
            day = pack.versions[-1].effective
            sides = Side(library, day - dt.timedelta(days=1)), Side(library, day)
            seconds[name] = median_seconds(partial(compared, *sides, [name]), repeat=5)
    slowest = max(seconds, key=lambda name: seconds[name])
    print(line(f"two editions of each pack compared, the slowest ({slowest})", seconds[slowest], 1.0))


def _long_lists() -> None:
    """A pack with one long list of codes, loaded with the others and checked."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "long-list"
        (folder / "tables").mkdir(parents=True)
        codes = [f"{letter}{at:02}.{rest:02}" for letter in "AB" for at in range(100) for rest in range(100)]
        for file, text in _pack_of(codes).items():
            (folder / file).write_text(text)

        def check() -> None:
            findings(load_library([folder]), ["long-list"])

        print(line(f"load, and check a list of {len(codes):,} codes", median_seconds(check, repeat=5), 2.0))


def _pack_of(codes: Sequence[str]) -> dict[str, str]:
    listed = "".join(f"    - {code}\n" for code in codes)
    return {
        "pack.yaml": "pack: long-list\ntitle: A long list\npublisher: Bench\nkind: coverage-policy\nstatus: in-force\n"
        'versions:\n  - {version: "1", effective: 2024-01-01, published: 2023-11-01}\n',
        "clauses.yaml": "- {clause: one, kind: normative, at: section 1, says: What is covered.}\n",
        "facts.yaml": f"value_sets:\n  long:\n{listed}",
        "tables/policy.yaml": "table: policy\nanswers: {authority: long-list}\nhit: first\nrules:\n"
        "  - {rule: listed, when: {diagnoses: {any_of: '@long'}}, then: {finding: covered}, cites: [one]}\n"
        "  - {rule: others, then: {finding: excluded}, cites: [one]}\n",
    }


def rules(count: int, over: int, seed: int = 1) -> list[Rule]:
    """Generated rules over codes, choices, ages, dates and lists of diagnoses."""
    rng = random.Random(seed)
    made = []
    for index in range(count):
        when: dict[str, Test] = {"code": Within(ValueSet(frozenset([str(10_000 + index % over)])))}
        for name in rng.sample(sorted(CHOICES), 2):
            when[name] = Within(ValueSet(frozenset(rng.sample(CHOICES[name], rng.randint(1, 3)))))
        if rng.random() < 0.5:
            low = rng.randint(0, 80)
            when["age"] = Between(low, low + rng.randint(5, 40))
        if rng.random() < 0.6:
            codes = [f"M{rng.randint(10, 60)}.-" for _ in range(4)]
            when["diagnoses"] = Holds(any_of=ValueSet.of(codes), written=", ".join(codes))
        force = Force(dt.date(2020 + rng.randint(0, 3), 1, 1), None)
        then = {"finding": rng.choice(FINDINGS)}
        made.append(Rule(f"r{index}", when, then, (f"c{index}",), force, Place("bench")))
    return made


def changed(old: Sequence[Rule], count: int, seed: int = 2) -> list[Rule]:
    """The rules with another finding in some of them."""
    new = list(old)
    for at in random.Random(seed).sample(range(len(new)), count):
        finding = "excluded" if new[at].then["finding"] == "covered" else "covered"
        new[at] = dataclasses.replace(new[at], then={"finding": finding})
    return new


def _differences() -> None:
    for over in (300, 30, 10):
        old = rules(RULES, over)
        for count in (5, RULES):
            new = changed(old, count)

            def compare(old: list[Rule] = old, new: list[Rule] = new) -> object:
                return difference(FACTS, stated(old), stated(new), ("first", "first"))

            what = f"exact diff, {RULES} rules over {over} codes, {count} of them changed"
            print(line(what, median_seconds(compare, repeat=3), 5.0))


def _impact() -> None:
    """The commands in pairs, one after the other, each a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write(folder / "claims.parquet", MILLIONS * MILLION)
        pack = folder / "bcbsm-cryoneurolysis"
        shutil.copytree(bundled_packs() / pack.name, pack)
        table = pack / "tables" / "benefit.yaml"
        table.write_text(table.read_text().replace("benefit: not-covered", "benefit: as-found"))
        statement = pack / "tables" / "statement.yaml"
        statement.write_text(statement.read_text().replace("finding: investigational", "finding: covered", 2))
        pairs: list[tuple[Ran, Ran]] = []
        for _ in range(3):
            pairs.append((adjudicated(file, folder / "out.parquet"), _impact_of(file, pack)))
        alone, both = (statistics.median(pair[at].seconds for pair in pairs) for at in (0, 1))
        memory = max(pair[1].memory for pair in pairs)
        ratio = statistics.median(other.seconds / one.seconds for one, other in pairs)
        print(f"  {MILLIONS} million lines: adjudicate {alone:.1f} s, impact {both:.1f} s, {memory:.0f} MiB")
        print(f"  impact takes {ratio:.2f} times as long as one adjudication (asked: 2.5)")


def _impact_of(file: Path, pack: Path) -> Ran:
    command = [
        str(Path(sys.executable).parent / "clausal"),
        "impact",
        str(file),
        "--before",
        AS_OF,
        "--after",
        str(pack),
    ]
    return process(command, file.parent)
