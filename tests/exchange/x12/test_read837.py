"""What the claims of a file become: one row for each line, with what its claim says beside it."""

from __future__ import annotations

import datetime as dt

import pytest

from clausal.exchange.x12.columns import SCHEMA

from .files import INSTITUTIONAL, LINE, PROVIDER, SUBSCRIBER, claim, file_of, group, interchange, raw, read, transaction

SECONDARY = ["HL*2*1*22*1", "SBR*S********CI", *SUBSCRIBER[2:]]
PATIENT = ["HL*3*2*23*0", "PAT*19", "NM1*QC*1*ROE*TIM", "N3*2 ELM ST", "N4*LANSING*MI*48901", "DMG*D8*20100415*M"]
OTHER_PAYER = ["SBR*P*01*******MB", "CAS*PR*1*10**2*5.5", "AMT*D*100.25", "OI***Y***Y", "NM1*IL*1*ROE*JANE****MI*X1"]
OTHER_PAYER += ["NM1*PR*2*MEDICARE*****PI*08202"]


def test_what_is_told_of_the_payer_is_read() -> None:
    of_payer = ["N3*9 HIGH ST", "N4*DETROIT*MI*48226", "REF*2U*X1", "REF*EI*380000009"]
    (row,) = read(interchange(group(transaction(PROVIDER, [*SUBSCRIBER, *of_payer], claim("A1"))))).rows
    assert (row["payer_address"], row["payer_tax_id"]) == (["9 HIGH ST", "DETROIT", "MI", "48226"], "380000009")


def test_a_payer_whose_address_is_damaged_is_read_without_it() -> None:
    found = read(interchange(group(transaction(PROVIDER, [*SUBSCRIBER, "N4*DETROIT*M1*48226"], claim("A1")))))
    assert found.rows[0]["payer_address"] is None
    assert found.messages == ["'M1' is no state, or '' no country"]


def test_a_professional_claim_becomes_rows() -> None:
    lines = [*LINE, "REF*6R*L1", "LX*2", "SV1*HC:76942:26:59*79.04*UN*1*22**2:3", "DTP*472*RD8*20240815-20240816"]
    found = read(file_of(claim("A1", "429.04", "REF*G1*AUTH1", "REF*9F*R1", lines=lines)))
    assert found.problems == []
    assert all(batch.schema == SCHEMA for batch in found.batches)
    first, second = found.rows
    assert first == {
        "claim_id": "A1",
        "claim_key": "000000001.0001.1",
        "claim_type": "professional",
        "line": 1,
        "line_control_number": "L1",
        "service_date": dt.date(2024, 8, 15),
        "service_date_end": None,
        "code": "64640",
        "revenue_code": None,
        "units": 2,
        "modifiers": ["RT"],
        "charge": 35000,
        "place_of_service": "11",
        "bill_type": None,
        "diagnoses": ["M17.11"],
        "problem_list": ["I10", "E11.9"],
        "state": "MI",
        "zip": "482010000",
        "practitioner": "1234567893",
        "specialty": "208D00000X",
        "payer_id": "00710",
        "payer_name": "SOME PLAN",
        "claim_filing": "HM",
        "payer_sequence": "P",
        "group_number": "GRP7",
        "member_id": "M0001",
        "subscriber_last_name": "ROE",
        "subscriber_first_name": "JANE",
        "patient_last_name": "ROE",
        "patient_first_name": "JANE",
        "date_of_birth": dt.date(1960, 4, 15),
        "sex": "female",
        "payee_npi": "1234567893",
        "payee_name": "KNEE CLINIC",
        "payee_tax_id": "380000001",
        "payee_address": ["1 MAIN ST", "FLOOR 2", "DETROIT", "MI", "482010000"],
        "frequency": "1",
        "prior_authorization": "AUTH1",
        "referral": "R1",
        "claim_charge": 42904,
        "primary_payer_id": None,
        "primary_paid": None,
        "primary_claim_paid": None,
        "primary_adjustments": None,
        "primary_claim_adjustments": None,
        "primary_medicare": False,
        "original_reference": None,
        "attachments": None,
        "notes": None,
        "isa_control": "000000001",
        "gs_control": "7",
        "st_control": "0001",
        "transaction_version": "005010X222A1",
        "isa_sender_qualifier": "ZZ",
        "isa_sender": "CLINIC",
        "isa_receiver_qualifier": "ZZ",
        "isa_receiver": "PLAN",
        "gs_sender": "CLINIC1",
        "gs_receiver": "PLAN1",
        "usage": "T",
        "quantity": None,
        "payer_tax_id": None,
        "payer_address": None,
    }
    assert (second["charge"], second["place_of_service"], second["modifiers"]) == (7904, "22", ["26", "59"])
    assert second["service_date_end"] == dt.date(2024, 8, 16)
    assert (second["diagnoses"], second["problem_list"]) == (["I10", "E11.9"], ["M17.11"])


