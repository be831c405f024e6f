"""Repairs take out what they are to take out, and leave all else as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.mend import CannotMend, mend, without
from clausal.facts.source import parse_source
from clausal.rules.finding import Removal

TEXT = """\
# about this table
rules:
  - rule: one   # the first
    when: {a: [x, "y, z", w]}

  # the second is about more
  - rule: two
    when:
      a:
        - x
        - y   # beside it
        - z
    then: {says: "a: b"}
  - rule: three
    when: {a: x}
# the end
"""


def test_a_rule_goes_with_its_lines_and_comments_of_others_stay() -> None:
    mended = without(TEXT, "t.yaml", [("rules", 1)])
    assert mended == TEXT[: TEXT.index("  - rule: two")] + TEXT[TEXT.index("  - rule: three") :]


def test_the_last_rule_goes() -> None:
    assert without(TEXT, "t.yaml", [("rules", 2)]).endswith('then: {says: "a: b"}\n# the end\n')


@pytest.mark.parametrize(("at", "line"), [(0, '{a: ["y, z", w]}'), (1, "{a: [x, w]}"), (2, '{a: [x, "y, z"]}')])
def test_an_entry_goes_from_a_list_in_one_line(at: int, line: str) -> None:
    assert f"    when: {line}\n" in without(TEXT, "t.yaml", [("rules", 0, "when", "a", at)])


def test_an_entry_goes_from_a_list_in_lines() -> None:
    mended = without(TEXT, "t.yaml", [("rules", 1, "when", "a", 1)])
    assert parse_source(mended, "t.yaml").data["rules"][1]["when"]["a"] == ["x", "z"]
    assert "beside it" not in mended


def test_several_go_at_once() -> None:
    mended = without(TEXT, "t.yaml", [("rules", 0, "when", "a", 0), ("rules", 1), ("rules", 0, "when", "a", 2)])
    data = parse_source(mended, "t.yaml").data
    assert [rule["rule"] for rule in data["rules"]] == ["one", "three"]
    assert data["rules"][0]["when"]["a"] == ["y, z"]


def test_what_cannot_be_taken_out_alone_is_left_and_nothing_is_written(tmp_path: Path) -> None:
    path, other = tmp_path / "t.yaml", tmp_path / "u.yaml"
    path.write_text("rules: [{rule: one}, {rule: two}]\n")
    other.write_text("list: [a, b]\n")
    with pytest.raises(CannotMend):
        mend([Removal(str(other), ("list", 0)), Removal(str(path), ("rules", 0))])
    assert other.read_text() == "list: [a, b]\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["t.yaml", "u.yaml"]


def test_line_ends_and_mode_of_a_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_bytes(b"list:\r\n  - a\r\n  - b\r\n")
    path.chmod(0o640)
    mend([Removal(str(path), ("list", 0))])
    assert path.read_bytes() == b"list:\r\n  - b\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
