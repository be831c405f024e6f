"""The stream of a text: layout and typography leave it as it is, a sign or a point next to a number does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausal.documents.stream import Edge, normalise, stream


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("kept at -20° to \u2212100 °C, not \u201320", "keptat-20to-100cnot-20"),
        ("(-4) and <-5 and -$3 and -.5", "-4and<-5and-3and-.5"),
        ("1.5, .05, 0.05 and p=.05", "1.5.050.05andp=.05".replace("=", "")),
        ("p < .05, at least \u2265 50, >= 6, < 0.1", "p<.05atleast≥50≥6<0.1"),
    ],
)
def test_a_sign_a_point_and_a_comparison_of_a_number_are_kept(text: str, kept: str) -> None:
    assert normalise(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "3-5 weeks, 0\u201310 points, 3 - 5, K123516-7, p-value, 27(2):239-243, 10%-20%",
        "- 5 items\n- 6 items",
        "needs 3-\n5 weeks",
        "in 2016. 5 of them. 6.",
        "pain.5 Others; see et al.2016 and ... 7 ...8 and No.9",
        "in 2016.\u00b9 Then",
        "<p>5 of 6</p> <https://example.org>5, ->6, \u00b15, +/-5",
        "Guidelines\n-12082014.pdf",
    ],
)
def test_a_hyphen_a_full_stop_and_a_bracket_that_belong_to_no_number_are_not(text: str) -> None:
    assert normalise(text).isalnum()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kept at -20°", "kept at 20°"),
        ("below .05", "below 05"),
        ("below .05", "below 5"),
        ("1.5 units", "15 units"),
        ("BMI < 35", "BMI > 35"),
        ("BMI \u2265 35", "BMI > 35"),
    ],
)
def test_a_change_of_a_sign_or_a_point_is_a_change(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the de\ufb01ned \ufb02ow", "THE DEFINED FLOW"),
        ("an exper-\nimental and inves\u00adtigational use", "an experimental and investigational use"),
        ("cooled to \u221220", "cooled to -20"),
        ("cooled to **-20** and `1.5`", "cooled to -20 and 1.5"),
        ("<p>One.</p><p>Two &amp; three</p>", "One. Two &amp; three"),
        ('<ul style="list-style-type: none"><li>One</li></ul>', "• One"),
        ("re\u0301sume\u0301", "résumé"),
        ("at least >= 5", "at least \u2265 5"),
    ],
)
def test_typography_is_no_change(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@given(
    st.lists(st.text(st.sampled_from("aB1250.-\u2212<>=≥$(),;:*/%é\ufb01"), min_size=1, max_size=8), max_size=12),
    st.data(),
)
def test_any_blank_may_stand_for_any_other(words: list[str], data: st.DataObject) -> None:
    blanks = st.sampled_from([" ", "\n", "\t", "  ", "\r\n", "\n\n", "\u00a0", "\u2009"])
    laid_out = "".join(word + data.draw(blanks) for word in words)
    assert normalise(laid_out) == normalise(" ".join(words))


@given(st.text())
def test_letters_and_digits_stay_and_each_character_knows_its_place(text: str) -> None:
    found = stream(text)
    assert len(found.offsets) == len(found.plain)
    assert len(found.edges) == len(found.plain) + 1
    assert list(found.offsets) == sorted(found.offsets)
    assert normalise(found.plain.translate(dict.fromkeys(map(ord, "-.<>≤≥")))) == re.sub("[-.<>≤≥]", "", found.plain)


@pytest.mark.parametrize(
    ("text", "before", "edge"),
    [
        ("Covered. Never twice", "never", Edge.BREAK),
        ("Covered\n\nnever twice", "never", Edge.BREAK),
        ("Covered\tnever", "never", Edge.BREAK),
        ("Covered\n• never", "never", Edge.BREAK),
        ("Covered.Never twice", "never", Edge.BREAK),
        ("Covered\nNever twice", "never", Edge.BREAK),
        ("Covered Never twice", "never", Edge.OPEN),
        ("CoveredNever twice", "never", Edge.OPEN),
        ("Covered\nnever twice", "never", Edge.RUNNING_ON),
        ("Covered, Never twice", "never", Edge.RUNNING_ON),
        ("Covered-never twice", "never", Edge.RUNNING_ON),
        ("Covered to 1,000 days", "000", Edge.INSIDE),
        ("Covered to 1.5 days", "5days", Edge.INSIDE),
        ("Covered to 30 days", "0days", Edge.INSIDE),
        ("Covered at -20", "20", Edge.INSIDE),
    ],
)
def test_between_two_characters_is_an_edge(text: str, before: str, edge: Edge) -> None:
    found = stream(text)
    assert found.edges[found.plain.index(before)] == edge