def test_what_an_earlier_payer_did_stands_with_claim_and_line() -> None:
    paid = ["SVD*08202*60*HC:64640**2", "CAS*CO*45*200.5*2*253*1.5", "CAS*PR*2*15", "DTP*573*D8*20240901"]
    (row,) = read(file_of_secondary(claim("A1", "350", *OTHER_PAYER, lines=[*LINE, *paid]))).rows
    assert (row["primary_payer_id"], row["primary_paid"], row["primary_claim_paid"]) == ("08202", 6000, 10025)
    assert row["primary_adjustments"] == "CO-45:200.50 CO-253:1.50 PR-2:15.00"
    assert row["primary_claim_adjustments"] == "PR-1:10.00 PR-2:5.50"
    assert row["primary_medicare"] is True
    assert (row["payer_sequence"], row["patient_first_name"], row["subscriber_first_name"]) == ("S", "TIM", "JANE")


def file_of_secondary(*claims: list[str]) -> list[str]:
    return interchange(group(transaction(PROVIDER, SECONDARY, PATIENT, *claims)))


def test_a_later_payer_has_paid_nothing_yet() -> None:
    (row,) = read(file_of(claim("A1", "350", "SBR*S*01*******MB", "NM1*PR*2*MEDICARE*****PI*08202"))).rows
    assert (row["primary_payer_id"], row["primary_claim_paid"], row["primary_medicare"]) == (None, None, False)


def test_payments_of_several_earlier_payers_are_added() -> None:
    second = ["SBR*P*01*******CI", "AMT*D*1", "NM1*PR*2*ONE*****PI*P1", "SBR*S*01*******CI", "AMT*D*2"]
    second += ["NM1*PR*2*TWO*****PI*P2"]
    subscriber = ["HL*2*1*22*0", "SBR*T*18*******MC", *SUBSCRIBER[2:]]
    lines = [*LINE, "SVD*P1*10*HC:64640**2", "CAS*CO*45*340", "SVD*P2*20.5*HC:64640**2", "CAS*CO*45*329.5"]
    found = read(interchange(group(transaction(PROVIDER, subscriber, claim("A1", "350", *second, lines=lines)))))
    (row,) = found.rows
    assert (row["primary_paid"], row["primary_claim_paid"], row["primary_payer_id"]) == (3050, 300, "P1 P2")
    assert found.problems == []


def test_a_payment_by_a_payer_who_is_not_named_is_reported() -> None:
    found = read(file_of(claim(lines=[*LINE, "SVD*08202*60*HC:64640**2"])))
    assert found.messages == [
        "'08202' paid for line 1, and is no earlier payer of the claim",
        "'08202' accounts for 60.00 of line 1, not for 350.00",
    ]
    assert found.rows[0]["primary_paid"] == 6000


def test_the_nearest_place_and_practitioner_are_taken() -> None:
    of_claim = ["NM1*82*1*DOC*A****XX*1111111112", "NM1*77*2*SITE*****XX*1", "N3*3 OAK", "N4*TOLEDO*OH*43601"]
    lines = [*LINE, "LX*2", "SV1*HC:99213*0*UN*1***1", "DTP*472*D8*20240815", "NM1*82*1*DOC*B****XX*2222222223"]
    lines += ["NM1*77*2*SITE*****XX*2", "N3*4 ASH", "N4*GARY*IN*46401"]
    first, second = read(file_of(claim("A1", "350", *of_claim, lines=lines))).rows
    assert (first["state"], first["zip"], first["practitioner"]) == ("OH", "43601", "1111111112")
    assert (second["state"], second["zip"], second["practitioner"]) == ("IN", "46401", "2222222223")


