"""Whatever is wrong with a claim file: the 999 and the 277CA in answer to it are as an outside validator wants them."""

from __future__ import annotations

import datetime as dt
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.exchange.x12.acknowledge import AcknowledgmentWriter
from clausal.exchange.x12.claim_status import SYNTAX, Status, of_problem
from clausal.exchange.x12.heard import Heard
from clausal.exchange.x12.problem import ClaimProblem, Transaction
from clausal.exchange.x12.read837 import Reader837
from clausal.exchange.x12.write277 import ClaimAcknowledgmentWriter
from tests.exchange.validated import faults

from .files import PROVIDER, SUBSCRIBER, claim, group, interchange, raw, transaction

WHEN = dt.datetime(2024, 9, 1, 14, 30)
AMBULANCE = ["LX*1", "SV1*HC:A0428:RH*350*UN*21.5***1", "DTP*472*D8*20240815", "REF*6R*L1"]
ANSWERED = ["SVD*MCR*200*HC:64640:RT**2", "CAS*CO*45*100", "DTP*573*D8*20240901"]
BODY = [*PROVIDER, *SUBSCRIBER, *claim("A1"), *claim("A2", lines=AMBULANCE), *claim("A3", "350", *ANSWERED)]

values = st.text(st.sampled_from("AZ09.-:^~ \t\x00\u0410\u00e9"), max_size=60) | st.sampled_from(
    ["0", "1e9", "-1", "HC:", "20240230"]
)
tags = st.sampled_from(
    ["ZZZ", "HL", "CLM", "LX", "SV1", "NM1", "SBR", "N3", "SVD", "LIN", "CAS", "HI", "Z", "\u00c9", "LS", ""]
)


@st.composite
def damaged(draw: st.DrawFn) -> list[str]:
    """Segments of a transaction of which some are lost, doubled, moved, put in, or changed in an element."""
    body = list(BODY)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body) - 1))
        elements = body[at].split("*")
        which = draw(st.integers(0, len(elements) + 2))
        match draw(st.sampled_from(["lost", "doubled", "moved", "put in", "changed", "changed", "changed"])):
            case "lost":
                del body[at]
            case "doubled":
                body.insert(at, body[at])
            case "moved":
                body.insert(draw(st.integers(0, len(body) - 1)), body.pop(at))
            case "put in":
                body.insert(at, "*".join([draw(tags), *draw(st.lists(values, max_size=4))]))
            case _:
                elements += [""] * (which + 1 - len(elements))
                elements[which] = draw(values) if which else draw(tags)
                body[at] = "*".join(elements)
    return body


@settings(max_examples=40, deadline=None)
@given(st.lists(damaged(), min_size=1, max_size=2), st.booleans())
def test_whatever_is_wrong_the_answers_are_valid(bodies: list[list[str]], cut: bool) -> None:
    sent = interchange(group(*(transaction(body, control=f"{at:04}") for at, body in enumerate(bodies, 1))))
    acknowledgment, of_claims = answers(raw(sent[: -4 if cut else None]))
    assert faults(acknowledgment) == []
    assert not of_claims or faults(of_claims) == []


def answers(data: bytes) -> tuple[bytes, bytes]:
    """The 999 and the 277CA of a file of which every claim that is read is accepted."""
    acknowledgment, of_claims = io.BytesIO(), io.BytesIO()
    why: list[Status] = []
    with AcknowledgmentWriter(acknowledgment, WHEN) as writer, ClaimAcknowledgmentWriter(of_claims, WHEN) as told:

        def wrong(problem: ClaimProblem) -> None:
            writer.problem(problem)
            if problem.fatal == "claim":
                why.append(of_problem(problem))

        def heard(one: Heard) -> None:
            told.claim(one, [] if one.accepted else why or [Status("A3", SYNTAX)])
            why.clear()

        def ended(one: Transaction) -> None:
            writer.transaction(one)
            if one.codes:
                told.drop()
            else:
                told.end(one.header)

        for _ in Reader837(
            io.BytesIO(data),
            "claims.837",
            on_problem=wrong,
            on_transaction=ended,
            on_group=writer.group,
            on_claim=heard,
        ):
            pass
    return acknowledgment.getvalue(), of_claims.getvalue()
