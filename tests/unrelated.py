"""Invented packs that are about other services than any bundled one, to see that they change nothing."""

from __future__ import annotations

from pathlib import Path

from tests.invented import write_pack

FACTS = """\
codes: {{"{code}": a service}}
facts:
  unrelated_given_{n}: {{type: flag, about: A., question: A?, case: unrelated_given_{n}}}
  unrelated_{n}: {{type: flag, about: D.}}
"""
DERIVED = """\
table: derived
answers: {{fact: unrelated_{n}}}
hit: first
rules:
  - {{rule: one, when: {{unrelated_given_{n}: true}}, then: {{value: true}}, cites: [all]}}
  - {{rule: two, then: {{value: false}}, cites: [all]}}
"""
POLICY = """\
table: {table}
answers: {{authority: {authority}}}
hit: first
when: {{code: "{code}"}}
rules:
  - {{rule: one, when: {{unrelated_{n}: true}}, then: {{finding: covered}}, cites: [all]}}
  - {{rule: two, then: {{finding: excluded}}, cites: [all]}}
"""
BESIDE = """\
table: {kind}
answers: {{{kind}: unrelated}}
hit: collect
rules:
  - {{rule: one, when: {{code: "{code}", unrelated_given_{n}: true}}, then: {{{then}}}, cites: [all]}}
"""


def write_unrelated(folder: Path, count: int, authority: str = "bcbsm-bcn-medical-policy", first: int = 10_000) -> Path:
    """Write so many packs, each with a policy of its own and one for an authority that plans ask already.

    Each is about a code of its own, the first of them `first`.
    """
    for n in range(count):
        code = f"{first + n}"
        root = write_pack(
            folder,
            f"unrelated-{n}",
            FACTS.format(code=code, n=n),
            derived=DERIVED.format(n=n),
            policy=POLICY.format(table="policy", authority=f"unrelated-{n}", code=code, n=n),
            more=POLICY.format(table="more", authority=authority, code=code, n=n),
            safety=BESIDE.format(kind="safety", code=code, n=n, then="severity: confirm, says: x"),
            notice=BESIDE.format(kind="notice", code=code, n=n, then="says: x"),
        )
        (root / "denials.yaml").write_text(
            f"unrelated-{n}: {{carc: '1', rarc: [], finding: investigational, says: this document's own reason}}\n"
        )
    return folder
