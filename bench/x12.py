"""X12: claim files read to columns by ours and by pyx12, in one run; remittances written."""

from __future__ import annotations

import datetime as dt
import io
import logging
import random
import statistics
import time
from collections.abc import Callable

import pyx12.error_handler
import pyx12.params
import pyx12.x12context

from bench.timing import machine
from clausal.exchange.x12.read837 import Reader837
from clausal.exchange.x12.remittance import Adjustment, Party, Person, RemittedClaim, RemittedLine
from clausal.exchange.x12.write835 import RemittanceWriter
from clausal.exchange.x12.writing import Parties

CODES = ("99213", "99214", "64640", "76942", "20610", "J3301", "85025", "80053", "97110", "A0427")
DIAGNOSES = ("M1711", "I10", "E119", "G5601", "J209", "M545", "N186", "F329")
MODIFIERS = ("", "", ":25", ":RT", ":59:LT", ":76")
CLAIMS_EACH = 4
"""Claims of a subscriber, at most."""


def claim_file(count: int, seed: int = 11) -> tuple[bytes, int]:
    """A made-up 837P of so many claims of about 40 segments, 1 to 12 lines each; and its number of segments."""
    rng = random.Random(seed)
    body = ["ST*837*0001*005010X222A1", "BHT*0019*00*1*20240102*1200*CH"]
    body += ["NM1*41*2*BILLER*****46*900000001", "PER*IC*DESK*TE*5550000000", "NM1*40*2*PLAN*****46*900000002"]
    level = billing = 0
    left = count
    while left:
        if not level or rng.random() < 0.02:
            level += 1
            billing = level
            body += _provider(level)
        level += 1
        body += _subscriber(rng, level, billing)
        for _ in range(min(left, rng.randint(1, CLAIMS_EACH))):
            body += _claim(rng, left)
            left -= 1
    body.append(f"SE*{len(body) + 1}*0001")
    head = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*1200*^*00501*000000001*0*T*:"
    segments = [head, "GS*HC*SENDER*RECEIVER*20240102*1200*1*X*005010X222A1", *body, "GE*1*1", "IEA*1*000000001"]
    return ("~\n".join(segments) + "~\n").encode(), len(segments)


def _provider(level: int) -> list[str]:
    party = ["PRV*BI*PXC*208D00000X", "NM1*85*2*CLINIC*****XX*1234567893", "N3*1 MAIN ST", "N4*DETROIT*MI*482010000"]
    return [f"HL*{level}**20*1", *party, "REF*EI*123456789"]


def _subscriber(rng: random.Random, level: int, billing: int) -> list[str]:
    name = f"NM1*IL*1*DOE*JANE*A***MI*M{rng.randint(0, 10**8):09}"
    home = ["N3*2 ELM ST", "N4*LANSING*MI*48901", f"DMG*D8*19{rng.randint(30, 99)}0415*F"]
    return [f"HL*{level}*{billing}*22*0", "SBR*P*18*GRP01******CI", name, *home, "NM1*PR*2*PLAN*****PI*00710"]


def _claim(rng: random.Random, number: int) -> list[str]:
    diagnoses = rng.sample(DIAGNOSES, rng.randint(1, 4))
    cents = [rng.randint(1_000, 90_000) for _ in range(rng.choice((1, 2, 4, 5, 6, 7, 8, 12)))]
    total = sum(cents)
    place = rng.choice(("11", "22", "24"))
    found = [f"CLM*A{number:08}*{total // 100}.{total % 100:02}***{place}:B:1*Y*A*Y*Y"]
    found += ["DTP*431*D8*20240101"] * rng.randint(0, 1) + [f"REF*G1*AUTH{number}", f"REF*D9*{number}"]
    found.append("HI*" + "*".join(f"{'ABF' if index else 'ABK'}:{code}" for index, code in enumerate(diagnoses)))
    found += ["NM1*82*1*ROE*RICHARD****XX*1346233350", "PRV*PE*PXC*207X00000X"]
    found += ["NM1*77*2*SITE*****XX*1578576955", "N3*3 OAK ST", "N4*FLINT*MI*48501"] if rng.random() < 0.3 else []
    for index, amount in enumerate(cents, 1):
        found += _line(rng, index, amount, len(diagnoses))
    return found


def _line(rng: random.Random, index: int, amount: int, diagnoses: int) -> list[str]:
    charge = f"{amount // 100}.{amount % 100:02}"
    pointers = ":".join(map(str, range(1, rng.randint(1, diagnoses) + 1)))
    code = rng.choice(CODES) + rng.choice(MODIFIERS)
    date = f"2024{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    found = [f"LX*{index}", f"SV1*HC:{code}*{charge}*UN*{rng.randint(1, 3)}***{pointers}", f"DTP*472*D8*{date}"]
    found.append(f"REF*6R*L{index:04}")
    found += ["NTE*ADD*SEEN"] if rng.random() < 0.2 else []
    return found + (["LIN**N4*00026063512", "CTP****10*ML"] if rng.random() < 0.25 else [])


def read_ours(data: bytes) -> int:
    return sum(batch.num_rows for batch in Reader837(io.BytesIO(data), "bench"))