def test_a_line_may_have_an_authorization_of_its_own() -> None:
    lines = [*LINE, "REF*G1*LINE1", "REF*G1*OTHER**2U:X"]
    (row,) = read(file_of(claim("A1", "350", "REF*G1*CLAIM", lines=lines))).rows
    assert row["prior_authorization"] == "LINE1"


def test_pay_to_address_notes_and_attachments() -> None:
    provider = [*PROVIDER, "NM1*87*2", "N3*PO BOX 1", "N4*FLINT*MI*48501"]
    said = ["PWK*OZ*BM***AC*DMN1", "K3*FREE", "NTE*ADD*SECOND VISIT"]
    lines = ["LX*1", "SV1*HC:64640:RT*350*UN*2***1", "PWK*CT*AA", "DTP*472*D8*20240815", "NTE*DCP*LEFT KNEE"]
    found = read(interchange(group(transaction(provider, SUBSCRIBER, claim("A1", "350", *said, lines=lines)))))
    (row,) = found.rows
    assert row["payee_address"] == ["PO BOX 1", "FLINT", "MI", "48501"]
    assert (row["state"], row["attachments"]) == ("MI", "OZ-BM-DMN1 CT-AA")
    assert row["notes"] == "FREE; SECOND VISIT; LEFT KNEE"


def test_admitting_diagnosis_and_reason_for_visit_are_kept_apart() -> None:
    (row,) = read(file_of(claim("A1", "350", "HI*ABJ:R079", "HI*APR:R0602*APR:I10"))).rows
    assert row["diagnoses"] == ["M17.11"]
    assert row["problem_list"] == ["I10", "E11.9", "R07.9", "R06.02"]


@pytest.mark.parametrize(
    ("place", "bill_type", "kind"),
    [("13", "131", "outpatient"), ("85", "851", "outpatient"), ("83", "831", "asc"), ("11", "111", "institutional")],
)
def test_an_institutional_claim_has_a_type_of_bill(place: str, bill_type: str, kind: str) -> None:
    found = read(institutional(place, ["SV2*0360*HC:64640:RT*350*UN*2", "DTP*472*D8*20240815"]))
    (row,) = found.rows
    assert found.problems == []
    assert (row["bill_type"], row["claim_type"], row["place_of_service"]) == (bill_type, kind, None)
    assert (row["revenue_code"], row["code"], row["charge"], row["units"]) == ("0360", "64640", 35000, 2)
    assert row["diagnoses"] == ["M17.11", "I10"]
    assert row["service_date"] == dt.date(2024, 8, 15)


def test_a_line_of_a_stay_has_the_dates_of_its_statement() -> None:
    (row,) = read(institutional("11", ["SV2*0120**350*DA*2"])).rows
    assert (row["service_date"], row["service_date_end"]) == (dt.date(2024, 8, 14), dt.date(2024, 8, 16))
    assert (row["code"], row["modifiers"], row["units"]) == (None, [], 2)


def institutional(place: str, line: list[str]) -> list[str]:
    said = [f"CLM*A1*350***{place}:A:1*Y*A*Y*Y", "DTP*434*RD8*20240814-20240816", "DTP*435*DT*202408140930"]
    said += ["HI*ABK:M1711", "HI*ABF:I10", "HI*BH:A1:D8:20240801", "LX*1", *line]
    sent = transaction(PROVIDER, SUBSCRIBER, said, version=INSTITUTIONAL)
    return interchange(group(sent, version=INSTITUTIONAL))


