"""The evidence that a policy quotes, as values: studies, summaries of them, trials, guidelines, references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clausal.evidence.entry import Entry as Entry
from clausal.evidence.entry import Figure as Figure
from clausal.evidence.ranges import Range
from clausal.evidence.statements import Statements
from clausal.problems import Place

DESIGNS = (
    "randomized",
    "nonrandomized-comparison",
    "retrospective-comparison",
    "single-arm",
    "case-series",
    "review",
    "technique",
)
DAYS = {
    "days": Decimal(1),
    "weeks": Decimal(7),
    "months": Decimal("30.4375"),
    "hours": 1 / Decimal(24),
    "years": Decimal("365.25"),
}
"""Units of time, in days."""


@dataclass(frozen=True)
class Reference(Entry):
    """A work that is cited; `number` as the document numbers it."""

    number: str = ""
    name: str = ""
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    publishers_beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A group of a partition, its bounds (none, if it is told in words), and how many are in it.

    `elsewhere` is how other sentences bound it.
    """

    name: str
    place: Place
    bounds: Range | None = None
    n: int | None = None
    elsewhere: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Partition:
    """Groups into which a study parts what it counts."""

    name: str
    place: Place
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Share(Entry):
    """A percentage or count of a base, as a sentence states it; `base` is the unit it speaks of.

    `stated_of` is a base that the sentence gives as a number, `group` the group that it is said to be.
    """

    what: str = ""
    percent: Figure | None = None
    count: int | None = None
    base: str = ""
    of: int | None = None
    stated_of: int | None = None
    group: str = ""
    measure: str = ""
    days: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Split(Entry):
    """Categories that should make up a base, by count or by percentage."""

    what: str = ""
    base: str = ""
    of: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    percents: Mapping[str, Figure] = field(default_factory=dict)
    stated_of: int | None = None


@dataclass(frozen=True)
class Average(Entry):
    """An average of all, and of the groups of a partition; `of` is how many there are in all."""

    what: str = ""
    partition: str = ""
    of: int | None = None
    total: Figure | None = None
    parts: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference(Entry):
    """A value before, after, and the difference that is stated."""

    what: str = ""
    before: Figure | None = None
    after: Figure | None = None
    change: Figure | None = None
    measure: str = ""
    days: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Value(Entry):
    """A value of a measure at a time (days since the treatment)."""

    arm: str = ""
    days: Decimal | None = None
    mean: Figure | None = None
    sd: Figure | None = None
    percent: Figure | None = None
    stated: str = ""


@dataclass(frozen=True)
class Measure(Entry):
    """Something that was measured, on a scale, over time; `measured` are the times at which it was, in days."""

    name: str = ""
    what: str = ""
    scale: tuple[Decimal, Decimal] | None = None
    better: str = ""
    values: tuple[Value, ...] = ()
    measured: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Probability:
    """A P value as printed: known, or between bounds (None: not given)."""

    exact: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None

    def __str__(self) -> str:
        if self.exact is not None:
            return f"P = {self.exact}"
        if self.above is not None and self.below is not None:
            return f"{self.above} < P < {self.below}"
        return f"P < {self.below}" if self.below is not None else f"P > {self.above}"


@dataclass(frozen=True)
class Tested(Entry):
    """A statistical test: what was compared, how, and what the document calls its outcome."""

    what: str = ""
    test: str = ""
    compares: str = ""
    p: Probability | None = None
    called: str = ""
    analysis: str = ""
    measure: str = ""
    days: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Found(Entry):
    """What a study found of a measure at a time: for which side, and whether significantly (None: not said)."""

    measure: str = ""
    days: tuple[Decimal, ...] = ()
    favours: str = ""
    significant: bool | None = None


@dataclass(frozen=True)
class Study(Entry):
    """A study as the document describes it."""

    id: str = ""
    name: str = ""
    references: tuple[str, ...] = ()
    numbered: bool = True
    topic: str = ""
    design: str = ""
    blinded: str = ""
    comparison: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    arms: Mapping[str, int] = field(default_factory=dict)
    follow_up: str = ""
    treatment: str = ""
    funding: str = ""
    concludes: str = ""
    partitions: tuple[Partition, ...] = ()
    shares: tuple[Share, ...] = ()
    splits: tuple[Split, ...] = ()
    averages: tuple[Average, ...] = ()
    changes: tuple[Difference, ...] = ()
    measures: tuple[Measure, ...] = ()
    tests: tuple[Tested, ...] = ()
    findings: tuple[Found, ...] = ()

    def size(self, base: str) -> int | None:
        """How many there are of a unit, or in an arm."""
        return self.sizes.get(base, self.arms.get(base, self.sizes.get("patients") if base == "all" else None))


@dataclass(frozen=True)
class Summary(Entry):
    """What the document says of the evidence on some topics."""

    id: str = ""
    topics: tuple[str, ...] = ()
    designs: Mapping[str, int] = field(default_factory=dict)
    only: bool = False
    studies: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    claims: tuple[Found, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Trial(Entry):
    """A trial that is listed (`absent`: that is not, and bears on the topic), and what is known of it since."""

    number: str = ""
    listed: str = ""
    about: str = ""
    enrollment: int | None = None
    completion: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)
    tests: tuple[Tested, ...] = ()


@dataclass(frozen=True)
class Guideline(Entry):
    """A guideline or position of another body, alone or with others (`publishers_beside`)."""

    id: str = ""
    publisher: str = ""
    publishers_beside: tuple[str, ...] = ()
    year: int | None = None
    references: tuple[str, ...] = ()
    on_treatment: str = ""
    says: str = ""


@dataclass(frozen=True)
class Citation(Entry):
    """A place of the document, other than a study or guideline, that cites a reference."""

    reference: str = ""


@dataclass(frozen=True)
class Evidence:
    """All that one document says of evidence."""

    pack: str
    references: tuple[Reference, ...] = ()
    studies: tuple[Study, ...] = ()
    summaries: tuple[Summary, ...] = ()
    trials: tuple[Trial, ...] = ()
    guidelines: tuple[Guideline, ...] = ()
    citations: tuple[Citation, ...] = ()
    open_questions: tuple[str, ...] = ()
    statements: Statements = field(default_factory=Statements)

    def on(self, topics: tuple[str, ...]) -> tuple[Study, ...]:
        """The studies of some topics."""
        return tuple(study for study in self.studies if study.topic in topics)

    @property
    def files(self) -> frozenset[str]:
        """The files that its entries stand in."""
        said = self.statements
        entries: tuple[Entry, ...] = (*self.references, *self.studies, *said.clearances, *said.durations)
        return frozenset(one.place.file for one in entries)
