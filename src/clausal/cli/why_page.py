"""Why a line is answered as it is: the rules that carry the answer with their tests, and how facts were derived."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from clausal.cli.rows import Head, print_rows
from clausal.determination.model import CriterionSaid, Inferred, Line, Step, Test
from clausal.determination.why_not import WhyNot
from clausal.documents.library import Library

MARK = {"yes": "✓", "no": "✗", "unknown": "?"}
DEEPER = "└ "
"""Before a fact from which the one above it is derived."""
BETWEEN_MARKS = 5
"""Letters that a mark takes, and the blanks between it, a fact and its value."""


def item(text: Text, clauses: Iterable[str] = ()) -> RenderableType:
    """A paragraph with the clauses that it rests on below it."""
    listed = ", ".join(clauses)
    parts: list[RenderableType] = [Padding(text, (0, 0, 0, 2), expand=False)]
    if listed:
        parts.append(Padding(Text(f"[{listed}]", style="dim"), (0, 0, 0, 6), expand=False))
    return Group(*parts)


def print_steps(console: Console, library: Library, line: Line) -> None:
    """The rules that carry the answer, with clauses and tests; then clauses by which tested facts were derived."""
    if any(test.holds == "unknown" for step in line.why for test in step.tests):
        console.print(item(Text("one of these rules decides; which, is not known (?), and all conclude the same")))
    told_below = {ref for one in line.criteria for ref in _clauses_of(one)}
    for step in line.why:
        _print_step(console, library, step, line.inferred, told_below)
    _print_criteria(console, library, line)


def _clauses_of(one: CriterionSaid) -> Iterable[str]:
    """The clauses with which a criterion, and those it is made of, are told."""
    yield from one.clauses
    yield from (ref for inner in one.of for ref in _clauses_of(inner))


def _print_step(
    console: Console, library: Library, step: Step, inferred: Sequence[Inferred], told_below: Container[str]
) -> None:
    for ref in step.clauses:
        if ref not in told_below:
            _print_clause(console, library, ref)
    by_name = {one.fact: one for one in inferred}
    rows = [row for test in step.tests for row in _rows(test, by_name, step.clauses)]
    if rows:
        console.print(Padding(_table(rows, console.width - 6), (0, 0, 0, 6), expand=False))


def print_criteria(console: Console, line: Line) -> None:
    """Every criterion, those that are made of others above them: whether it is met, by which clause and values.

    What a clause says is said once.
    """
    said: set[str] = set()
    tables = dict.fromkeys((one.pack, one.table) for one in line.criteria)
    packs = [pack for pack, _ in tables]
    for pack, table in tables:
        of = pack if packs.count(pack) == 1 else f"{pack}, table {table}"
        console.print(item(Text(f"criteria of {of}", style="bold")))
        for one in line.criteria:
            if (one.pack, one.table) == (pack, table):
                _print_criterion(console, one, 4, said)


def _print_criterion(
    console: Console, one: CriterionSaid, indent: int, said: set[str], above: Sequence[str] = ()
) -> None:
    """A criterion with its values; what it says, and the clauses `above` it rests on, are not told twice."""
    wanted = {"all": " (all of)", "any": " (any of)", "at_least": f" (at least {one.number} of)"}.get(one.form, "")
    says = "" if one.says in said else one.says
    said.add(one.says)
    head = Text.assemble(f"{MARK[one.met]}  ", (f"{one.criterion}{wanted}", "bold"), f"  {says}" if says else "")
    if one.clauses != above and (not one.of or (says and len(one.clauses) == 1)):
        # Of the pack that is named above all, the clause's own name is enough.
        refs = (ref.removeprefix(one.pack) for ref in one.clauses)
        head.append(f"  [{', '.join(refs)}]", style="dim")
    if one.tests and not says and one.clauses == above:
        tests = (f"{test.fact}  {test.value}  wanted: {test.expected}" for test in one.tests)
        head.append(f"  {'; '.join(tests)}")
        console.print(Padding(head, (0, 0, 0, indent), expand=False))
        return
    console.print(Padding(head, (0, 0, 0, indent), expand=False))
    rows = [_Row(MARK[test.holds], test.fact, test.value, _wanted(test, said)) for test in one.tests]
    if rows:
        console.print(Padding(_table(rows, console.width - indent - 3), (0, 0, 0, indent + 3), expand=False))
    for inner in one.of:
        _print_criterion(console, inner, indent + 3, said, one.clauses)


def _wanted(test: Test, said: set[str]) -> str:
    """What a criterion wants, and once how its value was computed or gathered."""
    made = test.origin if " " in test.origin and "(rule" not in test.origin and test.origin not in said else ""
    said.add(test.origin)
    return f"wanted: {test.expected}{f'; {made}' if made else ''}"


def _print_clause(console: Console, library: Library, ref: str) -> None:
    clause = library.clause(ref)
    if clause:
        console.print(item(Text.assemble((ref, "bold"), (f"  {clause.locator}", "dim"))))
        console.print(Padding(Text(clause.says), (0, 0, 0, 6), expand=False))


def _print_criteria(console: Console, library: Library, line: Line) -> None:
    """The clauses by which facts were derived that the answer rests on, where no rule above cites them."""
    shown = {ref for step in line.why for ref in step.clauses}
    for one in line.inferred:
        refs = [ref for ref in one.clauses if ref in line.clauses and ref not in shown]
        for ref in refs:
            shown.add(ref)
            _print_clause(console, library, ref)
        if refs:
            derived = _rows(Test(one.fact, "", one.value, one.origin, "yes"), {one.fact: one})
            console.print(Padding(_table(derived, console.width - 6), (0, 0, 0, 6), expand=False))


@dataclass(frozen=True)
class _Row:
    mark: str
    fact: str
    value: str
    origin: str


def _rows(test: Test, inferred: Mapping[str, Inferred], shown: Sequence[str] = ()) -> list[_Row]:
    """A test, and below it how what it met was derived, at any depth; each with the clauses that are not `shown`."""
    of_test = [ref for ref in _of(test.fact, test.origin, inferred) if ref not in shown]
    rows = [_Row(MARK[test.holds], test.fact, test.value, _origin(test, of_test))]
    seen = {test.fact}

    def deeper(origin: str, depth: int) -> None:
        for name in _facts(origin):
            one = inferred.get(name)
            if one is None or name in seen:
                continue
            seen.add(name)
            fact = f"{'  ' * (depth - 1)}{DEEPER}{name}"
            rows.append(
                _Row("", fact, one.value, _derived(one.origin, [ref for ref in one.clauses if ref not in shown]))
            )
            deeper(one.origin, depth + 1)

    deeper(test.origin, 1)
    return rows


def _of(fact: str, origin: str, inferred: Mapping[str, Inferred]) -> Sequence[str]:
    """The clauses of the rules that a value was derived by."""
    one = inferred.get(fact)
    return one.clauses if one is not None and one.origin == origin else ()


def _facts(origin: str) -> list[str]:
    """The facts that a value was derived from."""
    facts, rule, _ = origin.partition("(rule ")
    return facts.strip().split(", ") if rule else []


def _origin(test: Test, clauses: Sequence[str]) -> str:
    """Where the value came from, where that is not plain from its name."""
    if test.fact == "service_date":
        return test.expected
    if test.origin.rpartition(".")[2] == test.fact:
        return ""
    if test.origin.startswith(("no code", "proposed")):
        return test.origin
    return _derived(test.origin, clauses)


def _derived(origin: str, clauses: Sequence[str]) -> str:
    """From which facts and by which rule and clauses a value was derived."""
    facts, _, rule = origin.partition("(rule ")
    by = f"(rule {rule.partition('#')[2]}" if rule else ""
    said = " ".join(filter(None, (f"from {facts.strip()}" if facts.strip() else "", by)))
    return f"{said} [{', '.join(clauses)}]" if clauses else said


def _table(rows: Sequence[_Row], room: int) -> RenderableType:
    """Rows with facts and values below one another; an origin for which a row has no room stands under it."""
    fact = max(len(row.fact) for row in rows)
    value = max((len(row.value) for row in rows if row.origin), default=0)
    if fact + value + BETWEEN_MARKS > room:
        fact = value = 0
    parts: list[RenderableType] = []
    for row in rows:
        said = f"{row.mark or ' '}  {row.fact:<{fact}}  {row.value}"
        padded = f"{said:<{fact + value + BETWEEN_MARKS}}  "
        if len(padded) + len(row.origin) <= room:
            parts.append(Text.assemble(padded if row.origin else said, (row.origin, "dim")))
            continue
        parts.append(Text(said))
        parts.append(Padding(Text(row.origin, style="dim"), (0, 0, 0, 6), expand=False))
    return Group(*parts)


def print_why_not(console: Console, found: Iterable[WhyNot]) -> None:
    """A rule against each line: each test with what it expects and what it met."""
    for one in found:
        console.print()
        console.print(Text(f"{one.pack}/{one.table}#{one.rule}, line {one.line + 1}: {one.verdict}", style="bold"))
        console.print(item(Text(f"would conclude: {one.concludes}"), one.clauses))
        heads = [Head("fact"), Head("expected"), Head("is"), Head("from")]
        rows = [
            [f"{MARK[test.holds]} {test.fact}", test.expected, test.value, test.origin.partition(" (rule ")[0]]
            for test in one.tests
        ]
        print_rows(console, heads, rows)
