"""Whatever a remittance is to say: it is written as an outside validator wants it, or it is refused with its reason."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.exchange.x12.read835 import balance
from clausal.exchange.x12.remittance import Adjustment, Party, Person, RemittedClaim, RemittedLine
from clausal.exchange.x12.write835 import RemittanceWriter, faults
from clausal.exchange.x12.writing import Parties
from tests.exchange import validated

WHEN = dt.datetime(2024, 9, 1, 14, 30)
# Characters that are plain, that divide X12, that controls are, that have a plain letter, and that have none.
anything = st.text(st.sampled_from("AZaz09 .-'&#*:^~\n\t\x7fÉßø\u674e€|"), max_size=80)
plain = st.text(st.sampled_from("ABCXYZ0189"), min_size=2, max_size=20)
either = st.integers(0, 19).flatmap(lambda number: anything if number == 13 else plain)
name = st.integers(0, 2).flatmap(
    lambda number: either if number else st.text(st.sampled_from("Aa .-'*~Éßø"), min_size=2, max_size=80)
)
charges = st.integers(0, 10**9) | st.integers(0, 10**14)
addresses = st.tuples(
    either, either, st.sampled_from(["MI", "KY", "PR", "XX", "M", ""]), st.sampled_from(["48226", "4"])
)
good_addresses = st.just(("9 HIGH ST", "SUITE 4", "DETROIT", "MI", "482260000"))
some_addresses = st.integers(0, 7).flatmap(lambda number: good_addresses if number else addresses)


@st.composite
def lines(draw: st.DrawFn) -> RemittedLine:
    groups, codes = st.sampled_from(["CO", "PR", "OA", "PI"]), st.sampled_from(["45", "1", "2", "253", "B7", "A1"])
    amounts = st.integers(-10_000, 10**7).filter(bool)
    why = draw(st.lists(st.builds(Adjustment, groups, codes, amounts, st.none() | st.integers(1, 99)), max_size=30))
    paid = draw(st.just(0) | st.integers(0, 10**8))
    start = draw(st.dates(dt.date(2015, 10, 1), dt.date(2030, 1, 1)))
    return RemittedLine(
        code=draw(st.sampled_from(["64640", "J3301", "A0425"])),
        revenue_code=draw(st.sampled_from(["0360", None])),
        modifiers=draw(st.lists(st.sampled_from(["RT", "59", "RH"]), max_size=4).map(tuple)),
        units=draw(st.integers(0, 999) | st.just(Decimal("21.5"))),
        paid_units=draw(st.integers(0, 999) | st.just(Decimal("0.25"))),
        charge=paid + sum(one.amount for one in why),
        paid=paid,
        adjustments=tuple(why),
        remarks=draw(st.lists(st.sampled_from(["N130", "M15", "MA01"]), max_size=9).map(tuple)),
        service_date=start,
        control_number=draw(st.just("") | either),
        allowed=draw(st.none() | charges),
        service_date_end=draw(st.none() | st.just(start + dt.timedelta(days=3))),
    )


@st.composite
def claims(draw: st.DrawFn) -> RemittedClaim:
    of_claim = draw(st.lists(lines(), min_size=1, max_size=4).map(tuple))
    person = st.builds(Person, name, st.just("") | name, st.just("") | either)
    return RemittedClaim(
        control_number=draw(either),
        status_code=draw(st.sampled_from(["1", "2", "3", "4"])),
        claim_filing=draw(st.sampled_from(["HM", "CI", "MB", "BL", "", "?"])),
        payer_control_number="1-1",
        charge=sum(line.charge for line in of_claim),
        paid=sum(line.paid for line in of_claim),
        patient=draw(person),
        lines=of_claim,
        facility_code=draw(st.sampled_from(["11", "13", ""])),
        frequency=draw(st.sampled_from(["1", ""])),
        subscriber=draw(st.none() | person),
    )


payers = st.builds(
    Party,
    either,
    plain,
    st.just(""),
    st.sampled_from(["380000009", "38-0000009", "38", ""]),
    some_addresses,
)
payees = st.builds(Party, either, st.just("1234567893"), st.just("XX"), st.just("") | plain, addresses | st.just(()))
payees |= st.builds(Party, name, st.just(""), st.just(""), plain, some_addresses)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(payers, payees, claims()), min_size=1, max_size=4))
def test_what_is_written_is_valid_and_balances_and_no_number_is_altered(
    sent: list[tuple[Party, Party, RemittedClaim]],
) -> None:
    good = [one for one in sent if not faults(*one)]
    if not good:
        return
    out = io.BytesIO()
    with RemittanceWriter(out, Parties("PLAN", "CLINIC", usage="T"), WHEN, 42) as writer:
        for payer, payee, claim in good:
            writer.claim(payer, payee, claim)
    data = out.getvalue()
    assert validated.faults(data) == []
    assert balance(io.BytesIO(data)) == []
    numbers = [text.split("*")[1] for text in data.decode("ascii").split("~\n") if text.startswith("CLP*")]
    assert numbers == [claim.control_number for _, _, claim in good]