def read_pyx12(data: bytes) -> int:
    """The same file through pyx12: its claims, with code, charge and date of each line."""
    lines = 0
    reader = pyx12.x12context.X12ContextReader(
        pyx12.params.params(), pyx12.error_handler.errh_null(), io.StringIO(data.decode())
    )
    for loop in reader.iter_segments("2300"):
        if loop.id != "2300":
            continue
        for line in loop.select("2400"):
            lines += bool(line.get_value("SV101-2") and line.get_value("SV102") and line.get_value("DTP[472]03"))
    return lines


PAYER = Party("PLAN", "00710", "", "380000009", ("9 HIGH ST", "DETROIT", "MI", "48226"))


def remittances(count: int, seed: int = 12) -> list[tuple[Party, RemittedClaim]]:
    """Made-up claims of 1 to 12 lines, a fifth of them denied, with the payee of each; one payee has about fifty."""
    rng = random.Random(seed)
    found = []
    payee = _payee(0)
    for number in range(count):
        payee = _payee(number) if rng.random() < 0.02 else payee
        lines = tuple(_remitted_line(rng, index) for index in range(1, rng.choice((1, 2, 4, 5, 6, 7, 8, 12)) + 1))
        charge, paid = sum(one.charge for one in lines), sum(one.paid for one in lines)
        patient = Person("DOE", "JANE", f"M{rng.randint(0, 10**8):09}")
        status = "1" if paid else "4"
        claim = RemittedClaim(f"A{number:08}", status, "HM", f"1-{number}", charge, paid, patient, lines, (), "11", "1")
        found.append((payee, claim))
    return found


def _payee(number: int) -> Party:
    return Party(f"CLINIC {number}", "1234567893", "XX", "123456789", ("1 MAIN ST", "DETROIT", "MI", "482010000"))


def _remitted_line(rng: random.Random, index: int) -> RemittedLine:
    charge, day = rng.randint(1_000, 90_000), dt.date(2024, rng.randint(1, 12), rng.randint(1, 28))
    why: tuple[Adjustment, ...] = (Adjustment("CO", "50", charge),)
    remarks: tuple[str, ...] = ("N130",)
    paid = 0
    if rng.random() > 0.2:
        allowed = rng.randint(500, charge)
        share = allowed // 5
        why = (Adjustment("CO", "45", charge - allowed), Adjustment("PR", "2", share))
        paid, remarks = allowed - share, ()
    code, modifier = rng.choice(CODES), rng.choice(MODIFIERS)
    modifiers = tuple(part for part in modifier.split(":") if part)
    return RemittedLine(code, None, modifiers, 1, int(paid > 0), charge, paid, why, remarks, day, f"L{index:04}")


def write_ours(sent: list[tuple[Party, RemittedClaim]]) -> int:
    """The length of an 835 of claims, each checked before it is written, as `adjudicate` writes it."""
    out = io.BytesIO()
    with RemittanceWriter(out, Parties("PLAN", "CLINIC"), dt.datetime(2024, 9, 1)) as writer:
        for payee, claim in sent:
            writer.claim(PAYER, payee, claim)
    return len(out.getvalue())


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measure(claims: int = 20_000, of_pyx12: int = 40, rounds: int = 5) -> list[str]:
    """What was measured, as lines to print; medians of alternating rounds, so that both meet the same machine."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    (large, segments), (small, few) = claim_file(claims), claim_file(of_pyx12)
    assert read_ours(small) == read_pyx12(small)
    pairs = [(_seconds(lambda: read_ours(large)), _seconds(lambda: read_pyx12(small))) for _ in range(rounds)]
    ours = statistics.median(seconds for seconds, _ in pairs)
    theirs = statistics.median(seconds for _, seconds in pairs)
    ratio = statistics.median((other / few) / (own / segments) for own, other in pairs)
    return [
        f"837P to columns, {claims:,} claims of {segments / claims:.0f} segments, one core",
        f"  {'clausal':<10} {segments / ours:>12,.0f} segments/s {claims / ours:>10,.0f} claims/s   asked 5,000",
        f"  {'pyx12':<10} {few / theirs:>12,.0f} segments/s {of_pyx12 / theirs:>10,.0f} claims/s",
        f"  clausal is {ratio:,.0f} times as fast a segment",
    ]


def measure_writing(claims: int = 20_000, rounds: int = 5) -> list[str]:
    """What writing was measured at, as lines to print."""
    sent = remittances(claims)
    lines = sum(len(claim.lines) for _, claim in sent)
    size = write_ours(sent)
    seconds = statistics.median(_seconds(lambda: write_ours(sent)) for _ in range(rounds))
    return [
        f"claims to 835, {claims:,} claims of {lines / claims:.1f} lines, one core",
        f"  {'clausal':<10} {claims / seconds:>12,.0f} claims/s {lines / seconds:>12,.0f} lines/s"
        f" {size / seconds / 1e6:>8,.1f} MB/s",
    ]


def run() -> None:
    print()
    print("\n".join([*measure(), "", *measure_writing()]))


if __name__ == "__main__":
    print(machine())
    run()
