"""A determination as a page: the answer first, then why, what is missing, conflicts, safety, coding, notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clausal.amounts import told
from clausal.cli.priced import amount_of, total_of
from clausal.cli.required_page import beside
from clausal.cli.rows import Head, print_rows
from clausal.cli.why_page import item, print_criteria, print_steps
from clausal.determination.model import Determination, Line, Payment
from clausal.determination.next_steps import next_steps
from clausal.documents.library import Library
from clausal.shown import shown

STYLE = {
    "covered": "bold green",
    "not-covered": "bold red",
    "conditional": "bold yellow",
    "refer": "bold cyan",
    "not-addressed": "bold cyan",
    "open": "bold yellow",
}
MEANING = {
    "covered": "the plan pays, by the clauses below",
    "not-covered": "the plan does not pay",
    "conditional": "covered on a condition",
    "refer": "another policy decides; nothing is granted here",
    "not-addressed": "the documents held do not speak of this; that is neither a grant nor a denial",
    "open": "cannot be decided yet",
}
SEVERITY = {"block": "bold red", "confirm": "bold yellow", "caution": "yellow"}


def print_page(console: Console, library: Library, determination: Determination) -> None:
    """Print the determination of one case."""
    plan = library.plans.get(determination.plan or "")
    label = plan.label if plan else "plan not known"
    console.rule(Text(shown(determination.case), style="bold"), align="left", characters="─")
    console.print(Text(f"{label} · service {determination.service_date} · as of {determination.as_of}", style="dim"))
    for notice in determination.notices:
        if notice.warning:
            console.print(Text(f"! {notice.says}", style="yellow"))
    printed: dict[str, int] = {}
    asked = {question.fact: question.question for question in determination.questions}
    for number, line in enumerate(determination.lines, 1):
        console.print()
        same = printed.setdefault(repr((line.why, line.authorities)), number)
        _print_line(console, library, line, asked, same if same < number else None)
    questions = {question.fact: question for question in determination.questions}
    if questions:
        _heading(console, "Missing")
        for question in questions.values():
            choices = f"  [{', '.join(question.choices)}]" if question.choices else ""
            console.print(item(Text.assemble((question.path, "bold"), f"  {question.question}", (choices, "dim"))))
    steps = next_steps(library, determination)
    if steps:
        _heading(console, "What to do next")
        for step in steps:
            console.print(item(Text(step.says), step.clauses))
    conflicts = {conflict.says: conflict for line in determination.lines for conflict in line.conflicts}
    if conflicts:
        _heading(console, "Conflicts")
        for conflict in conflicts.values():
            console.print(item(Text(conflict.says), conflict.clauses))
    _print_safety(console, library, determination)
    if determination.coding_notes:
        _heading(console, "Coding")
        for note in determination.coding_notes:
            console.print(item(Text(note.says), note.clauses))
    _print_edits(console, determination)
    if determination.payment:
        _print_payment(console, determination.payment)
    readings = {one.says: one for line in determination.lines for one in line.readings}
    if readings:
        _heading(console, "Our readings (no document says so in these words)")
        for reading in readings.values():
            console.print(item(Text(f"{reading.rests}: {reading.says}"), reading.clauses))
    if determination.notices:
        _heading(console, "To know")
        for note in determination.notices:
            console.print(item(Text("as warned above" if note.warning else note.says), note.clauses))
    console.print()


def headline(line: Line) -> Text:
    """The status of a line, and what it is for."""
    code = line.code or "(no code)"
    units = f" x{line.units}" if line.units else ""
    modifiers = f" {'-'.join(line.modifiers)}" if line.modifiers else ""
    proposed = " (proposed)" if line.proposed and line.code else ""
    style = STYLE[line.status]
    head = Text.assemble(
        (line.status.upper().replace("-", " "), style), "  ", (f"{code}{units}{modifiers}{proposed}", "bold")
    )
    denied = "  (its coding would be denied)" if line.denial and line.denial.kind == "coding" else ""
    head.append(denied, style="bold red")
    return head


def _print_line(console: Console, library: Library, line: Line, asked: Mapping[str, str], same: int | None) -> None:
    console.print(headline(line))
    console.print(item(Text(summary(line, asked))))
    if line.denial:
        for denial in line.denials:
            remark = f", RARC {' '.join(denial.rarc)}" if denial.rarc else ""
            console.print(item(Text(f"{denial.kind} denial: CARC {denial.carc}{remark} - {denial.says}")))
    if line.reason_needs:
        what = (
            "which reason for denial comes first"
            if line.status == "not-covered"
            else "what is approved, or whether it is denied for another reason"
            if line.status in ("covered", "conditional")
            else "whether it is denied for another reason"
        )
        console.print(
            item(Text(f"not settled: {what} hangs on this: {_questions(line.reason_needs, asked)}", style="yellow"))
        )
    for says, clauses in beside(line):
        console.print(item(Text(says), clauses))
    if same:
        console.print(item(Text(f"why: as line {same} above")))
        return
    if line.why or line.authorities:
        _heading(console, "Why")
    print_steps(console, library, line)
    print_criteria(console, line)
    deciding = {(step.pack, step.rule) for step in line.why}
    others = [said for said in line.authorities if (said.pack, said.rule) not in deciding]
    for said in others:
        name = said.pack or said.authority
        status = " [draft: informs, does not decide]" if said.document_status == "proposed" else ""
        finding = said.finding or " or ".join(said.possible)
        text = Text.assemble((f"{name}{status}: {finding}. ", "bold"), said.says[:1].upper() + said.says[1:])
        console.print(item(text, said.clauses))
    if line.silent:
        what = f"{line.silent} other document{'s' if line.silent > 1 else ''} of the plan's authorities"
        console.print(item(Text(f"{what} cannot speak of {line.code}", style="dim")))


def _without_needs(line: Line) -> str:
    """Why a line is open though there is nothing to ask."""
    if any(one.binding for one in line.conflicts):
        return "the documents disagree"
    return "a criterion of the policy has no value for this case: no rule of its table speaks of it"


def summary(line: Line, asked: Mapping[str, str]) -> str:
    """What the status of a line means, in a few words; `asked` are the questions by fact."""
    if line.status == "open":
        return f"cannot be decided yet; asked: {_questions(line.needs, asked)}" if line.needs else _without_needs(line)
    text = MEANING[line.status]
    if line.status == "not-covered" and line.finding == "investigational":
        text = "the policy calls it experimental or investigational"
    elif line.status == "not-covered" and line.finding == "not-medically-necessary":
        text = "the policy calls it not medically necessary"
    elif line.status == "not-covered" and line.finding == "covered-if-primary-covers":
        text = "the coinsurance is paid only so far as Medicare, paying first, covers the service"
    elif line.finding == "covered-if-primary-covers":
        text = "the coinsurance is paid so far as Medicare, paying first, covers the service"
    if line.refer_to:
        text += f": {line.refer_to}"
    needed = [name for name in line.needs if name not in line.reason_needs]
    return text + (f"; asked: {_questions(needed, asked)}" if needed else "")


def _questions(names: Iterable[str], asked: Mapping[str, str]) -> str:
    """What is to be asked, in words."""
    return " ".join(asked.get(name, f"{name}?") for name in names)


def _print_safety(console: Console, library: Library, determination: Determination) -> None:
    _heading(console, "Safety")
    screened = {
        "done": ""
        if determination.safety
        else "screened for the contraindications held: none found in what the case tells",
        "incomplete": "",
        "no-document": "not screened: no safety document had been published by the as-of day",
        "not-applicable": "not screened: no safety document held is about this service, as far as it is known",
    }[determination.safety_screening]
    if screened:
        console.print(item(Text(screened)))
    for one in determination.safety:
        console.print(item(Text.assemble((f"{one.severity.upper()}  ", SEVERITY[one.severity]), one.says), one.clauses))
    if determination.safety_needs:
        view = library.vocabulary.facts
        console.print(item(Text("not fully screened; still to be known:")))
        for name in determination.safety_needs:
            console.print(
                Padding(Text.assemble((name, "bold"), f"  {view[name].question}"), (0, 0, 0, 6), expand=False)
            )


def _print_edits(console: Console, determination: Determination) -> None:
    found = [edit for line in determination.lines for edit in line.edits]
    if not found:
        return
    _heading(console, "Claim edits")
    for edit in found:
        rarc = f", RARC {' '.join(edit.rarc)}" if edit.rarc else ""
        codes = "passed" if edit.passes else f"CARC {edit.carc}{rarc}"
        console.print(item(Text(f"{edit.says} ({codes}); {edit.resolve}"), [edit.table]))


def _print_payment(console: Console, payment: Payment) -> None:
    _heading(console, "Expected payment")
    assumed = " (assumed)" if payment.assumed_place else ""
    place = f"; place of service {payment.place_of_service}{assumed}" if payment.place_of_service else ""
    console.print(item(Text(f"{payment.label}{place}", style="italic")))
    for line in payment.lines:
        modifiers = f" {'-'.join(line.modifiers)}" if line.modifiers else ""
        steps = "; ".join(line.derivation)
        what = f"{line.code} x{line.units}{modifiers} {line.component}  {amount_of(line)}"
        where = f" ({line.place})" if line.allowed is not None else ""
        text = Text.assemble((what, "bold"), where, f"  {steps}")
        console.print(item(text, [f"{line.table}, {line.release or 'no release'}"]))
        if line.why:
            console.print(Padding(Text(line.why), (0, 0, 0, 6), expand=False))
        if payment.where and line.allowed is not None:
            found = f"{line.place}: {line.place_found}"
            console.print(Padding(Text(found, style="dim"), (0, 0, 0, 6), expand=False))
    console.print(item(Text(f"total {total_of(payment.lines, payment.total)}, patient {told(payment.patient)}")))


def _heading(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold underline"))


def print_summary(console: Console, determinations: Iterable[Determination]) -> None:
    """A table of many cases, a row a line, and counts by status."""
    rows = []
    counts: dict[str, int] = {}
    for determination in determinations:
        asked = {question.fact: question.question for question in determination.questions}
        for line in determination.lines:
            counts[line.status] = counts.get(line.status, 0) + 1
            code = f"{line.code or '(no code)'}{f' x{line.units}' if line.units else ''}"
            rests = line.finding or "", line.rule or "", _questions(line.needs, asked)
            rows.append([shown(determination.case), code, line.status, *rests])
    heads = [Head(name) for name in ("case", "line", "status", "finding", "rule", "asked")]
    print_rows(console, heads, rows)
    console.print()
    console.print(Text(", ".join(f"{count} {status}" for status, count in sorted(counts.items()))))