def test_units_that_are_no_units_are_null_and_reported() -> None:
    lines = ["LX*1", "SV1*HC:00142*350*MJ*61***1", "DTP*472*D8*20240815"]
    lines += ["LX*2", "SV1*HC:J3301*0*UN*1.5***1", "DTP*472*D8*20240815"]
    lines += ["LX*3", "SV1*HC:J3301*0*UN*2.00***1", "DTP*472*D8*20240815"]
    found = read(file_of(claim(lines=lines)))
    assert [row["units"] for row in found.rows] == [None, None, 2]
    assert found.messages == ["61 minutes are not units", "'1.5' units are not whole"]
    assert [problem.fatal for problem in found.problems] == [None, None]


def test_a_claim_or_level_that_opens_with_too_much_leaves_the_claim_before_it_alone() -> None:
    much = "*" * 20 + "X"
    second = claim("A2")
    second[0] += much
    found = read(file_of(claim("A1"), second, claim("A3")))
    assert (found.claims, [problem.claim_id for problem in found.problems]) == (["A1", "A3"], ["A2"])
    assert (found.transactions[0].claims, found.transactions[0].refused) == (2, 1)
    level = [SUBSCRIBER[0].replace("HL*2*", "HL*3*") + much, *SUBSCRIBER[1:]]
    found = read(interchange(group(transaction(PROVIDER, SUBSCRIBER, claim("A1"), level, claim("A2")))))
    assert found.claims == ["A1"]
    assert found.messages == ["'HL' has more than 4 elements", "the claim is refused: the levels above it are damaged"]


def test_a_claim_that_does_not_add_up_goes_on_and_is_reported() -> None:
    found = read(file_of(claim("A1", "360")))
    assert found.claims == ["A1"]
    assert found.messages == ["its lines come to 350.00, the claim says 360.00"]
    assert found.status == "E"


GOOD = claim("GOOD")
ICD_9 = ["CLM*A1*350***11:B:1*Y*A*Y*Y", "HI*BK:71511", *LINE]
REFUSED = {
    "no charge": (claim("A1", ""), "'' is no charge"),
    "a charge that is no amount": (claim("A1", "35O"), "'35O' is no charge"),
    "parts of a cent": (claim("A1", "350.001"), "'350.001' is no charge"),
    "no lines": (claim(lines=[]), "the claim has no service line"),
    "no service": (claim(lines=["LX*1", "DTP*472*D8*20240815"]), "line 1 has no service (SV1, SV2)"),
    "no service date": (claim(lines=LINE[:2]), "line 1 has no service date"),
    "no such day": (claim(lines=[*LINE[:2], "DTP*472*D8*20240230"]), "'20240230' is no date of form 'D8'"),
    "a range backwards": (
        claim(lines=[*LINE[:2], "DTP*472*RD8*20240816-20240815"]),
        "'20240816-20240815' is no date of form 'RD8'",
    ),
    "two service dates": (claim(lines=[*LINE, "DTP*472*D8*20240816"]), "a second service date for one line"),
    "no units": (claim(lines=["LX*1", "SV1*HC:64640*350*UN****1", LINE[2]]), "'' is no number of units"),
    "no unit": (claim(lines=["LX*1", "SV1*HC:64640*350*XX*1***1", LINE[2]]), "'XX' is no unit"),
    "no code": (claim(lines=["LX*1", "SV1*HC:6464*350*UN*1***1", LINE[2]]), "'6464' is no procedure code"),
    "a bad modifier": (claim(lines=["LX*1", "SV1*HC:64640:R*350*UN*1***1", LINE[2]]), "'R' is no modifier"),
    "a bad place": (claim(lines=["LX*1", "SV1*HC:64640*350*UN*1*1**1", LINE[2]]), "'1' is no place of service"),
    "a pointer too far": (
        claim(lines=["LX*1", "SV1*HC:64640*350*UN*1***4", LINE[2]]),
        "'4' points to a diagnosis that is not there",
    ),
    "ICD-9": (ICD_9, "'BK' is a diagnosis of ICD-9"),
    "a bad diagnosis": (claim("A1", "350", "HI*ABF:1*ABF:I10"), "'ABF:1' is no diagnosis of ICD-10"),
    "a line twice": (claim(lines=[*LINE, *LINE]), "line '1' comes after line 1"),
    "a service twice": (claim(lines=[*LINE[:2], *LINE[1:]]), "'SV1' may not stand here"),
    "an unknown segment": (claim("A1", "350", "ZZZ*1"), "'ZZZ' is no segment of an 837"),
    "a segment out of place": (claim(lines=[*LINE, "HI*ABK:I10"]), "'HI' may not stand here"),
    "a swallowed segment": (claim(lines=[*LINE, "REF*6R*1?LX*2*3*4"]), "'REF' has more than 4 elements"),
    "a bad adjustment": (claim("A1", "350", "SBR*P*01*******CI", "CAS*CO*45*x"), "'45' with 'x' is no adjustment"),
    "a bad payment": (claim(lines=[*LINE, "SVD*P1*x"]), "what another payer paid for the line is malformed"),
}


