"""The 835: how it is written, that it balances, that it reads back as it was."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.exchange.x12.read835 import Remittance, balance, read_remittances
from clausal.exchange.x12.remittance import Adjustment, Party, Person, RemittedClaim, RemittedLine
from clausal.exchange.x12.write835 import RemittanceWriter
from clausal.exchange.x12.writing import Parties
from tests.exchange.validated import faults

WHEN = dt.datetime(2024, 9, 1, 14, 30)
PAYER = Party("SOME PLAN", "00710", "", "380000009", ("9 HIGH ST", "DETROIT", "MI", "48226"))
CLINIC = Party("KNEE CLINIC", "1234567893", "XX", "380000001", ("1 MAIN ST", "FLOOR 2", "DETROIT", "MI", "48201"))
OTHER = Party("OTHER CLINIC", "380000002", "FI", "380000002")
LINE = RemittedLine(
    code="64640",
    revenue_code=None,
    modifiers=("RT",),
    units=2,
    paid_units=1,
    charge=35000,
    paid=7904,
    adjustments=(Adjustment("CO", "45", 25096), Adjustment("PR", "2", 2000)),
    remarks=("N130",),
    service_date=dt.date(2024, 8, 15),
    control_number="L1",
    allowed=9904,
)
DENIED = RemittedLine(
    "76942", "0360", (), 1, 1, 10050, 0, (Adjustment("CO", "50", 10050),), (), dt.date(2024, 8, 15), "L2"
)
CLAIM = RemittedClaim(
    "A1",
    "1",
    "HM",
    "ICN1",
    45050,
    7904,
    Person("ROE", "TIM"),
    (LINE, DENIED),
    (),
    "11",
    "1",
    Person("ROE", "JANE", "M1"),
)


def written(*claims: tuple[Party, RemittedClaim]) -> bytes:
    out = io.BytesIO()
    with RemittanceWriter(out, Parties("PLAN", "CLINIC"), WHEN, 42) as writer:
        for payee, claim in claims:
            writer.claim(PAYER, payee, claim)
    if claims:
        assert faults(out.getvalue()) == []
    return out.getvalue()


def read_back(data: bytes) -> list[Remittance]:
    return list(read_remittances(io.BytesIO(data), "835"))


def test_a_remittance_as_it_is_written() -> None:
    assert written((CLINIC, CLAIM)).decode().replace("~\n", "\n").splitlines() == [
        "ISA*00*          *00*          *ZZ*PLAN           *ZZ*CLINIC         *240901*1430*^*00501*000000042*0*P*:",
        "GS*HP*PLAN*CLINIC*20240901*1430*42*X*005010X221A1",
        "ST*835*0001",
        "BPR*I*79.04*C*CHK************20240901",
        "TRN*1*0000000420001*1380000009",
        "DTM*405*20240901",
        "N1*PR*SOME PLAN",
        "N3*9 HIGH ST",
        "N4*DETROIT*MI*48226",
        "REF*2U*00710",
        "PER*BL*SOME PLAN",
        "N1*PE*KNEE CLINIC*XX*1234567893",
        "N3*1 MAIN ST*FLOOR 2",
        "N4*DETROIT*MI*48201",
        "REF*TJ*380000001",
        "LX*1",
        "CLP*A1*1*450.5*79.04*20*HM*ICN1*11*1",
        "NM1*QC*1*ROE*TIM",
        "NM1*IL*1*ROE*JANE****MI*M1",
        "SVC*HC:64640:RT*350*79.04**1**2",
        "DTM*472*20240815",
        "CAS*CO*45*250.96",
        "CAS*PR*2*20",
        "REF*6R*L1",
        "AMT*B6*99.04",
        "LQ*HE*N130",
        "SVC*HC:76942*100.5*0*0360*1",
        "DTM*472*20240815",
        "CAS*CO*50*100.5",
        "REF*6R*L2",
        "SE*29*0001",
        "GE*1*42",
        "IEA*1*000000042",
    ]


def test_where_nothing_is_paid_it_is_a_notice() -> None:
    nothing = replace(CLAIM, status_code="4", charge=10050, paid=0, lines=(DENIED,))
    assert b"BPR*H*0*C*NON************20240901~" in written((CLINIC, nothing))


def test_less_than_nothing_is_carried_forward() -> None:
    back = replace(LINE, charge=-35000, paid=-35000, adjustments=(), allowed=None)
    data = written((CLINIC, replace(CLAIM, status_code="22", charge=-35000, paid=-35000, lines=(back,))))
    assert b"BPR*H*0*C*NON" in data
    assert b"PLB*1234567893*20241231*FB:0000000420001*-350~" in data
    assert balance(io.BytesIO(data)) == []


def test_a_new_payee_starts_a_transaction() -> None:
    data = written((CLINIC, CLAIM), (CLINIC, CLAIM), (OTHER, CLAIM), (CLINIC, CLAIM))
    found = read_back(data)
    assert [(one.control, len(one.claims), one.total) for one in found] == [
        ("0001", 2, 15808),
        ("0002", 1, 7904),
        ("0003", 1, 7904),
    ]
    assert data.endswith(b"GE*3*42~\nIEA*1*000000042~\n")
    assert balance(io.BytesIO(data)) == []


def test_more_than_six_reasons_go_on_in_another_segment() -> None:
    many = tuple(Adjustment("CO", str(number), 100) for number in range(1, 9))
    claim = replace(
        CLAIM, lines=(replace(LINE, charge=8704, adjustments=(*many, Adjustment("OA", "23", 0))),), charge=8704
    )
    data = written((CLINIC, claim))
    assert b"CAS*CO*1*1**2*1**3*1**4*1**5*1**6*1~\nCAS*CO*7*1**8*1~\n" in data
    assert b"CAS*OA" not in data


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (replace(CLAIM, lines=(replace(LINE, paid=7903), DENIED)), "line 1: 350 charged, 349.99 paid and adjusted"),
        (replace(CLAIM, charge=45051), "the claim charges 450.51, its lines 450.5"),
        (replace(CLAIM, paid=7905), "the claim is paid 79.05, its lines and adjustments make 79.04"),
        (replace(CLAIM, adjustments=(Adjustment("CO", "45", 1),)), "the claim is paid 79.04"),
        (replace(CLAIM, control_number=""), "the claim has no control number"),
        (replace(CLAIM, lines=(replace(DENIED, code=None, revenue_code=None),)), "neither code nor revenue code"),
        (replace(CLAIM, adjustments=(Adjustment("XX", "45", 0),)), "'XX-45' is no adjustment"),
    ],
)
def test_what_does_not_balance_is_not_written(claim: RemittedClaim, message: str) -> None:
    out = io.BytesIO()
    writer = RemittanceWriter(out, Parties("PLAN", "CLINIC"), WHEN)
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        writer.claim(PAYER, CLINIC, claim)
    assert message in str(raised.value)
    writer.close()
    assert b"CLP" not in out.getvalue()


def test_names_cannot_break_a_segment() -> None:
    claim = replace(CLAIM, patient=Person("R~O*E", "T:I^M\n"))
    (found,) = read_back(written((CLINIC, claim)))
    assert found.claims[0].patient == Person("R O E", "T I M")


def test_names_are_written_in_plain_letters_and_cut_to_their_length() -> None:
    claim = replace(CLAIM, patient=Person("Muñoz-Strauß", "Zoë"))
    clinic = replace(CLINIC, name="Ærø " + "K" * 80)
    (found,) = read_back(written((clinic, claim)))
    assert found.claims[0].patient == Person("Munoz-Strauss", "Zoe")
    assert found.payee.name == "AEro " + "K" * 55


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"SVC*HC:64640:RT*350*", b"SVC*HC:64640:RT*351*", "line 1: 351 charged, 350 paid and adjusted"),
        (b"CAS*PR*2*20~", b"CAS*PR*2*x~", "'x' is no amount"),
        (b"SVC*HC:76942*100.5*0*0360*1~", b"SVC*HC:76942*100.5**0360*1~", "no amount is given where there must be one"),
        (b"BPR*I*79.04", b"BPR*I*79.05", "BPR02 is 79.05, the claims less PLB make 79.04"),
        (b"CLP*A1*1*450.5*", b"CLP*A1*1*450*", "the claim charges 450, its lines 450.5"),
        (b"SE*29*", b"SE*30*", "SE counts '30' segments of '0001', there are 29"),
        (b"SE*29*0001~\n", b"", "the transaction has no SE"),
        (b"ST*835*", b"ST*837*", "no remittance in this file"),
    ],
)
def test_what_does_not_balance_is_found(old: bytes, new: bytes, message: str) -> None:
    data = written((CLINIC, CLAIM))
    assert balance(io.BytesIO(data)) == []
    assert message in [problem.message for problem in balance(io.BytesIO(data.replace(old, new)))]


codes = st.sampled_from(["64640", "99213", "J3301"])
adjustments = st.lists(
    st.builds(
        Adjustment,
        st.sampled_from(["CO", "OA", "PI", "PR"]),
        st.sampled_from(["45", "50", "97", "B7"]),
        st.integers(-5_000, 90_000).filter(bool),
        st.none() | st.integers(1, 9),
    ),
    max_size=9,
).map(lambda found: tuple(sorted(found, key=lambda one: ("CO", "PR", "OA", "PI").index(one.group))))


@st.composite
def lines(draw: st.DrawFn) -> RemittedLine:
    why, paid = draw(adjustments), draw(st.integers(0, 100_000))
    return RemittedLine(
        code=draw(codes),
        revenue_code=draw(st.none() | st.just("0360")),
        modifiers=draw(st.lists(st.sampled_from(["RT", "59"]), max_size=4).map(tuple)),
        units=draw(st.integers(1, 20)),
        paid_units=draw(st.integers(1, 20)),
        charge=paid + sum(one.amount for one in why),
        paid=paid,
        adjustments=why,
        remarks=draw(st.lists(st.sampled_from(["N130", "M15"]), max_size=3).map(tuple)),
        service_date=draw(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))),
        control_number=draw(st.sampled_from(["", "L1", "2"])),
        allowed=draw(st.none() | st.integers(0, 10**7)),
    )


@st.composite
def claims(draw: st.DrawFn) -> RemittedClaim:
    of_claim = draw(st.lists(lines(), min_size=1, max_size=4).map(tuple))
    why = draw(adjustments)
    return RemittedClaim(
        control_number=draw(st.sampled_from(["A1", "B 2"])),
        status_code=draw(st.sampled_from(["1", "2", "4"])),
        claim_filing="HM",
        payer_control_number="ICN",
        charge=sum(line.charge for line in of_claim),
        paid=sum(line.paid for line in of_claim) - sum(one.amount for one in why),
        patient=Person("ROE", draw(st.sampled_from(["TIM", ""])), draw(st.sampled_from(["M1", ""]))),
        lines=of_claim,
        adjustments=why,
        facility_code="11",
        frequency="1",
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([CLINIC, OTHER]), claims()), max_size=4))
def test_whatever_is_written_balances_and_reads_back(sent: list[tuple[Party, RemittedClaim]]) -> None:
    data = written(*sent)
    found = read_back(data)
    assert [(one.payee, claim) for one in found for claim in one.claims] == sent
    assert all(one.payer.name == PAYER.name and one.payer.id == PAYER.id and one.complete for one in found)
    if sent:
        assert balance(io.BytesIO(data)) == []
