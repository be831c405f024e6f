"""Each kind of bad input gets one clear message: where, what, what was expected, the nearest valid name."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.library import Library
from clausal.facts.source import parse_source, read_source
from clausal.problems import InvalidInput

DAY = "service_date: 2024-10-15\n"
BAD = {
    "unknown key": (DAY + "plam: bcn65\n", "2:1: unknown key 'plam' (plam); did you mean 'plan'?"),
    "unknown key inside": (
        DAY + "member: {contract_activ: true}\n",
        "2:10: unknown key 'contract_activ' (member.contract_activ); did you mean 'contract_active'?",
    ),
    "a key by which a union is told": (
        DAY + "list: 1\n",
        "2:1: unknown key 'list' (list); did you mean 'lines'?",
    ),
    "a section inside itself": (
        DAY + "member: {member: {}}\n",
        "2:10: unknown key 'member' (member.member); it belongs at the top of the case, under no other key",
    ),
    "a fact of the case in a line": (
        DAY + 'lines: [{code: "64640", plan: bcn65}]\n',
        "2:25: unknown key 'plan' (lines[0].plan); it belongs at the top of the case, under no other key",
    ),
    "a fact of a line in the case": (
        DAY + "member: {modifiers: [RT]}\n",
        "2:10: unknown key 'modifiers' (member.modifiers); it belongs in a service line: lines[0].modifiers",
    ),
    "a birth date that is none, which is not repeated": (
        DAY + "patient: {date_of_birth: 15.4.1960}\n",
        "2:11: what stands here is not a date as in 2024-10-15 (patient.date_of_birth)",
    ),
    "a sex that is none, which is not repeated": (
        DAY + "patient: {sex: JANE ROE}\n",
        "2:11: what stands here is not one of female, male (patient.sex)",
    ),
    "unknown plan": (
        DAY + "plan: bcn-comercial-hmo\n",
        "2:1: unknown plan 'bcn-comercial-hmo' (plan); did you mean 'bcn-commercial-hmo'?",
    ),
    "unknown nerve": (
        DAY + "nerves: [superior-infrapatelar-saphenous]\n",
        "2:10: unknown nerve 'superior-infrapatelar-saphenous' (nerves[0]); "
        "did you mean 'superior-infrapatellar-saphenous'?",
    ),
    "unknown modifier": (
        DAY + 'lines: [{code: "64640", modifiers: [RTT]}]\n',
        "2:37: unknown modifier 'RTT' (lines[0].modifiers[0]); did you mean 'TT'?",
    ),
    "no procedure code": (
        DAY + 'lines: [{code: "6464O0"}]\n',
        "2:10: unknown procedure code '6464O0' (lines[0].code); did you mean '64640'? Else leave the line out",
    ),
    "a procedure code before it begins": (
        'service_date: 2019-06-01\nlines: [{code: "64624"}]\n',
        "2:10: procedure code '64624' does not exist on 2019-06-01: it begins on 2020-01-01 (lines[0].code); "
        "bill a code that exists on that day",
    ),
    "nothing under a complete code": (
        DAY + "diagnoses: [I10, M17.99]\n",
        "2:18: diagnosis code 'M17.99' does not exist on 2024-10-15: M17.9 is a complete code, there is nothing under "
        "it (diagnoses[1]); the nearest that exists is M17.9",
    ),
    "a diagnosis that is in no edition": (
        DAY + "problem_list: [m17.6]\n",
        "2:16: diagnosis code 'M17.6' does not exist on 2024-10-15: no edition of ICD-10-CM held has it "
        "(problem_list[0]); the nearest that exist are M17.0, M17.10, M17.11, M17.12, M17.2",
    ),
    "a diagnosis before it begins, by a pack": (
        "service_date: 2021-09-30\ndiagnoses: [G44.86]\n",
        "2:13: diagnosis code 'G44.86' does not exist on 2021-09-30: it begins on 2021-10-01 (diagnoses[0]); "
        "the nearest that exist are G44.81, G44.82, G44.83, G44.84, G44.85",
    ),
    "a diagnosis before it begins, by the editions": (
        "service_date: 2020-06-01\ndiagnoses: [M54.50]\n",
        "2:13: diagnosis code 'M54.50' does not exist on 2020-06-01: it begins after 2021-01-01 and by 2023-10-01 "
        "(diagnoses[0]); the nearest that exists is M54.5",
    ),
    "a diagnosis that has ended": (
        "service_date: 2024-06-01\ndiagnoses: [O35.0XX0]\n",
        "2:13: diagnosis code 'O35.0XX0' does not exist on 2024-06-01: it ended after 2021-01-01 and by 2023-10-01 "
        "(diagnoses[0]); the nearest that exist are O35.00X0, O35.00X1, O35.00X2, O35.00X3, O35.00X4",
    ),
    "no date": ("plan: bcn65\n", "1:1: 'service_date' is missing; every case needs it"),
    "not a date": (
        "service_date: 2024-13-45\n",
        "1:1: '2024-13-45' is not a date (service_date); write it as year-month-day, as in 2024-10-15",
    ),
    "units of 0": (
        DAY + "lines: [{code: 64640, units: 0}]\n",
        "2:23: 0 is not a whole number from 1 to 9,999 (lines[0].units)",
    ),
    "units of 1.5": (
        DAY + "lines: [{code: 64640, units: 1.5}]\n",
        "2:23: 1.5 is not a whole number from 1 to 9,999 (lines[0].units)",
    ),
    "units of 10^9": (
        DAY + "lines: [{code: 64640, units: 1000000000}]\n",
        "2:23: 1000000000 is not a whole number from 1 to 9,999 (lines[0].units)",
    ),
    "not a diagnosis": (
        DAY + "diagnoses: [banana]\n",
        "2:13: 'banana' is not an ICD-10-CM code (diagnoses[0]); "
        "expected a letter, two characters, and up to four more",
    ),
    "not a flag": (
        DAY + "wound_at_site: maybe\n",
        "2:1: 'maybe' is not true or false (wound_at_site); write true or false, without quotes",
    ),
    "key of a section": (
        DAY + "contract_active: true\n",
        "2:1: unknown key 'contract_active' (contract_active); it belongs under member.contract_active",
    ),
    "a week date": (
        "service_date: 2024-W42-2\n",
        "1:1: '2024-W42-2' is not a date (service_date); write it as year-month-day, as in 2024-10-15",
    ),
    "not a list": (
        DAY + "diagnoses: M17.11\n",
        "2:1: 'M17.11' stands where a list, as in [a, b], belongs (diagnoses)",
    ),
    "not a line": (
        DAY + "lines: [64640]\n",
        "2:9: 64640 stands where a mapping with code, units, modifiers, primary_medicare_covers, service_date_end "
        "belongs (lines[0])",
    ),
    "a nerve twice, once by its short name": (
        DAY + "nerves: [afcn, anterior-femoral-cutaneous]\n",
        "2:1: 'anterior-femoral-cutaneous' stands twice in the list (nerves); name each once",
    ),
    "a key twice": (DAY + "service_date: 2024-10-16\n", "2:1: key 'service_date' stands twice"),
    "anchor": ("a: &a [x]\nb: [*a, *a]\n", "1:4: anchor '&a' is not allowed; write the value out"),
    "tag": (
        "service_date: !!python/object/apply:os.system [ls]\n",
        "1:15: tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed; write a plain value",
    ),
    "not YAML": ("service_date: [2024\nplan: x\n", "2:5: not YAML: did not find expected ',' or ']'"),
    "not a mapping": ("hello\n", "1:1: a case is a mapping of keys to values; see `clausal schema case`"),
    "two documents": (DAY + "---\n" + DAY, "2:1: a second document starts here; one document a file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_case_is_refused_with_one_message(name: str, tmp_path: Path, library: Library) -> None:
    text, expected = BAD[name]
    path = tmp_path / "case.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as refused:
        library.cases.read(read_source(path))
    assert [str(problem) for problem in refused.value.problems] == [f"{path}:{expected}"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "file is empty; expected a mapping of keys to values"),
        (b"service_date: \xff\xfe", "not UTF-8 text: byte 0xff on line 1"),
        (b"a: 1\n\x00", "not a text file: it holds NUL characters"),
        (
            b"# " + b"x" * 4_000_000,
            "4,000,002 bytes: too large; at most 4,000,000 bytes are read; set CLAUSAL_MAX_DOCUMENT to read more",
        ),
    ],
    ids=["empty", "binary", "NUL", "huge"],
)
def test_unreadable_file_is_refused(raw: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(raw)
    with pytest.raises(InvalidInput) as refused:
        read_source(path)
    assert str(refused.value) == f"{path}: {expected}"


def test_deep_nesting_is_refused_in_yaml_and_json(tmp_path: Path) -> None:
    for name, text in (("deep.yaml", "[" * 5_000), ("deep.json", "[" * 200_000)):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(InvalidInput):
            read_source(path)


def test_all_problems_of_a_case_are_told_in_the_order_of_the_file(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(DAY + "plan: bcn66\nwound_at_site: 3\nlines: [{code: 64640, units: 0}]\n")
    with pytest.raises(InvalidInput) as refused:
        library.cases.read(read_source(path))
    assert [problem.place.line for problem in refused.value.problems] == [2, 3, 4]


def test_problems_of_a_json_case_name_the_field(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"service_date": "2024-10-15", "lines": [{"code": "64640", "units": 0}]}')
    with pytest.raises(InvalidInput) as refused:
        library.cases.read(read_source(path))
    assert str(refused.value) == f"{path}: lines[0].units: 0 is not a whole number from 1 to 9,999"


@pytest.mark.parametrize("key", ["none", "str", "[", "[0]", "float", "loc"])
def test_a_key_of_any_name_is_told_as_unknown(library: Library, key: str) -> None:
    for text in (f"'{key}': 1\n", f"lines: [{{'{key}': 1}}]\n", f"member: {{'{key}': 1}}\n"):
        with pytest.raises(InvalidInput) as error:
            library.cases.read(parse_source(DAY + text, "case.yaml"))
        assert f"unknown key '{key}'" in str(error.value)