@pytest.mark.parametrize(("bad", "message"), REFUSED.values(), ids=REFUSED)
def test_a_claim_is_refused_with_its_reason_and_the_others_go_on(bad: list[str], message: str) -> None:
    found = read(file_of(GOOD, bad, claim("LAST")))
    assert found.claims == ["GOOD", "LAST"]
    fatal = [problem for problem in found.problems if problem.fatal]
    assert message in [problem.message for problem in fatal]
    assert {(problem.fatal, problem.claim_id, problem.st_control) for problem in fatal} == {("claim", "A1", "0001")}
    (ended,) = found.transactions
    assert (ended.claims, ended.refused, ended.status) == (2, 1, "E")


def test_a_problem_says_where_it_is() -> None:
    data = raw(file_of(claim(lines=["LX*1", "SV1*HC:64640*x*UN*2***1", LINE[2]])))
    problem = read(data).problems[0]
    assert (problem.tag, problem.number, problem.element, problem.loop) == ("SV1", 22, 2, "2400")
    assert data[problem.offset :].startswith(b"SV1*HC:64640*x")
    assert (problem.segment_code, problem.element_code) == ("8", "6")
    assert str(problem) == (
        "claims.837: ST 0001, segment 22 (SV102), loop 2400, claim A1, byte 656: 'x' is no charge; "
        "expected an amount such as 120 or 79.04"
    )


def test_claims_without_diagnoses_go_on() -> None:
    line = ["LX*1", "SV1*HC:64640*350*UN*2", LINE[2]]
    (row,) = read(file_of(["CLM*A1*350***11:B:1*Y*A*Y*Y", *line])).rows
    assert row["diagnoses"] == row["problem_list"] == []


def test_a_lost_level_refuses_the_claims_below_it_and_no_others() -> None:
    second = ["HL*3*1*22*0", *SUBSCRIBER[1:]]
    lost = ["HX*3*1*22*0", *SUBSCRIBER[1:]]
    third = ["HL*4*1*22*0", *SUBSCRIBER[1:]]
    body = (PROVIDER, SUBSCRIBER, claim("A"), second, claim("B"), third, claim("C"))
    assert read(interchange(group(transaction(*body)))).claims == ["A", "B", "C"]
    body = (PROVIDER, SUBSCRIBER, claim("A"), lost, claim("B"), third, claim("C"))
    found = read(interchange(group(transaction(*body))))
    assert found.claims == ["C"]
    assert {problem.claim_id for problem in found.problems if problem.fatal == "claim"} == {"A", "B"}


def test_a_subscriber_of_another_provider_is_not_given_to_this_one() -> None:
    body = (PROVIDER, ["HL*2*9*22*0", *SUBSCRIBER[1:]], claim("A"))
    found = read(interchange(group(transaction(*body))))
    assert found.claims == []
    assert found.messages[0] == "'9' is not the billing provider above"


