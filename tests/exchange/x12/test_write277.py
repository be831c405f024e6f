"""The 277CA: which claims are accepted, which are refused and why, with totals."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.exchange.x12.claim_status import Status, of_column, of_problem
from clausal.exchange.x12.heard import Heard
from clausal.exchange.x12.problem import ClaimProblem, Transaction
from clausal.exchange.x12.read837 import Reader837
from clausal.exchange.x12.write277 import ClaimAcknowledgmentWriter
from tests.exchange.validated import faults

from .files import INSTITUTIONAL, PROVIDER, SUBSCRIBER, claim, file_of, group, interchange, raw, transaction

WHEN = dt.datetime(2024, 9, 1, 14, 30)
BAD = claim("BAD", "350", lines=["LX*1", "SV1*HC:64640*x*UN*2***1", "DTP*472*D8*20240815"])
OTHER_PROVIDER = [text.replace("KNEE CLINIC", "OTHER CLINIC").replace("HL*1*", "HL*3*") for text in PROVIDER]
OTHER_SUBSCRIBER = [text.replace("HL*2*1*", "HL*4*3*").replace("ROE*JANE", "DOE*JOHN") for text in SUBSCRIBER]


def answer(data: bytes | list[str]) -> list[str]:
    """What a file is answered, of which every claim that is read is accepted."""
    out = io.BytesIO()
    problems: list[ClaimProblem] = []
    with ClaimAcknowledgmentWriter(out, WHEN, 42) as writer:

        def heard(one: Heard) -> None:
            why = [of_problem(problem) for problem in problems if problem.fatal == "claim" and not one.accepted]
            problems.clear()
            writer.claim(one, why)

        def ended(one: Transaction) -> None:
            if one.status == "R":
                writer.drop()
            else:
                writer.end(one.header)

        reader = Reader837(
            io.BytesIO(data if isinstance(data, bytes) else raw(data)),
            "claims.837",
            on_problem=problems.append,
            on_claim=heard,
            on_transaction=ended,
        )
        for _ in reader:
            pass
    assert not out.getvalue() or faults(out.getvalue()) == []
    return out.getvalue().decode().replace("~\n", "\n").splitlines()


def test_an_acknowledgment_as_it_is_written() -> None:
    body = transaction(PROVIDER, SUBSCRIBER, claim("A1"), BAD, OTHER_PROVIDER, OTHER_SUBSCRIBER, claim("B1", "99.50"))
    assert answer(interchange(group(body))) == [
        "ISA*00*          *00*          *ZZ*PLAN           *ZZ*CLINIC         *240901*1430*^*00501*000000042*0*T*:",
        "GS*HN*PLAN1*CLINIC1*20240901*1430*1*X*005010X214",
        "ST*277*0001*005010X214",
        "BHT*0085*08*20240901143000000001*20240901*1430*TH",
        "HL*1**20*1",
        "NM1*PR*2*PLAN*****46*P1",
        "TRN*1*20240901143000000001",
        "DTP*050*D8*20240901",
        "DTP*009*D8*20240901",
        "HL*2*1*21*1",
        "NM1*41*2*BILLER*****46*B1",
        "TRN*2*1",
        "STC*A1:19:PR*20240901*WQ*799.5",
        "QTY*90*2",
        "QTY*AA*1",
        "AMT*YU*449.5",
        "AMT*YY*350",
        "HL*3*2*19*1",
        "NM1*85*2*KNEE CLINIC*****XX*1234567893",
        "TRN*1*0",
        "STC*A1:19:PR**WQ*700",
        "REF*TJ*380000001",
        "QTY*QA*1",
        "QTY*QC*1",
        "AMT*YU*350",
        "AMT*YY*350",
        "HL*4*3*PT",
        "NM1*QC*1*ROE*JANE****MI*M0001",
        "TRN*2*A1",
        "STC*A2:20:PR*20240901*WQ*350",
        "DTP*472*D8*20240815",
        "HL*5*3*PT",
        "NM1*QC*1*ROE*JANE****MI*M0001",
        "TRN*2*BAD",
        "STC*A7:583*20240901*U*350",
        "DTP*472*D8*20240815",
        "HL*6*2*19*1",
        "NM1*85*2*OTHER CLINIC*****XX*1234567893",
        "TRN*1*0",
        "STC*A1:19:PR**WQ*99.5",
        "REF*TJ*380000001",
        "QTY*QA*1",
        "AMT*YU*99.5",
        "HL*7*6*PT",
        "NM1*QC*1*DOE*JOHN****MI*M0001",
        "TRN*2*B1",
        "STC*A2:20:PR*20240901*WQ*99.5",
        "DTP*472*D8*20240815",
        "SE*47*0001",
        "GE*1*1",
        "IEA*1*000000042",
    ]


def test_of_a_transaction_that_is_rejected_as_a_whole_nothing_is_said() -> None:
    good = transaction(PROVIDER, SUBSCRIBER, claim("A1"), control="0001")
    wrong = [*transaction(PROVIDER, SUBSCRIBER, claim("B1"), control="0002")[:-1], "SE*99*0002"]
    assert [text for text in answer(interchange(group(good, wrong))) if text[:5] == "TRN*2"] == ["TRN*2*1", "TRN*2*A1"]
    assert answer(interchange(group(wrong))) == []
    assert answer(b"no claims") == []


def test_a_claim_whose_levels_are_damaged_and_that_has_nothing_is_answered_too() -> None:
    homeless = [text for text in SUBSCRIBER if not text.startswith("NM1*IL")]
    homeless[0] = homeless[0].replace("HL*2*", "HL*3*")
    said = answer(interchange(group(transaction(PROVIDER, SUBSCRIBER, claim("A0"), homeless, claim("A1", "99.5")))))
    assert "NM1*QC*1*UNKNOWN*****MI*UNKNOWN" in said
    assert "STC*A3:684*20240901*U*99.5" in said
    assert "AMT*YY*99.5" in said


def test_of_a_transaction_all_of_whose_claims_are_refused_the_999_says_all() -> None:
    assert answer(file_of(BAD)) == []


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        (b"CLM*B\xd1*100***11:B:1*Y*A*Y*Y", ["TRN*2*0", "STC*A7:478*20240901*U*100"]),
        (b"CLM*B1*100***11:B:\xd1*Y*A*Y*Y", ["TRN*2*B1", "STC*A7:249*20240901*U*100"]),
        (b"CLM*B1*1\xd10***11:B:1*Y*A*Y*Y", ["TRN*2*B1", "STC*A7:178*20240901*U*0"]),
        (b"CLM*B1*100***11:B:1*Y*A*Y*Y" + b"*" * 20 + b"X", ["TRN*2*B1", "STC*A3:684*20240901*U*100"]),
    ],
)
def test_a_claim_that_opens_damaged_is_told_with_what_can_be_read_of_it(opening: bytes, told: list[str]) -> None:
    body = file_of(claim("A1", "350"), claim("HERE", "100"), claim("A2", "350"))
    data = raw(body).replace(b"CLM*HERE*100***11:B:1*Y*A*Y*Y", opening)
    said = answer(data)
    assert [text for text in said if text[:5] == "TRN*2"][1:] == ["TRN*2*A1", told[0], "TRN*2*A2"]
    assert said[said.index(told[0]) + 1] == told[1]
    assert {"AMT*YU*700", f"AMT*YY*{told[1].rpartition('*')[2]}"} <= set(said)


@pytest.mark.parametrize(
    ("right", "wrong", "status"),
    [
        ("HC:64640:RT", "HC:64640:R?", ("A7", "453")),
        ("HC:64640:RT", "HC:64640:RT::R?", ("A7", "453")),
        ("HC:64640:RT", "HC:6464?:RT", ("A7", "454")),
        ("11:B:1", "11:B", ("A6", "535")),
        ("11:B:1", "11:B:11", ("A7", "535")),
        ("11:B:1", "1:B:1", ("A7", "249")),
        ("11:B:1", ":B:1", ("A6", "249")),
    ],
)
def test_a_part_of_a_composite_has_its_own_status(right: str, wrong: str, status: tuple[str, str]) -> None:
    said = answer(file_of(claim("A1"), [text.replace(right, wrong) for text in claim("B1")]))
    at = said.index("TRN*2*B1")
    assert said[at + 1] == f"STC*{status[0]}:{status[1]}*20240901*U*350"


def test_the_type_of_an_institutional_bill_has_its_own_status() -> None:
    lines = ["LX*1", "SV2*0360*HC:64640*350*UN*2", "DTP*472*D8*20240815"]
    good = ["CLM*A1*350***13:A:1**A*Y*Y", "DTP*434*D8*20240815", "HI*ABK:M1711", *lines]
    bad = [text.replace("*A1*", "*B1*").replace("13:A", "X3:A") for text in good]
    sent = transaction(PROVIDER, SUBSCRIBER, good, bad, version=INSTITUTIONAL)
    said = answer(interchange(group(sent, version=INSTITUTIONAL)))
    assert said[said.index("TRN*2*B1") + 1] == "STC*A7:228*20240901*U*350"


@pytest.mark.parametrize("number", ["B^A", "B" * 51, "Ä", ""])
def test_a_number_that_cannot_be_written_is_told_as_none_and_not_altered(number: str) -> None:
    said = answer(file_of(claim("A1"), [text.replace("BAD", number) for text in BAD]))
    assert [text for text in said if text.startswith("TRN*2")] == ["TRN*2*1", "TRN*2*A1", "TRN*2*0"]


def test_a_name_is_told_in_plain_letters_or_as_unknown() -> None:
    spanish = [text.replace("ROE*JANE", "NÚÑEZ*ZOË") for text in SUBSCRIBER]
    chinese = [text.replace("ROE*JANE", "\u674e*JANE").replace("HL*2", "HL*3") for text in SUBSCRIBER]
    said = answer(interchange(group(transaction(PROVIDER, spanish, claim("A1"), chinese, claim("A2")))))
    assert [text for text in said if text.startswith("NM1*QC")] == [
        "NM1*QC*1*NUNEZ*ZOE****MI*M0001",
        "NM1*QC*1*UNKNOWN*JANE****MI*M0001",
    ]


def test_an_institutional_claim_has_its_type_of_bill() -> None:
    text = "CLM*A1*350***13:A:1**A*Y*Y"
    lines = ["LX*1", "SV2*0360*HC:64640*350*UN*2", "DTP*472*RD8*20240815-20240816"]
    body = [text, "DTP*434*RD8*20240815-20240816", "HI*ABK:M1711", "REF*D9*17", *lines]
    sent = transaction(PROVIDER, SUBSCRIBER, body, version=INSTITUTIONAL)
    said = answer(interchange(group(sent, version=INSTITUTIONAL)))
    assert said[-6:-3] == ["REF*D9*17", "REF*BLT*131", "DTP*472*RD8*20240815-20240816"]


@pytest.mark.parametrize(
    ("segment", "status"),
    [
        ("CLM**350***11:B:1*Y*A*Y*Y", Status("A6", "478")),
        ("CLM*A1*x***11:B:1*Y*A*Y*Y", Status("A7", "178")),
        ("CLM*A1*350***1:B:1*Y*A*Y*Y", Status("A7", "249")),
        ("HI*BK:71516", Status("A7", "255")),
        ("SV1*HC:646*350*UN*2***1", Status("A7", "454")),
        ("SV1*HC:64640**UN*2***1", Status("A6", "583")),
        ("SV1*HC:64640*350*XX*2***1", Status("A7", "659")),
        ("SV1*HC:64640*350*UN*x***1", Status("A7", "476")),
        ("SV1*HC:64640*350*UN*2***9", Status("A7", "477")),
        ("DTP*472*D8*20241315", Status("A7", "187")),
        ("LX*0", Status("A7", "247")),
        ("NTE*ADD*A*B*C", Status("A3", "684")),
    ],
)
def test_a_refused_claim_has_the_status_of_its_cause(segment: str, status: Status) -> None:
    tag = segment.split("*")[0]
    sent = [segment if text.split("*")[0] == tag else text for text in [*claim("A1"), "NTE*ADD*SEEN"]]
    said = answer(file_of(claim("GOOD"), sent))
    assert f"STC*{status.category}:{status.code}*20240901*U*" in "\n".join(said)


def test_a_line_that_cannot_be_decided_has_the_status_of_its_column() -> None:
    assert of_column("modifiers: unknown modifier 'ZZ'") == Status("A7", "453")
    assert of_column("a claim has at most 9,999 lines") == Status("A7", "247")


names = st.text(st.characters(codec="utf-8", exclude_characters="*:^~\n\r"), max_size=70)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(names, names, names, st.sampled_from(["350", "x", "0", "99999999.99"])), max_size=6))
def test_whatever_is_sent_the_answer_is_valid(sent: list[tuple[str, str, str, str]]) -> None:
    body = []
    for number, (last, first, identifier, charge) in enumerate(sent, 2):
        subscriber = [
            text.replace("HL*2*", f"HL*{number}*").replace("ROE*JANE", f"{last}*{first}").replace("M0001", identifier)
            for text in SUBSCRIBER
        ]
        body += [subscriber, claim(identifier, charge)]
    answer(interchange(group(transaction(PROVIDER, *body))))
