"""The 999 in answer to a claim file, as it is written."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from clausal.exchange.x12.acknowledge import AcknowledgmentWriter
from clausal.exchange.x12.read837 import Reader837
from clausal.exchange.x12.syntax import Segment, segments
from tests.exchange.validated import faults

from .files import PROVIDER, SUBSCRIBER, claim, file_of, group, interchange, raw, transaction

WHEN = dt.datetime(2024, 9, 1, 14, 30)
HEAD = [
    "ISA*00*          *00*          *ZZ*PLAN           *ZZ*CLINIC         *240901*1430*^*00501*000000042*0*T*:",
    "GS*FA*PLAN1*CLINIC1*20240901*1430*1*X*005010X231A1",
    "ST*999*0001*005010X231A1",
    "AK1*HC*7*005010X222A1",
    "AK2*837*0001*005010X222A1",
]
BODY = (PROVIDER, SUBSCRIBER)
BAD = claim("BAD", "350", lines=["LX*1", "SV1*HC:64640*x*UN*2***1", "DTP*472*D8*20240815"])


def answer(data: bytes | list[str]) -> list[str]:
    out = io.BytesIO()
    with AcknowledgmentWriter(out, WHEN, 42) as writer:
        reader = Reader837(
            io.BytesIO(data if isinstance(data, bytes) else raw(data)),
            "claims.837",
            on_problem=writer.problem,
            on_transaction=writer.transaction,
            on_group=writer.group,
        )
        for _ in reader:
            pass
    assert not out.getvalue() or faults(out.getvalue()) == []
    return out.getvalue().decode().replace("~\n", "\n").splitlines()


def test_all_good() -> None:
    assert answer(file_of(claim("A1"))) == [
        *HEAD,
        "IK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
        "GE*1*1",
        "IEA*1*000000042",
    ]


def test_a_claim_is_told_in_its_own_loop_wherever_it_stands() -> None:
    after_claim = claim("A2")
    after_claim[0] += "*" * 20 + "X"
    homeless = [text for text in SUBSCRIBER if not text.startswith("NM1*IL")]
    unknown = ["HL*9*1*99*0"]
    for body, told in (
        ([SUBSCRIBER, claim("")], "IK3*CLM*19*2300*8"),
        ([SUBSCRIBER, claim("A1"), after_claim], "IK3*CLM*24*2300*8"),
        ([homeless, claim("A1")], "IK3*CLM*18*2300*3"),
        ([SUBSCRIBER, claim("A1"), unknown], "IK3*HL*24*2000*8"),
    ):
        said = answer(interchange(group(transaction(PROVIDER, *body))))
        assert next(text for text in said if text.startswith(told[:7])) == told


def test_what_is_paid_for_a_line_is_told_in_the_loop_of_the_line() -> None:
    lines = ["LX*1", "SV1*HC:64640*350*UN*2***1", "DTP*472*D8*20240815", "SVD*X*200*HC:64640**2"]
    said = answer(file_of(claim("A1", "350", lines=lines)))
    assert {text for text in said if text.startswith("IK3")} == {"IK3*LX*21*2400*8"}


@pytest.mark.parametrize("service", ["HC:00142*350*MJ*61", "HC:A0425:RH*350*UN*21.5", "IV:X12345*350*UN*2"])
def test_what_the_guide_allows_and_is_not_decided_here_is_no_error_of_the_sender(service: str) -> None:
    lines = ["LX*1", f"SV1*{service}***1", "DTP*472*D8*20240815"]
    assert answer(file_of(claim("A1", "350", lines=lines)))[5:7] == ["IK5*A", "AK9*A*1*1*1"]


def test_a_part_of_a_composite_is_told_where_it_stands() -> None:
    lines = ["LX*1", "SV1*HC:64640:R?*350*UN*2***1", "DTP*472*D8*20240815"]
    assert "IK4*1:3**7" in answer(file_of(claim("A1", "350", lines=lines)))
    assert "IK4*5:3**1" in answer(file_of([text.replace("11:B:1", "11:B") for text in claim("A1")]))


def test_one_bad_claim() -> None:
    assert answer(file_of(claim("A1"), BAD)) == [
        *HEAD,
        "IK3*SV1*27*2400*8",
        "CTX*CLM01:BAD",
        "IK4*2**6",
        "IK5*E*5",
        "AK9*E*1*1*1",
        "SE*9*0001",
        "GE*1*1",
        "IEA*1*000000042",
    ]


def test_nothing_but_a_bad_claim() -> None:
    said = answer(file_of(BAD))
    assert [text for text in said if text.startswith(("IK5", "AK9"))] == ["IK5*R*5", "AK9*R*1*1*0"]


def test_bad_counts() -> None:
    data = raw(file_of(claim("A1"))).replace(b"SE*24*", b"SE*25*").replace(b"GE*1*", b"GE*3*")
    assert answer(data) == [
        *HEAD,
        "IK5*R*4",
        "AK9*R*3*1*0*5",
        "SE*6*0001",
        "GE*1*1",
        "IEA*1*000000042",
    ]


def test_one_transaction_of_two() -> None:
    bad = [text.replace("SE*24*", "SE*23*") for text in transaction(*BODY, claim("B1"), control="0002")]
    said = answer(interchange(group(transaction(*BODY, claim("A1")), bad)))
    assert said[5:9] == ["IK5*A", "AK2*837*0002*005010X222A1", "IK5*R*4", "AK9*P*2*2*1"]


def test_an_unknown_version() -> None:
    sent = [text.replace("*005010X222A1", "*004010X098A1") for text in group(transaction(*BODY, claim("A1")))]
    assert answer(interchange(sent)) == [
        *HEAD[:3],
        "AK1*HC*7*004010X098A1",
        "AK2*837*0001*004010X098A1",
        "IK5*R*1",
        "AK9*R*1*1*0*2",
        "SE*6*0001",
        "GE*1*1",
        "IEA*1*000000042",
    ]


def test_each_group_and_interchange_is_answered() -> None:
    first = interchange(
        group(transaction(*BODY, claim("A1"))), group(transaction(*BODY, claim("A1"), control="0002"), control="8")
    )
    said = answer([*first, *interchange(group(transaction(*BODY, claim("A1"))), control=2)])
    assert [text.split("*")[0] for text in said if text[:2] in ("IS", "GS", "ST", "GE", "IE")] == (
        ["ISA", *["GS", "ST", "GE"] * 2, "IEA", "ISA", "GS", "ST", "GE", "IEA"]
    )
    assert said[-1] == "IEA*1*000000043"


@pytest.mark.parametrize("number", ["B^A~D", "B^D", "B" * 40, "Ä", " B"])
def test_what_is_said_of_hostile_text_is_still_x12_and_no_number_is_altered(number: str) -> None:
    out = answer(raw(file_of([text.replace("BAD", number) for text in BAD])))
    assert [text[:5] for text in out if text.startswith("IK5")] == ["IK5*R"]
    assert not [text for text in out if text.startswith("CTX")]


def test_acknowledgments_are_not_acknowledged() -> None:
    ours = [*HEAD, "IK5*A", "AK9*A*1*1*1", "SE*6*0001", "GE*1*1", "IEA*1*000000042"]
    assert answer(ours) == []
    assert answer(b"no claims") == []


def test_counts_are_right_whatever_is_wrong() -> None:
    said = answer(file_of(claim("A1"), BAD, ["ZZZ*1"], claim("A2", "")))
    count = 0
    for one in segments(io.BytesIO("".join(f"{text}~\n" for text in said).encode())):
        assert isinstance(one, Segment)
        if one.tag == "SE":
            assert one.elements[1] == str(one.number)
            count += 1
    assert count == 1
