"""Laws of reading: delimiters and chunks do not matter, damage is never silent and stays where it is."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.exchange.x12.seen import Seen
from clausal.exchange.x12.syntax import Fault, segments

from .files import LINE, PROVIDER, SUBSCRIBER, claim, group, interchange, raw, read, transaction

COB = ["SBR*P*01*******CI", "AMT*D*10", "OI***Y***Y", "NM1*IL*1*ROE*JANE****MI*X", "NM1*PR*2*ONE*****PI*P1"]
LINES = [*LINE, "REF*6R*L1", "LX*2", "SV1*HC:76942:26*79.04*UN*1***2:1", "DTP*472*D8*20240816"]
PAID = ["SVD*P1*20*HC:76942**1", "CAS*CO*45*59.04", "DTP*573*D8*20240901"]


def subscriber(number: int, *claims: list[str], sequence: str = "P") -> list[str]:
    head = [f"HL*{number}*1*22*0", f"SBR*{sequence}*18*GRP7******HM", f"NM1*IL*1*ROE*JANE****MI*M{number}"]
    return [*head, *SUBSCRIBER[3:], *(text for one in claims for text in one)]


GOOD = interchange(
    group(
        transaction(
            PROVIDER,
            subscriber(2, claim("A1", "429.04", lines=LINES), claim("A2")),
            subscriber(3, claim("B1", "429.04", *COB, lines=[*LINES, *PAID]), sequence="S"),
            subscriber(4, claim("C1"), claim("C2", "429.04", "NTE*ADD*HELLO", lines=LINES)),
        )
    )
)
DATA = raw(GOOD)
EXPECTED: dict[str, list[dict[str, Any]]] = {}
for _row in read(DATA).rows:
    EXPECTED.setdefault(_row["claim_id"], []).append(_row)
BY_KEY = {rows[0]["claim_key"]: rows for rows in EXPECTED.values()}
OF_SUBSCRIBER = {"A": "A1 A2", "B": "B1", "C": "C1 C2"}


def rows_by_claim(data: bytes, chunk: int = 1 << 20) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    found = read(data, chunk)
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        rows.setdefault(row["claim_key"], []).append(row)
    return rows, found.messages


def amounts(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    return rows[0]["claim_charge"], [(row["charge"], row["primary_paid"]) for row in rows]


def check_honest(data: bytes) -> None:
    """Each claim given is as it was sent, or something was said of the file."""
    rows, messages = rows_by_claim(data)
    for of_claim in rows.values():
        first = of_claim[0]
        sent = [EXPECTED.get(first["claim_id"]), BY_KEY.get(first["claim_key"])]
        assert messages or any(one is not None and amounts(one) == amounts(of_claim) for one in sent)


byte = st.sampled_from(b"~*:^\n\r0A. \x00\xff") | st.integers(0, 255)
somewhere = st.integers(0, len(DATA) - 1)


@settings(max_examples=250, deadline=None)
@given(somewhere, byte)
def test_a_changed_byte_is_never_a_wrong_claim_in_silence(at: int, value: int) -> None:
    check_honest(DATA[:at] + bytes([value]) + DATA[at + 1 :])


@settings(max_examples=150, deadline=None)
@given(somewhere, st.integers(0, 40))
def test_lost_bytes_are_never_a_wrong_claim_in_silence(at: int, count: int) -> None:
    check_honest(DATA[:at] + DATA[at + count :])


@settings(max_examples=100, deadline=None)
@given(somewhere)
def test_a_file_cut_anywhere_gives_whole_claims_only(at: int) -> None:
    rows, messages = rows_by_claim(DATA[:at])
    for of_claim in rows.values():
        assert of_claim == EXPECTED[of_claim[0]["claim_id"]]
    assert messages or not DATA[:at].strip() or at >= len(DATA) - 2


@settings(max_examples=150, deadline=None)
@given(st.sampled_from("ABC"), st.data())
def test_damage_at_one_subscriber_leaves_the_others(who: str, data: st.DataObject) -> None:
    start = DATA.index(b"SBR", DATA.index(b"HL*%d*" % (2 + "ABC".index(who))))
    end = DATA.find(b"~\nHL*", start)
    end = end if end >= 0 else DATA.index(b"~\nSE*")
    at, value = data.draw(st.integers(start, end - 1)), data.draw(byte)
    rows, _ = rows_by_claim(DATA[:at] + bytes([value]) + DATA[at + 1 :])
    given_claims = {of_claim[0]["claim_id"]: of_claim for of_claim in rows.values()}
    for other, names in OF_SUBSCRIBER.items():
        for name in names.split():
            if other != who:
                assert [without_key(row) for row in given_claims[name]] == [without_key(row) for row in EXPECTED[name]]


def without_key(row: dict[str, Any]) -> dict[str, Any]:
    """A claim's place in its transaction changes where one before it is cut in two."""
    return {name: value for name, value in row.items() if name != "claim_key"}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200))
def test_chunks_do_not_matter(chunk: int) -> None:
    twice = DATA + raw(interchange(group(transaction(PROVIDER, subscriber(2, claim("Z")))), control=2), end="!")
    twice = b"junk " + twice[:-30]
    small, large = read(twice, chunk), read(twice)
    assert small.rows == large.rows
    assert small.problems == large.problems
    assert small.groups == large.groups


signs = st.sampled_from(
    [chr(code) for code in range(1, 256) if not chr(code).isalnum() and chr(code) not in "*:~^. \n\r-"]
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(signs | st.sampled_from("*:~^"), min_size=4, max_size=4, unique=True), st.sampled_from(["", "\n", "\r\n"])
)
def test_any_delimiters_will_do(chosen: list[str], newline: str) -> None:
    table = str.maketrans("*:^", "".join(chosen[:3]))
    data = "".join(text.translate(table) + chosen[3] + newline for text in GOOD).encode("latin-1")
    rows, messages = rows_by_claim(data)
    assert messages == []
    assert list(rows.values()) == list(EXPECTED.values())


text = st.text(st.characters(codec="latin-1", exclude_characters="*:^~\n\r"), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(text, min_size=1, max_size=4), max_size=20), st.integers(1, 64))
def test_segments_survive(sent: list[list[str]], chunk: int) -> None:
    said = [["REF", *elements] for elements in sent]
    data = raw([GOOD[0], *("*".join(elements) for elements in said), "IEA*0*000000001"], end="~")
    found = list(segments(io.BytesIO(data), chunk))
    assert not any(isinstance(one, Fault) for one in found)
    assert [one.elements for one in found if not isinstance(one, Fault)][1:-1] == said


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["1", "2", "3", "4", "5", "6", "01", "02", "A", "B"]), max_size=30))
def test_control_numbers_are_new_once(controls: list[str]) -> None:
    seen, plain = Seen(), set[str]()
    for control in controls:
        assert seen.add(control) == (control not in plain)
        plain.add(control)
