"""What to know beside an answer: what limits its worth, notices, and how the treatment is billed."""

from __future__ import annotations

from collections.abc import Sequence

from clausal.coding.propose import Advice, Proposal, coding_rules, daily_limits
from clausal.coding.remarks import notices as applying
from clausal.coverage.warnings import Warned
from clausal.determination.model import Line, NoticeSaid
from clausal.documents.library import View
from clausal.documents.pack import Denial
from clausal.facts.knowledge import State


def notices(view: View, decided: Sequence[tuple[State, Sequence[Warned]]]) -> list[NoticeSaid]:
    """What to know beside the answer to some lines: first what limits its worth."""
    warned = dict.fromkeys(one for _, warnings in decided for one in warnings)
    found = dict.fromkeys(one for state, _ in decided for one in applying(view, state))
    said = [NoticeSaid(one.says, list(one.clauses), True, one.name) for one in warned]
    return said + [NoticeSaid(one.says, list(one.clauses)) for one in found]


def coding_notes(view: View, advice: Advice, lines: Sequence[Line], *, billed: bool) -> list[NoticeSaid]:
    """How the nerves treated are billed, and where the billed lines differ from that."""
    notes = []
    too_many = view.library.denials.get("too-many-units")
    by_rule: dict[str, list[Proposal]] = {}
    for proposal in advice.proposals:
        by_rule.setdefault(proposal.rule, []).append(proposal)
    for proposals in by_rule.values():
        first = proposals[0]
        text = f"{', '.join(map(_written, proposals))}: {first.says}" if first.code else first.says
        notes.append(NoticeSaid(text, list(first.clauses)))
        beyond = sum(proposal.beyond for proposal in proposals)
        if beyond:
            text = (
                f"{beyond} more treated than can be billed in a day: do not bill them under another code or "
                f"on another line; units beyond the limit are denied {_codes(too_many)}"
            )
            notes.append(NoticeSaid(text, list(first.clauses)))
    for proposal, why in {one.code: (one, why) for one, why in advice.withheld}.values():
        text = f"{proposal.code} is not proposed, since it does not exist on the date of service: {why}"
        notes.append(NoticeSaid(text, list(proposal.clauses)))
    for proposal in advice.others:
        text = f"another source codes it otherwise: {_written(proposal)} ({proposal.says})"
        notes.append(NoticeSaid(text, list(proposal.clauses)))
    return notes + (_differences(view, advice, lines, too_many) if billed else [])


def _written(proposal: Proposal) -> str:
    modifiers = f" {'-'.join(proposal.modifiers)}" if proposal.modifiers else ""
    return f"{proposal.code} x{proposal.units}{modifiers}"


def _differences(view: View, advice: Advice, lines: Sequence[Line], too_many: Denial | None) -> list[NoticeSaid]:
    """Where the billed lines are not what the nerves named make."""
    notes = []
    billed: dict[str, int] = {}
    for line in lines:
        if line.code:
            billed[line.code] = billed.get(line.code, 0) + (line.units or 0)
    treated: dict[str, list[Proposal]] = {}
    for proposal in advice.proposals:
        if proposal.code:
            treated.setdefault(proposal.code, []).append(proposal)
    coded = {str(rule.then["code"]) for rule in coding_rules(view)}
    for code, units in billed.items():
        limit = daily_limits(view).get(code)
        most = int(limit.then["at_most"]) if limit else 0
        wanted = treated.get(code, [])
        made = sum(proposal.units for proposal in wanted)
        if limit and units > most:
            text = (
                f"{units} units of {code} are billed; {most} is the most in a day: "
                f"{units - most} would be denied {_codes(too_many)}"
            )
            notes.append(NoticeSaid(text, list(limit.cites)))
        elif wanted and units and made != units:
            text = f"{units} unit(s) of {code} are billed; the nerves named make {made}"
            notes.append(NoticeSaid(text, list(wanted[0].clauses)))
        elif treated and not wanted and code in coded:
            text = f"{code} is billed; the nerves named are coded {', '.join(treated)}"
            notes.append(NoticeSaid(text, list(next(iter(treated.values()))[0].clauses)))
        carried = {modifier for line in lines if line.code == code for modifier in line.modifiers}
        fixed = {modifier for proposal in wanted for modifier in proposal.modifiers} - {"RT", "LT", "50"}
        if wanted and "52" in fixed ^ (carried & {"52"}):
            text = f"{code} is billed {'without' if '52' in fixed else 'with'} modifier 52; the nerves named call for "
            notes.append(NoticeSaid(text + ("it" if "52" in fixed else "the full service"), list(wanted[0].clauses)))
    missing = [code for code in treated if code not in billed]
    if missing:
        text = f"the nerves named make {', '.join(missing)} too, which no line bills"
        notes.append(NoticeSaid(text, [clause for code in missing for clause in treated[code][0].clauses]))
    return notes


def _codes(denial: Denial | None) -> str:
    """The codes of a denial as a person writes them."""
    return f"(CARC {denial.carc}, RARC {' '.join(denial.rarc)})" if denial else ""