def test_batches_hold_whole_claims_and_no_more_than_asked() -> None:
    lines = [*LINE, "LX*2", *LINE[1:]]
    found = read(file_of(*(claim(f"A{n}", "700", lines=lines) for n in range(5))), batch_claims=2)
    assert [batch.num_rows for batch in found.batches] == [4, 4, 2]
    assert [row["claim_key"] for row in found.rows[::2]] == [f"000000001.0001.{n}" for n in range(1, 6)]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_names_are_read_in_the_encoding_of_the_file(encoding: str) -> None:
    data = raw(file_of(claim("A1"))).decode().replace("ROE*JANE", "MUÑOZ*ZOË").encode(encoding)
    (row,) = read(data, encoding=encoding).rows
    assert (row["subscriber_last_name"], row["subscriber_first_name"]) == ("MUÑOZ", "ZOË")


def test_a_byte_that_is_not_of_the_encoding_is_refused_where_it_stands_and_other_claims_go_on() -> None:
    claims = [claim("A1"), claim("AÉ"), claim("B1", "350", "NTE*ADD*SEÑOR"), claim("C1")]
    found = read(raw(file_of(*claims)).decode().encode("cp1252"))
    assert found.claims == ["A1", "C1"]
    assert [(one.message, one.path.rpartition(",")[0]) for one in found.problems] == [
        ("byte 6 of the segment (0xC9) is no UTF-8", "ST 0001, segment 24 (CLM01), loop 2300"),
        ("byte 11 of the segment (0xD1) is no UTF-8", "ST 0001, segment 31 (NTE02), loop 2300, claim B1"),
    ]
    assert found.problems[0].hint == "name the file's encoding in a mapping file, as in `encoding: cp1252`"
    assert found.problems[1].fatal == "claim"
    assert found.transactions[0].refused == 2
    assert found.problems[0].offset == raw(file_of(*claims)).index("CLM*AÉ".encode())


def test_a_subscriber_that_cannot_be_read_refuses_what_is_below_it() -> None:
    first = [text.replace("JANE", "ZOË") for text in SUBSCRIBER]
    second = [text.replace("HL*2*", "HL*3*") for text in SUBSCRIBER]
    found = read(
        raw(interchange(group(transaction(PROVIDER, first, claim("A1"), second, claim("B1")))))
        .decode()
        .encode("cp1252")
    )
    assert found.claims == ["B1"]


def test_a_level_that_cannot_be_read_refuses_all_up_to_the_next_billing_provider() -> None:
    damaged = ["HL*2*1*22É", *SUBSCRIBER[1:]]
    found = read(raw(interchange(group(transaction(PROVIDER, damaged, claim("A1"))))).decode().encode("cp1252"))
    assert (found.claims, found.transactions[0].refused) == ([], 1)


def test_a_segment_longer_than_the_limit_is_refused_and_other_claims_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_MAX_LINE", "200")
    found = read(file_of(claim("A1"), claim("B1", "350", "NTE*ADD*" + "X" * 300), claim("C1")))
    assert found.claims == ["A1", "C1"]
    assert (found.messages, found.problems[0].hint) == (
        ["a segment of 308 bytes"],
        "at most 200 bytes are read; set CLAUSAL_MAX_LINE to read more; the claim is refused",
    )


@pytest.mark.parametrize("before", ["   ", "\t", "\n  ", "\r\n\t ", "          \n          "])
@pytest.mark.parametrize("chunk", [64, 1 << 20])
def test_blanks_and_line_ends_before_segments_change_nothing(before: str, chunk: int) -> None:
    plain = read(file_of(claim("A1"), claim("A2")))
    data = "".join(f"{before}{text}~" for text in file_of(claim("A1"), claim("A2"))).encode()
    found = read(b"\xef\xbb\xbf" + data + b"\n", chunk=chunk)
    assert found.rows == plain.rows
    assert found.problems == []
    assert found.status == "A"


def test_a_file_in_utf_16_is_told_as_such() -> None:
    found = read(raw(file_of(claim("A1"))).decode().encode("utf-16"))
    assert (found.claims, found.messages) == ([], ["the file is in UTF-16"])


def test_a_claim_without_end_is_refused_in_bounded_memory() -> None:
    found = read(file_of(claim("A1", "350", *["REF*D9*1"] * 60_000), claim("B1")), chunk=1 << 16)
    assert found.claims == ["B1"]
    assert found.messages == ["a claim of more than 50000 segments"]
