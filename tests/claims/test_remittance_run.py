"""An X12 file from end to end: claims in, an 835, a 999 and what waits out."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clausal.claims.mapping import read_mapping
from clausal.claims.remit import COLUMNS
from clausal.claims.run import Done, Job, adjudicate
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.exchange.x12.read835 import balance, read_remittances
from clausal.facts.source import parse_source
from clausal.schedules.tables import Schedules
from tests.exchange.x12.files import PROVIDER, SUBSCRIBER, claim, file_of, group, interchange, raw, transaction

WHEN = dt.datetime(2024, 9, 1, 14, 30)
MAPPING = """
columns:
  plan: {column: payer_id, values: {"00710": PLAN}}
  modality: {value: cryoneurolysis}
  purpose: {value: pain}
  contract_active: {value: true}
  network: {value: contracted}
"""
MEDICARE = [
    "SBR*P*18*******MB",
    "CAS*CO*45*100",
    "AMT*D*200",
    "OI***Y***Y",
    "NM1*IL*1*ROE*JANE****MI*1EG4",
    "NM1*PR*2*MEDICARE*****PI*MCR",
]
PAID_BY_MEDICARE = ["SVD*MCR*200*HC:64640:RT**2", "CAS*CO*45*100", "CAS*PR*2*50", "DTP*573*D8*20240901"]


def secondary(*body: list[str]) -> list[str]:
    """A file of claims of which another payer was the first."""
    subscriber = [text.replace("SBR*P", "SBR*S") for text in SUBSCRIBER]
    return interchange(group(transaction(PROVIDER, subscriber, *body)))


@pytest.fixture
def go(library: Library, schedules: Schedules, tmp_path: Path) -> object:
    def of(
        segments: list[str],
        plan: str = "bcn-commercial-hmo",
        target: str = "o.835",
        text: str = MAPPING,
        **options: object,
    ) -> Done:
        source = tmp_path / "claims.837"
        source.write_bytes(raw(segments))
        columns = [*input_columns(library.vocabulary), *COLUMNS]
        mapping = read_mapping(parse_source(text.replace("PLAN", plan), "m.yaml"), columns)
        job = Job(
            source,
            tmp_path / target,
            Options(dt.date(2026, 1, 1)),
            remittance=target.endswith("835"),
            mapping=mapping,
            acknowledgment=tmp_path / "o.999",
            when=WHEN,
            **options,  # type: ignore[arg-type]
        )
        return adjudicate(library, schedules, job)

    return of


def remitted(path: Path) -> list[object]:
    assert balance(io.BytesIO(path.read_bytes())) == []
    return list(read_remittances(io.BytesIO(path.read_bytes()), path.name))


def test_a_denied_claim_is_remitted_with_its_reasons(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = go(file_of(claim("A1"), claim("A2", "350")))
    assert (done.summary.remitted_claims, done.summary.pending_claims) == (2, 0)
    text = (tmp_path / "o.835").read_text()
    assert "CLP*A1*4*350*0**HM*" in text
    assert "CAS*CO*55*350" in text
    assert "LQ*HE*N623" in text
    assert "BPR*H*0*C*NON" in text
    assert len(remitted(tmp_path / "o.835")) >= 1
    assert "IK5*A" in (tmp_path / "o.999").read_text()
    assert not (tmp_path / "o.pending.jsonl").exists()


def test_a_denial_whose_reason_is_not_settled_waits(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    unknown = MAPPING.replace("  contract_active: {value: true}\n", "")
    done = go(file_of(claim("A1")), text=unknown)
    assert (done.summary.remitted_claims, done.summary.pending_claims) == (0, 1)
    (waiting,) = [json.loads(line) for line in (tmp_path / "o.pending.jsonl").read_text().splitlines()]
    assert waiting["why"] == "line 1 is not covered, but its reason is not settled: needs contract_active"
    assert waiting["needs"] == ["contract_active"]


def test_a_denial_for_want_of_a_contract_is_borne_by_the_patient(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    never = MAPPING.replace("contract_active: {value: true}", "contract_active: {value: false}")
    go(file_of(claim("A1", "350")), text=never + "  contract_not_begun: {value: true}\n")
    assert "CAS*PR*26*350" in (tmp_path / "o.835").read_text()


def test_what_is_not_decided_waits_with_what_it_needs(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    other = ["LX*1", "SV1*HC:99213*350*UN*1***1", "DTP*472*D8*20240815"]
    done = go(file_of(claim("A1"), claim("A2", lines=other)))
    assert (done.summary.remitted_claims, done.summary.pending_claims) == (1, 1)
    (waiting,) = [json.loads(line) for line in (tmp_path / "o.pending.jsonl").read_text().splitlines()]
    assert waiting == {"claim_id": "A2", "why": "line 1 is not-addressed", "needs": []}
    assert "CLP*A2" not in (tmp_path / "o.835").read_text()


def test_a_complementary_plan_pays_the_coinsurance_that_medicare_left(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = ["LX*1", "SV1*HC:64640:RT*350*UN*2***1", "DTP*472*D8*20240815", *PAID_BY_MEDICARE]
    done = go(secondary(claim("A1", "350", "REF*9F*R1", *MEDICARE, lines=lines)), plan="bcn65")
    assert done.summary.remitted_claims == 1, (tmp_path / "o.pending.jsonl").read_text()
    text = (tmp_path / "o.835").read_text()
    assert "CLP*A1*2*350*50*" in text
    assert "CAS*OA*23*300" in text
    assert "BPR*I*50*C*CHK" in text
    remitted(tmp_path / "o.835")


def test_what_medicare_denies_a_complementary_plan_does_not_pay(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    denied = ["SVD*MCR*0*HC:64640:RT**2", "CAS*CO*50*350", "DTP*573*D8*20240901"]
    lines = ["LX*1", "SV1*HC:64640:RT*350*UN*2***1", "DTP*472*D8*20240815", *denied]
    go(secondary(claim("A1", "350", *MEDICARE, lines=lines)), plan="bcn65")
    text = (tmp_path / "o.835").read_text()
    assert "CLP*A1*4*350*0*" in text
    assert "CAS*PR*204*350" in text


def test_claims_of_a_transaction_that_breaks_off_are_not_decided_and_others_are(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    good = transaction(PROVIDER, SUBSCRIBER, claim("A1"), control="0001")
    broken = transaction(PROVIDER, SUBSCRIBER, *(claim(f"B{i}") for i in range(4)), control="0002")
    broken[-1] = "SE*9*0002"
    done = go(interchange(group(good, broken)), target="o.parquet")
    assert [one["claim_id"] for one in pq.read_table(tmp_path / "o.parquet").to_pylist()] == ["A1"]
    rejected = [json.loads(line) for line in (tmp_path / "o.rejects.jsonl").read_text().splitlines()]
    assert {one["claim_id"] for one in rejected if "rejected as a whole" in one["problem"]} == {"B0", "B1", "B2", "B3"}
    assert done.summary.rejected == 4
    acknowledgment = (tmp_path / "o.999").read_text()
    assert acknowledgment.count("IK5*A") == 1
    assert acknowledgment.count("IK5*R") == 1


def test_a_bad_claim_is_refused_and_the_good_one_beside_it_decided(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    bad = claim("BAD", lines=["LX*1", "SV1*HC:64640*x*UN*2***1", "DTP*472*D8*20240815"])
    done = go(file_of(claim("A1"), bad), target="o.parquet")
    assert [one["claim_id"] for one in pq.read_table(tmp_path / "o.parquet").to_pylist()] == ["A1"]
    assert done.summary.refused_claims == 1
    told = json.loads((tmp_path / "o.rejects.jsonl").read_text().splitlines()[0])
    assert (told["claim_id"], "SV102" in told["where"]) == ("BAD", True)
    assert "IK5*E" in (tmp_path / "o.999").read_text()


@pytest.mark.parametrize("lost", [1, 2])
def test_a_file_that_ends_early_says_that_claims_may_be_missing(go, tmp_path: Path, lost: int) -> None:  # type: ignore[no-untyped-def]
    done = go(file_of(claim("A1"))[:-lost], target="o.parquet")
    assert [one["claim_id"] for one in pq.read_table(tmp_path / "o.parquet").to_pylist()] == ["A1"]
    assert (done.summary.refused_claims, done.summary.is_whole) == (0, False)
    told = [json.loads(one)["problem"] for one in (tmp_path / "o.rejects.jsonl").read_text().splitlines()]
    assert "the interchange has no IEA" in told


def test_two_claims_with_one_number_stay_two(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = go(file_of(claim("A1"), claim("A1")), target="o.parquet")
    assert done.summary.claims == 2
    keys = [one["claim_key"] for one in pq.read_table(tmp_path / "o.parquet").to_pylist()]
    assert len(set(keys)) == 2
