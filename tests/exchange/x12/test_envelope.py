"""Interchanges, groups and transactions: several in a file, wrongly counted, cut, of other kinds."""

from __future__ import annotations

import pytest

from clausal.exchange.x12.problem import GroupEnd

from .files import (
    ISA,
    PROFESSIONAL,
    PROVIDER,
    SUBSCRIBER,
    Read,
    claim,
    file_of,
    group,
    interchange,
    raw,
    read,
    transaction,
)

BODY = (PROVIDER, SUBSCRIBER, claim("A1"), claim("A2"))


def ends(found: Read) -> list[tuple[str, tuple[str, ...]]]:
    """How the transactions ended, then how the groups did."""
    transactions = [(one.status, one.codes) for one in found.transactions]
    return [*transactions, *((one.status, one.codes) for one in found.groups)]


def test_a_file_may_have_several_of_everything() -> None:
    first = interchange(
        group(transaction(*BODY), transaction(*BODY, control="0002")), group(transaction(*BODY, control="3"))
    )
    found = read([*first, *interchange(group(transaction(*BODY)), control=2)])
    assert found.problems == []
    assert found.status == "AAAA"
    assert [row["claim_key"] for row in found.rows] == [
        f"00000000{isa}.{st}.{claim}"
        for isa, st in ((1, "0001"), (1, "0002"), (1, "3"), (2, "0001"))
        for claim in (1, 2)
    ]
    assert found.groups[0] == GroupEnd(found.groups[0].group, 2, 2, 2)


def test_each_interchange_has_delimiters_of_its_own() -> None:
    second = raw(interchange(group(transaction(*BODY)), control=2), end="\x1c").translate(
        bytes.maketrans(b"*:^", b"|>\\")
    )
    third = raw(interchange(group(transaction(*BODY)), control=3), end="\r\n")
    found = read(raw(file_of(claim("A1"))) + second + b"\r\n" + third)
    assert found.claims == ["A1", "A1", "A2", "A1", "A2"]
    assert found.problems == []


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n", "\n", "\r\n", "\r", "~\n\n"])
def test_segments_end_as_the_isa_says(end: str) -> None:
    found = read(raw(file_of(claim("A1")), end=end))
    assert (found.claims, found.problems) == (["A1"], [])


WRONG = {
    "SE count": (("SE*29*", "SE*30*"), [("R", ("4",)), ("R", ())]),
    "SE control": (("SE*29*0001", "SE*29*0002"), [("R", ("3",)), ("R", ())]),
    "GE count": (("GE*1*7", "GE*2*7"), [("A", ()), ("E", ("5",))]),
    "GE control": (("GE*1*7", "GE*1*8"), [("A", ()), ("E", ("4",))]),
    "IEA count": (("IEA*1*", "IEA*2*"), [("A", ()), ("A", ())]),
    "IEA control": (("IEA*1*000000001", "IEA*1*000000002"), [("A", ()), ("A", ())]),
    "no SE": (("SE*29*0001~\n", ""), [("R", ("2",)), ("R", ())]),
    "no GE": (("GE*1*7~\n", ""), [("A", ()), ("E", ("3",))]),
    "no IEA": (("IEA*1*000000001~\n", ""), [("A", ()), ("A", ())]),
}


@pytest.mark.parametrize(("change", "expected"), WRONG.values(), ids=WRONG)
def test_a_wrong_envelope_is_reported(change: tuple[str, str], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    good = raw(file_of(claim("A1"), claim("A2"))).decode()
    assert good.count(change[0]) == 1
    found = read(good.replace(*change).encode())
    assert ends(found) == expected
    assert len(found.problems) >= 1
    assert "A1" in found.claims


def test_the_last_claim_of_a_transaction_without_end_is_not_trusted() -> None:
    good = raw(file_of(claim("A1"), claim("A2"))).decode()
    found = read(good.replace("SE*29*0001~\n", "").encode())
    assert found.claims == ["A1"]
    assert found.messages == ["the claim is cut off: its transaction has no SE", "the transaction has no SE"]


def test_an_interchange_that_breaks_off_does_not_harm_the_next() -> None:
    good = raw(file_of(claim("A1"), claim("A2")))
    cut = good[: good.index(b"SV1", good.index(b"A2")) + 8]
    found = read(cut + raw(interchange(group(transaction(*BODY)), control=2)))
    assert found.claims == ["A1", "A1", "A2"]
    assert found.status == "RA"
    assert "the segment 'SV1' breaks off" in found.messages
    assert "the interchange has no IEA" in found.messages


def test_an_interchange_sent_twice_is_read_once() -> None:
    found = read([*file_of(claim("A1")), *file_of(claim("A1"))])
    assert found.claims == ["A1"]
    assert [problem.fatal for problem in found.problems] == ["interchange"]


def test_a_transaction_number_used_twice_is_refused() -> None:
    found = read(interchange(group(transaction(*BODY), transaction(*BODY))))
    assert len(found.rows) == 2
    assert ends(found) == [("A", ()), ("R", ("23",)), ("P", ())]


@pytest.mark.parametrize("version", ["004010X098A1", "005010X224A2", "005010X222A9", ""])
def test_another_version_is_refused_not_read(version: str) -> None:
    sent = [text.replace("*" + PROFESSIONAL, f"*{version}") for text in group(transaction(*BODY))]
    found = read(interchange(sent, group(transaction(*BODY, control="0002"))))
    assert ends(found)[0] == ("R", ("1",))
    assert [(one.status, one.codes) for one in found.groups] == [("R", ("2",)), ("A", ())]
    assert {row["st_control"] for row in found.rows} == {"0002"}


def test_another_transaction_is_refused_not_read() -> None:
    other = ["GS*HP*A*B*20240102*1200*7*X*005010X221A1", "ST*835*0009", "BPR*I*0*C*NON", "SE*3*0009", "GE*1*7"]
    found = read(interchange(other, group(transaction(*BODY))))
    assert [(one.status, one.codes) for one in found.groups] == [("R", ("1",)), ("A", ())]
    assert found.claims == ["A1", "A2"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", None),
        (b"\n\n", None),
        (b"hello", "what stands here is no X12 interchange"),
        (b"ISA*00*", "what stands here is no X12 interchange"),
        (b"\x00\xff" * 500, "what stands here is no X12 interchange"),
        (ISA.format(control=1).encode() + b"~", "the interchange has no IEA"),
    ],
)
def test_what_is_no_claim_file_is_said_to_be_none(data: bytes, message: str | None) -> None:
    found = read(data)
    assert found.batches == []
    assert found.messages == ([message] if message else [])


def test_text_around_an_interchange_is_skipped() -> None:
    found = read(b"Subject: ISA claims\n" + raw(file_of(claim("A1"))) + b"--\n")
    assert found.claims == ["A1"]
    assert len(found.problems) == 2
    assert read(b"\xef\xbb\xbf" + raw(file_of(claim("A1"))) + b"\x1a").problems == []


def test_an_isa_without_padding_is_understood() -> None:
    found = read(raw(file_of(claim("A1"))).replace(b"CLINIC         *", b"CLINIC*", 1))
    assert found.claims == ["A1"]
    assert found.messages == ["the fields of the ISA are not padded to their width"]


def test_a_terminator_that_never_comes_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_MAX_LINE", "1M")
    data = raw(file_of(claim("A1")))[:-40] + b"x" * (3 << 20) + raw(interchange(group(transaction(*BODY)), control=2))
    found = read(data)
    assert "a segment that is too long, or without an end" in found.messages
    assert found.status == "RA"
