"""Published samples, as others keep them for their tests; facts were read off them by hand."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest

from clausal.exchange.x12.acknowledge import AcknowledgmentWriter
from clausal.exchange.x12.read835 import balance
from clausal.exchange.x12.read837 import Reader837
from tests.exchange.validated import faults

from .files import Read, read

GUIDES = "linuxforhealth-x12/src/tests/resources"
IMPLEMENTED = re.compile(rb"ST.837.[0-9]+.005010X22[23](A[123])?[~\r\n]")


@pytest.fixture(scope="session")
def samples(published: Path) -> Path:
    folder = published / "x12"
    if not folder.is_dir():
        pytest.skip("the X12 samples are not here: set CLAUSAL_SHARED_DATA to the folder of x12/")
    return folder


def every(samples: Path) -> list[tuple[str, bytes]]:
    """All files that hold X12, by name."""
    found = [path for path in sorted(samples.rglob("*")) if path.is_file() and path.suffix not in (".md", ".json", "")]
    assert found
    return [(path.name, path.read_bytes()) for path in found]


def modern(data: bytes) -> bytes:
    """A sample from before ICD-10 as if it were of today: its diagnoses qualified and lettered (`4779` is `Z4779`).

    Some samples divide composites with `>` and say `:` in their ISA; that is set right too.
    """
    data = re.sub(rb"(?<=[A-Z0-9])>(?=[A-Z0-9>])", b":", data) if b"*T*:~" in data and b"CLM" in data else data
    return re.sub(rb"\*(BK|BF):([0-9])", rb"*A\1:Z\2", re.sub(rb"\*(BK|BF):(?=[A-Z])", rb"*A\1:", data))


def remade(data: bytes) -> bytes:
    """A sample as if it were of today, also one of version 4010: the guide it is of is the one that replaced it."""
    data = data.replace(b"004010X098A1", b"005010X222A1").replace(b"004010X096A1", b"005010X223A2")
    data = re.sub(rb"REF\*87\*004010X09[68](A1)?", b"REF*87*005010X222A1", data)
    if b"REF*87*" not in data:
        return modern(data)
    data = data.replace(b"NM1*73*", b"NM1*ZZ*").replace(b"**BN:", b"*BN:")
    data = re.sub(rb"(?<=SV2\*)([0-9]+)\.00", rb"\1", data)
    data = re.sub(rb"(?<=[*:])(B[A-Z]|PR):(E?[0-9]{2,3})\.(?=[0-9])", rb"\1:\2", data)
    return re.sub(rb"\*(B[JN]|PR):([A-Z]?)([0-9])", _as_icd_10, modern(data))


def _as_icd_10(match: re.Match[bytes]) -> bytes:
    return b"*A" + match[1] + b":" + (match[2] or b"Z") + match[3]


def facts(data: bytes, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in read(data).rows]


def test_no_sample_raises_and_each_transaction_is_answered(samples: Path) -> None:
    for name, data in every(samples):
        found = read(data)
        sent = len(re.findall(rb"(?:^|[~\n\r])[~\n\r]*ST[*+]", data))
        assert len(found.transactions) <= sent, name
        assert found.groups or found.problems, name
        out = io.BytesIO()
        with AcknowledgmentWriter(out, dt.datetime(2024, 9, 1)) as writer:
            for group in found.groups:
                writer.group(group)


HERE = Path(os.environ.get("CLAUSAL_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "x12"
CLAIM_FILES = sorted(
    str(path.relative_to(HERE))
    for path in HERE.rglob("*")
    if path.is_file() and re.search(rb"[~\n]ST[*+]837[*+]", path.read_bytes())
)
READ = re.compile(rb"005010X22[23](A[123])?[~\r\n]")
WITHOUT = {
    "demo.example9.837": ["'1.00' is no list of diagnosis pointers"],
    "837-institutional-claim.edi": ["'19960911' is no date of form 'RD8'"],
    "837p_example_2.x12": ["'1:2' points to a diagnosis that is not there"] * 3,
    "automobile-accident.edi": ["'PR' is a diagnosis of ICD-9"] + ["'BN' is a diagnosis of ICD-9"] * 2,
    "dependent-commercial-insurance-01.837": ["'11::1.00' has no claim frequency"],
}
"""What is wrong with a sample besides its age."""


def cause(data: bytes) -> str | None:
    """Why a sample as it was sent has to be refused; None where it is to be read."""
    if not READ.search(data):
        return "is not read"
    if b"*T*:~" in data and b">B>1" in data + data.replace(b">A>", b">B>"):
        return "is not divided by ':'"
    return "is a diagnosis of ICD-9" if re.search(rb"HI\*BK[:>]", data) else None


def test_the_samples_are_all_there(samples: Path) -> None:
    assert sum((samples / name).is_file() for name in CLAIM_FILES) >= 86


@pytest.mark.parametrize("name", CLAIM_FILES or ["none"])
def test_a_sample_as_it_was_sent_is_read_whole_or_refused_with_the_true_cause(samples: Path, name: str) -> None:
    data = (samples / name).read_bytes()
    found = read(data)
    if (why := cause(data)) is None:
        refused = [problem.message for problem in found.problems if problem.fatal == "claim"]
        assert refused == WITHOUT.get(Path(name).name, [])
        assert len(found.claims) + sum(one.refused for one in found.transactions) == data.count(b"CLM*")
        return
    assert found.claims == []
    fatal = [problem.message for problem in found.problems if problem.fatal or problem.group_code]
    assert why in fatal[0] or WITHOUT.get(Path(name).name, [""])[0] == fatal[0]
    assert any(why in message for message in fatal)


@pytest.mark.parametrize("name", CLAIM_FILES or ["none"])
def test_a_sample_remade_as_one_of_today_is_read_whole(samples: Path, name: str) -> None:
    """But for those whose own pointers or dates are wrong, and for claims of a kind that is not read."""
    data = remade((samples / name).read_bytes())
    found = read(data)
    if not READ.search(data):
        assert found.status.strip("R") == ""
        return
    refused = [problem.message for problem in found.problems if problem.fatal == "claim"]
    assert refused == WITHOUT.get(Path(name).name, [])
    clm = len(re.findall(rb"[~\n]CLM\*", data))
    assert len(found.claims) + sum(one.refused for one in found.transactions) == clm
    answers = io.BytesIO()
    with AcknowledgmentWriter(answers, dt.datetime(2024, 9, 1)) as writer:
        for _ in Reader837(
            io.BytesIO(data),
            name,
            on_problem=writer.problem,
            on_transaction=writer.transaction,
            on_group=writer.group,
        ):
            pass
    assert faults(answers.getvalue()) == []


def test_other_versions_are_reported_and_refused(samples: Path) -> None:
    for name, data in every(samples):
        if b"004010" in data and b"ST*837" in data:
            found = read(data)
            assert (found.rows, found.status) == ([], "R"), name
            assert found.groups[0].codes == ("2",), name


def sample(samples: Path, name: str) -> Read:
    return read(modern((samples / GUIDES / name).read_bytes()))


def test_a_secondary_claim(samples: Path) -> None:
    rows = sample(samples, "837_005010X222A2/demo.cob.example3.B.837").rows
    assert [(row["code"], row["charge"], row["primary_paid"], row["primary_adjustments"]) for row in rows] == [
        ("99213", 4300, 4000, "CO-42:3.00"),
        ("90782", 1500, 1500, None),
        ("J3301", 2104, 2104, None),
    ]
    row = rows[0]
    assert (row["primary_claim_paid"], row["primary_claim_adjustments"]) == (3915, "PR-1:21.89 PR-2:15.00")
    assert (row["payer_sequence"], row["primary_payer_id"], row["primary_medicare"]) == ("S", "999996666", False)
    assert (row["subscriber_first_name"], row["patient_first_name"]) == ("JACK", "TED")
    assert (row["service_date"], row["claim_charge"]) == (dt.date(2005, 10, 3), 7904)
    assert row["payee_address"] == ["2345", "OCEAN BLVD", "MIAMI", "FL", "3111"]


def test_a_primary_claim_with_another_payer_to_come(samples: Path) -> None:
    rows = sample(samples, "837_005010X222A2/demo.cob.example3.A.837").rows
    assert {row["primary_payer_id"] for row in rows} == {None}
    assert [row["diagnoses"] for row in rows] == [["Z47.79", "Z27.24", "Z27.80", "Z53.081"]] + [
        ["Z47.79", "Z27.24"]
    ] * 2
    assert rows[1]["problem_list"] == ["Z27.80", "Z53.081"]


def test_medicare_after_a_commercial_payer(samples: Path) -> None:
    (row,) = sample(samples, "837_005010X222A2/demo.cob.example4.837").rows
    assert (row["claim_id"], row["code"], row["modifiers"], row["charge"]) == ("101KEN6055", "99203", ["25"], 12000)
    assert (row["primary_paid"], row["primary_adjustments"]) == (8000, "CO-42:25.00 PR-2:15.00")
    assert (row["claim_filing"], row["primary_claim_paid"], row["practitioner"]) == ("MB", 8000, "9090909090")


def test_a_range_of_dates_and_lines_with_drugs(samples: Path) -> None:
    rows = sample(samples, "837_005010X222A2/demo.drug.example10.2.837").rows
    assert [(row["code"], row["units"], row["charge"]) for row in rows] == [
        ("S9500", 7, 140000),
        ("S5001", 7, 68250),
        ("S5000", 14, 1512),
        ("S5000", 7, 6769),
        ("S5000", 14, 5712),
        ("S5000", 7, 1050),
    ]
    assert {(row["service_date"], row["service_date_end"]) for row in rows} == {
        (dt.date(2004, 2, 1), dt.date(2004, 2, 7))
    }
    assert {(row["place_of_service"], row["member_id"]) for row in rows} == {("12", "MBRID01234")}


def test_an_ambulance(samples: Path) -> None:
    rows = sample(samples, "837_005010X222A2/demo.ambulance.example5.837").rows
    assert [(row["line_control_number"], row["code"], row["modifiers"], row["units"]) for row in rows] == [
        ("1001", "A0427", ["RH"], 1),
        ("1002", "A0425", ["RH"], 21),
        ("1003", "A0422", ["RH"], 1),
        ("1004", "A0382", ["RH"], 1),
    ]
    assert (rows[0]["notes"], rows[1]["notes"], rows[0]["place_of_service"]) == ("CARDIAC EMERGENCY", None, "41")


def test_minutes_of_anesthesia(samples: Path) -> None:
    (row,) = sample(samples, "837_005010X222A2/demo.example8.837").rows
    assert (row["code"], row["modifiers"], row["units"]) == ("K0001", ["RR", "KH", "BR"], 1)
    data = samples / "stupidedi/spec/fixtures/005010/X222A1 HC837 Health Care Claim Professional/pass/anesthesia.edi"
    found = read(modern(data.read_bytes()))
    assert [(row["code"], row["units"]) for row in found.rows] == [("00142", None)]
    assert "61 minutes are not units" in found.messages


def test_a_patient_who_is_not_the_subscriber(samples: Path) -> None:
    rows = sample(samples, "837_005010X222A2/demo.autoaccident.837").rows
    assert [(row["subscriber_last_name"], row["patient_last_name"], row["charge"]) for row in rows] == [
        ("HOWLING", "DIMPSON", 15000),
        ("HOWLING", "DIMPSON", 3500),
    ]
    assert {(row["state"], row["zip"], row["claim_filing"]) for row in rows} == {("CA", "99622", "AM")}


def test_institutional_claims(samples: Path) -> None:
    rows = sample(samples, "837_005010X223A3/two-claims-single-provider.837i").rows
    assert [(row["claim_id"], row["revenue_code"], row["code"], row["charge"], row["units"]) for row in rows] == [
        ("756048Q", "0305", "85025", 1339, 1),
        ("756048Q", "0730", "93005", 7656, 3),
        ("756049Q", "0300", "85087", 5000, 1),
    ]
    assert {(row["bill_type"], row["claim_type"]) for row in rows} == {("131", "outpatient")}
    (row, _) = sample(samples, "837_005010X223A3/institutional-claim.837i").rows
    assert (row["bill_type"], row["claim_type"], row["service_date"]) == ("141", "outpatient", dt.date(1996, 9, 11))
    assert row["diagnoses"] == ["Z36.69", "Z40.19", "Z79.431"]


def test_a_large_institutional_claim(samples: Path) -> None:
    found = read((samples / "zx12/samples/837i_example.x12").read_bytes())
    row = found.rows[0]
    assert (row["claim_id"], row["bill_type"], row["claim_charge"]) == ("ABC0002", "111", 8993)
    assert (row["prior_authorization"], row["referral"], row["original_reference"]) == (
        "PA00000024",
        "2410628868",
        "CLAIM04",
    )
    assert row["attachments"].startswith("OZ-BM-DMN0012")
    assert row["diagnoses"] == ["M24.562", "E83.59", "A01.02", "A01.03"]
    assert row["problem_list"] == ["H59.88", "H59.369", "V43.12XA", "Z97.0", "Z96.81"]
    assert found.status == "R"


def test_remittances_balance_but_for_two(samples: Path) -> None:
    """One lost the separator of a composite (SVC01 is two elements); one leaves PLB out of BPR02, and counts wrong."""
    wrong = {}
    for path in sorted(path for path in samples.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if b"ST*835" in data or b"ST+835" in data:
            found = [one.message for one in balance(io.BytesIO(data)) if "no X12" not in one.message]
            if found:
                wrong[path.name] = found
    assert wrong == {
        "tertiary-payment.835": [
            "line 1: 24599 charged, 3345.5 paid and adjusted",
            "the claim charges 1766.5, its lines 24599",
            "the claim is paid 187.5, its lines and adjustments make 1766.5",
        ],
        "3a.edi": [
            "SE counts '39' segments of '0001', there are 41",
            "BPR02 is 1222, the claims less PLB make 1224.54",
        ],
    }
