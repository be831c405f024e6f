"""What a line needs beside coverage, in words: what is approved, prior authorization, documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausal.determination.model import ApprovalSaid, AuthorizationSaid, DocumentWanted, LengthSaid, Line

WHEN = {
    "with-request": "with the request",
    "with-claim": "with the claim",
    "on-request": "when it is asked for",
}
REQUIREMENT = {
    "required": "prior authorization is required",
    "not-required": "prior authorization is not required",
    "open": "whether prior authorization is required hangs on this",
    "not-said": "no document held says that prior authorization is required (which is not to say that it is not)",
}


def beside(line: Line) -> Iterable[tuple[str, Sequence[str]]]:
    """Each thing to tell of a line beside its coverage, with its clauses."""
    if line.approval and line.status in ("covered", "conditional"):
        yield f"approved: {approved(line.approval)}", ()
    if line.authorization and (line.authorization.requirement != "not-said" or line.authorization.rules):
        yield authorization(line.authorization), line.authorization.clauses
    yield from ((document(one), one.clauses) for one in line.documents)


def approved(one: ApprovalSaid) -> str:
    """`for 6 months, 2 units`."""
    parts = [f"for {length(one.length)}"] if one.length else []
    for count, what in ((one.units, "unit"), (one.visits, "visit")):
        parts += [f"{count} {what}{'s' if count != 1 else ''}"] if count is not None else []
    return ", ".join(parts)


def length(one: LengthSaid) -> str:
    return f"{one.number} {one.unit if one.number > 1 else one.unit.removesuffix('s')}"


def authorization(one: AuthorizationSaid) -> str:
    """Whether authorization is required, of whom, who decides and how long it is valid."""
    text = REQUIREMENT[one.requirement]
    if one.needs:
        text += f": {', '.join(name.replace('_', ' ') for name in one.needs)}"
    parts = [f"for {one.for_whom}"] if one.for_whom else []
    parts += [f"decided by {one.decided_by}"] if one.decided_by else []
    parts += [f"valid for {length(one.valid)}"] if one.valid else []
    parts += ["its number is given"] if one.number_given and one.requirement == "required" else []
    return "; ".join([text, *parts, *one.says])


def document(one: DocumentWanted) -> str:
    """What is to be sent, when and why."""
    condition = f", if it hangs so on {', '.join(name.replace('_', ' ') for name in one.needs)}" if one.needs else ""
    why = f": {one.why}" if one.why else ""
    return f"to send {WHEN[one.when]}{condition}: {one.says}{why}"
