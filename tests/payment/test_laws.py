"""Laws of pricing, over claims made of the codes that come with the project."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clausal.payment.money import NONE
from clausal.payment.quote import quote
from clausal.schedules.tables import Schedules
from tests.payment.claims import ASC, HOSPITAL, OFFICE, Written, claim

CODES = ("64640", "64624", "0441T", "64447", "64450", "64454", "76942")
MODIFIERS = ((), ("RT",), ("LT",), ("50",), ("59",), ("52",), ("RT", "59"), ("54",), ("26",))
line = st.tuples(st.sampled_from(CODES), st.integers(1, 7), st.sampled_from(MODIFIERS))
claims = st.lists(line, min_size=1, max_size=6)
days = st.sampled_from(("2022-02-01", "2023-06-01", "2024-02-01", "2024-10-01", "2025-06-01"))
places = st.sampled_from((OFFICE, ASC, HOSPITAL))
law = settings(max_examples=200, deadline=None)


def cents(schedules: Schedules, lines: list[Written], day: str, place: int) -> list[list[int]]:
    """The allowed amount of each line's components, in cents (NONE: no price)."""
    found = quote(claim(lines, day, place), [m for _, _, m in lines], schedules)
    by_line: list[list[int]] = [[] for _ in lines]
    for one in found.lines:
        by_line[one.line].append(int(one.allowed.replace(".", "")) if one.allowed else NONE)
    return by_line


@law
@given(claims, line, days, places)
def test_adding_a_line_never_raises_another_lines_amount(
    schedules: Schedules, lines: list[Written], added: Written, day: str, place: int
) -> None:
    """But for a second side: with the first it is one procedure, which may be the costliest of the day."""
    sides = {side for _, _, modifiers in [*lines, added] for side in modifiers if side in ("RT", "LT")}
    assume(len(sides) < 2)
    before = cents(schedules, lines, day, place)
    after = cents(schedules, [*lines, added], day, place)
    for one, other in zip(before, after, strict=False):
        assert all(new <= old or NONE in (new, old) for old, new in zip(one, other, strict=True))


@law
@given(claims, days)
def test_lines_for_both_sides_pay_what_modifier_50_does(schedules: Schedules, lines: list[Written], day: str) -> None:
    others = [line for line in lines if not {"RT", "LT"} & set(line[2])]
    totals = []
    for modifiers in (("RT", "LT"), ("50",)):
        written = [*(("64640", 1, (modifier,)) for modifier in modifiers), *others]
        totals.append(quote(claim(written, day), [()] * len(written), schedules).total)
    assert totals[0] == totals[1]


@law
@given(claims, days, places, st.randoms())
def test_the_order_of_lines_does_not_matter(
    schedules: Schedules, lines: list[Written], day: str, place: int, random: object
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = sorted(zip(map(str, lines), cents(schedules, lines, day, place), strict=True))
    other = sorted(zip(map(str, shuffled), cents(schedules, shuffled, day, place), strict=True))
    total = sum(a for _, parts in one for a in parts if a > 0)
    assert total == sum(a for _, parts in other for a in parts if a > 0)
    if len({str(written) for written in lines}) == len(lines) == len({(code, tuple(m)) for code, _, m in lines}):
        assert one == other


@law
@given(claims, days, places, st.integers(0, 50_000))
def test_no_cent_is_lost(schedules: Schedules, lines: list[Written], day: str, place: int, left: int) -> None:
    found = quote(claim(lines, day, place), [m for _, _, m in lines], schedules, deductible_left=left)
    total = 0
    for one in found.lines:
        if one.allowed is None:
            assert one.payer is None
            assert one.patient is None
            assert one.why
            continue
        allowed, payer, patient = (int(str(part).replace(".", "")) for part in (one.allowed, one.payer, one.patient))
        assert payer + patient == allowed
        assert min(payer, patient) >= 0
        total += allowed
    if found.total is None:
        assert all(one.allowed is None for one in found.lines)
    else:
        assert found.total == f"{total // 100}.{total % 100:02}"


@law
@given(st.lists(claims, min_size=2, max_size=4), days)
def test_a_claim_is_priced_the_same_alone_and_among_others(
    schedules: Schedules, several: list[list[Written]], day: str
) -> None:
    from clausal.payment.pfs import price
    from clausal.schedules.lines import make_lines

    flat = [(number, written) for number, lines in enumerate(several) for written in lines]
    together = make_lines(
        [written[0] for _, written in flat],
        day=np.datetime64(day),
        units=[written[1] for _, written in flat],
        modifiers=[written[2] for _, written in flat],
        group=[number for number, _ in flat],
    )
    alone = [amount for lines in several for amount in price(claim(lines, day), schedules).allowed.tolist()]
    assert price(together, schedules).allowed.tolist() == alone
