"""An X12 file from end to end: claims in, an 835, a 999 and what waits out."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from clausal.claims import run
from clausal.claims.job import Done, Job
from clausal.claims.mapping import read_mapping
from clausal.claims.payers import Payer
from clausal.claims.remit import COLUMNS
from clausal.claims.run import adjudicate
from clausal.cli.claims_page import print_done
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.exchange.x12.read835 import balance, read_remittances
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.exchange.validated import faults
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
PAYERS = {
    "00710": Payer("", "380000009", ("9 HIGH ST", "DETROIT", "MI", "48226")),
}
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
        segments: list[str] | bytes,
        plan: str = "bcn-commercial-hmo",
        target: str = "o.835",
        text: str = MAPPING,
        *,
        judged: bool = True,
        **options: object,
    ) -> Done:
        source = tmp_path / "claims.837"
        source.write_bytes(segments if isinstance(segments, bytes) else raw(segments))
        options.setdefault("payers", PAYERS)
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
        done = adjudicate(library, schedules, job)
        assert not judged or faults((tmp_path / "o.999").read_bytes()) == []
        if done.summary.remitted_claims:
            assert faults(job.output.read_bytes()) == []
        return done

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


def waiting(folder: Path) -> dict[str, str]:
    """Why each claim waits."""
    told = [json.loads(line) for line in (folder / "o.pending.jsonl").read_text().splitlines()]
    return {one["claim_id"]: one["why"] for one in told}


def test_an_answer_goes_from_the_receiver_to_the_sender_and_a_test_is_answered_by_a_test(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    go(file_of(claim("A1")))
    for name in ("o.835", "o.999"):
        isa, gs = (tmp_path / name).read_text().splitlines()[:2]
        assert isa.split("*")[5:9] == ["ZZ", "PLAN           ", "ZZ", "CLINIC         "], name
        assert isa.split("*")[15] == "T", name
        assert gs.split("*")[2:4] == ["PLAN1", "CLINIC1"], name


def test_claims_of_several_senders_are_answered_each_by_an_interchange_of_its_own(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    second = interchange(group(transaction(PROVIDER, SUBSCRIBER, claim("B1"), control="0002")), control=2)
    second[0] = second[0].replace("CLINIC ", "OTHERS ").replace("*0*T*", "*0*P*")
    go([*file_of(claim("A1"), claim("A2")), *second])
    text = (tmp_path / "o.835").read_text()
    told = [line.split("*") for line in text.splitlines() if line.startswith("ISA")]
    assert [(one[8].strip(), one[13], one[15]) for one in told] == [
        ("CLINIC", "000000001", "T"),
        ("OTHERS", "000000003", "P"),
    ]
    assert [text.count(f"CLP*{one}*") for one in ("A1", "A2", "B1")] == [1, 1, 1]


def test_the_payer_is_named_by_tax_number_address_and_its_own_number(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    go(file_of(claim("A1")))
    text = (tmp_path / "o.835").read_text()
    assert "TRN*1*0000000010001*1380000009~\n" in text
    assert "N1*PR*SOME PLAN~\nN3*9 HIGH ST~\nN4*DETROIT*MI*48226~\nREF*2U*00710~\n" in text


def test_what_the_claims_say_of_the_payer_is_taken_where_there_is_no_payer_file(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    told = [*SUBSCRIBER, "N3*1 PAYER WAY", "N4*LANSING*MI*48901", "REF*EI*380000008"]
    done = go(interchange(group(transaction(PROVIDER, told, claim("A1")))), payers={})
    assert done.summary.remitted_claims == 1
    text = (tmp_path / "o.835").read_text()
    assert "*1380000008~" in text
    assert "N3*1 PAYER WAY~\nN4*LANSING*MI*48901~" in text


def test_a_payer_of_which_nothing_is_known_is_told_and_not_invented(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = go(file_of(claim("A1")), payers={})
    assert (done.summary.remitted_claims, done.summary.pending_claims) == (0, 1)
    assert waiting(tmp_path) == {"A1": "the payer's tax number and address are not known: give a payer file (--payers)"}


@pytest.mark.parametrize("number", ["A*1", "A:1", "A^1", "A~1", "9" * 39, "Ä1"])
def test_a_claim_whose_number_cannot_be_written_waits_with_its_number(go, tmp_path: Path, number: str) -> None:  # type: ignore[no-untyped-def]
    segments = [
        text.replace("*", "|").replace(":", ">").replace("~", "!") for text in file_of(claim("A1"), claim("ID"))
    ]
    segments[0] = segments[0].replace("|^|", "|+|")[:-1] + ">"
    source = "".join(f"{text.replace('CLM|ID|', f'CLM|{number}|')}\n" for text in segments)
    done = go(source.encode())
    assert (done.summary.remitted_claims, done.summary.pending_claims) == (1, 1)
    (why,) = waiting(tmp_path).values()
    assert list(waiting(tmp_path)) == [number]
    assert why.startswith("the claim's number h")
    assert [line.split("*")[1] for line in (tmp_path / "o.835").read_text().splitlines() if line[:3] == "CLP"] == ["A1"]


def test_names_outside_x12_are_written_in_plain_letters_and_others_wait(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    spanish = [text.replace("ROE*JANE", "NÚÑEZ*ZOË") for text in SUBSCRIBER]
    chinese = [text.replace("ROE*JANE", "\u674e*JANE").replace("HL*2", "HL*3") for text in SUBSCRIBER]
    go(interchange(group(transaction(PROVIDER, spanish, claim("A1"), chinese, claim("A2")))))
    assert "NM1*QC*1*NUNEZ*ZOE****MI*M0001~" in (tmp_path / "o.835").read_text()
    assert waiting(tmp_path) == {
        "A2": "the patient's name holds characters that X12 does not have, and that have no plain letter"
    }


def test_a_filing_indicator_that_an_835_does_not_know_becomes_mutually_defined(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    commercial = [text.replace("******HM", "******CI") for text in SUBSCRIBER]
    go(interchange(group(transaction(PROVIDER, commercial, claim("A1")))))
    assert "CLP*A1*4*350*0**ZZ*" in (tmp_path / "o.835").read_text()


AMBULANCE = ["LX*1", "SV1*HC:A0428:RH*100*UN*1***1", "DTP*472*D8*20240815"]
FRACTION = ["LX*2", "SV1*HC:A0425:RH*100*UN*21.5***1", "DTP*472*D8*20240815"]
MINUTES = ["LX*3", "SV1*HC:00142*100*MJ*61***1", "DTP*472*D8*20240815"]
COUNTED = ["LX*4", "SV1*HC:64640:RT*50*UN*2***1", "DTP*472*D8*20240815"]


def test_fractions_and_minutes_are_read_and_wait_and_the_rest_of_the_claim_is_decided(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = go(file_of(claim("A1", "350", lines=[*AMBULANCE, *FRACTION, *MINUTES, *COUNTED])), target="o.parquet")
    rows = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert done.summary.rejected == 0
    assert [(row["line"], row["status"]) for row in rows] == [
        (1, "not-addressed"),
        (2, "not-addressed"),
        (3, "not-addressed"),
        (4, "not-covered"),
    ]
    for row in rows[1:3]:
        assert (row["allowed"], row["paid"]) == (None, None)
        assert row["price_note"] == (
            "its quantity is no whole number of units (a fraction, or minutes): no fee is made of it"
        )
    assert rows[3]["paid"] == 0


def test_what_waits_for_whole_units_is_told_on_the_screen_and_no_error_of_the_sender(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = go(file_of(claim("A1", "200", lines=["LX*1", *FRACTION[1:], "LX*2", *MINUTES[1:]])), target="o.parquet")
    assert "IK5*A~\nAK9*A*1*1*1~" in (tmp_path / "o.999").read_text()
    job = Job(tmp_path / "claims.837", tmp_path / "o.parquet", Options(dt.date(2026, 1, 1)))
    written = io.StringIO()
    print_done(Console(file=written, width=120), done, job, None)
    assert "\n2 lines have minutes or a fraction of a unit: " in written.getvalue()


def test_of_a_transaction_that_the_999_rejects_the_277_says_nothing(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    bad = claim("BAD", lines=["LX*1", "SV1*HC:64640:R?*350*UN*2***1", "DTP*472*D8*20240815"])
    rejected = transaction(PROVIDER, SUBSCRIBER, bad)
    heard = transaction(PROVIDER, SUBSCRIBER, claim("A1"), control="0002")
    go(interchange(group(rejected, heard)), claim_acknowledgment=tmp_path / "o.277")
    assert "IK4*1:3**7~\nIK5*R*5~" in (tmp_path / "o.999").read_text()
    told = (tmp_path / "o.277").read_text().splitlines()
    assert [text for text in told if text.startswith("TRN*2*")][1:] == ["TRN*2*A1~"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "unicode_escape", "idna", "punycode"])
def test_an_encoding_that_x12_cannot_be_in_is_refused_where_the_mapping_names_it(go, encoding: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput) as error:
        go(file_of(claim("A1")), text=f"encoding: {encoding}\n{MAPPING}")
    assert str(error.value).startswith("m.yaml:1:1: ")
    assert "encoding" in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("said", ["", "encoding: utf-16\n"])
def test_x12_in_utf_16_is_to_be_saved_as_utf_8_whatever_a_mapping_says(go, encoding: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=r"is UTF-16 text.*, no X12; save it as UTF-8\Z"):
        go(raw(file_of(claim("A1"))).decode().encode(encoding), text=f"{said}{MAPPING}")


def test_a_denied_line_of_a_fraction_is_remitted_with_the_quantity_that_was_billed(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = ["LX*1", "SV1*HC:64640:RT*350*UN*1.5***1", "DTP*472*D8*20240815"]
    done = go(file_of(claim("A1", "350", lines=lines)))
    assert done.summary.remitted_claims == 1
    assert "SVC*HC:64640:RT*350*0**0**1.5~" in (tmp_path / "o.835").read_text()


def test_claims_refused_for_their_content_are_told_with_those_accepted(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    unread = claim("BAD", lines=["LX*1", "SV1*HC:64640*x*UN*2***1", "DTP*472*D8*20240815"])
    undecided = claim("ODD", lines=["LX*1", "SV1*HC:64640:@1*350*UN*2***1", "DTP*472*D8*20240815"])
    unknown = claim("ZZ", lines=["LX*1", "SV1*HC:64640:ZQ*350*UN*2***1", "DTP*472*D8*20240815"])
    void = [text.replace("11:B:1", "11:B:8") for text in claim("VOID")]
    target = tmp_path / "o.277"
    go(file_of(claim("A1"), unread, undecided, unknown, void, claim("A2")), claim_acknowledgment=target)
    assert faults(target.read_bytes()) == []
    told = [line.rstrip("~") for line in target.read_text().splitlines()]
    of_claims = [(told[at][6:], told[at + 1][4:9]) for at in range(len(told)) if told[at].startswith("TRN*2*")][1:]
    assert of_claims == [
        ("A1", "A2:20"),
        ("BAD", "A7:58"),
        ("ODD", "A7:45"),
        ("ZZ", "A7:45"),
        ("VOID", "A3:53"),
        ("A2", "A2:20"),
    ]
    assert [text for text in told if text[:3] in ("QTY", "AMT")][:4] == [
        "QTY*90*2",
        "QTY*AA*4",
        "AMT*YU*700",
        "AMT*YY*1400",
    ]


def test_a_claim_acknowledgment_of_an_interrupted_run_is_that_of_an_uninterrupted_one(
    library: Library, schedules: Schedules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = claim("B1", lines=["LX*1", "SV1*HC:64640:ZQ*350*UN*2***1", "DTP*472*D8*20240815"])
    source = tmp_path / "c.837"
    source.write_bytes(raw(file_of(claim("A1"), unknown, *(claim(f"C{number}") for number in range(2_100)))))
    monkeypatch.setattr(run, "LINES_AT_ONCE", 4)
    # All claims are of one member, whose lines stand in one batch where they look back at one another.
    monkeypatch.setattr(run, "looks_back", lambda _: False)

    def job(name: str, **more: object) -> Job:
        targets = {"output": tmp_path / f"{name}.parquet", "claim_acknowledgment": tmp_path / f"{name}.277"}
        return Job(source, options=Options(dt.date(2026, 1, 1)), when=WHEN, part_seconds=0, **targets, **more)  # type: ignore[arg-type]

    adjudicate(library, schedules, job("whole"))
    whole = run._Writing.take
    taken = []

    def fails(self: object, waiting: object) -> None:
        taken.append(waiting)
        if len(taken) > 1:
            raise OSError(5, "the disk is gone")
        whole(self, waiting)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(run._Writing, "take", fails)
        with pytest.raises(InvalidInput, match="--resume"):
            adjudicate(library, schedules, job("again"))
    assert not (tmp_path / "again.277").exists()
    done = adjudicate(library, schedules, job("again", resume=True))
    assert done.resumed_from > 0
    assert (tmp_path / "again.277").read_bytes() == (tmp_path / "whole.277").read_bytes()
    assert faults((tmp_path / "again.277").read_bytes()) == []


def test_a_line_that_an_edit_denies_has_no_allowed_amount_and_one_that_is_paid_has(go, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    def lines(units: int) -> list[str]:
        return ["LX*1", f"SV1*HC:64640:RT*350*UN*{units}***1", "DTP*472*D8*20240815", *PAID_BY_MEDICARE]

    told = "REF*9F*R1", *MEDICARE
    go(secondary(claim("A1", "350", *told, lines=lines(2)), claim("A2", "350", *told, lines=lines(99))), plan="bcn65")
    paid, denied = (tmp_path / "o.835").read_text().split("CLP*A2*")
    assert "\nAMT*B6*" in paid
    assert "AMT*" not in denied
    assert "CAS*CO*151*350~" in denied


@pytest.mark.parametrize(
    ("was", "instead", "why"),
    [
        ("*CLINIC1*", "*C*", "the number of the remittance's receiver in its group has 1 characters"),
        ("*ZZ*CLINIC  ", "*XX*CLINIC  ", "the number of the remittance's receiver has 'XX'"),
        ("*ZZ*PLAN ", "*ZZ*PL^N ", "the number of the remittance's sender holds a separator"),
    ],
)
def test_parties_that_an_envelope_cannot_name_are_told_and_not_altered(  # type: ignore[no-untyped-def]
    go, tmp_path: Path, was: str, instead: str, why: str
) -> None:
    sent = file_of(claim("A1"))
    sent[0] = sent[0].replace("*^*", "*+*")
    done = go([text.replace(was, instead) if text[:3] in ("ISA", "GS*") else text for text in sent], judged=False)
    assert done.summary.pending_claims == 1
    assert waiting(tmp_path)["A1"].startswith(why)


def test_only_an_x12_file_is_answered(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("claim_id,service_date\nA,2024-08-15\n")
    for name in ("acknowledgment", "claim_acknowledgment"):
        job = Job(tmp_path / "c.csv", tmp_path / "o.parquet", Options(dt.date(2026, 1, 1)), **{name: tmp_path / "o.x"})  # type: ignore[arg-type]
        with pytest.raises(InvalidInput, match="only an X12 file is answered"):
            adjudicate(library, schedules, job)
    assert [one.name for one in tmp_path.iterdir()] == ["c.csv"]
