"""Files of a pack of the wrong shape are told with their place, whatever stands in them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from clausal.documents import load
from clausal.documents.load import bundled_packs
from tests.cli.test_commands import SETTLED
from tests.robust.commands import run

PACK = "iovera-reimbursement"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack that may be changed, among the bundled ones."""
    shutil.copytree(bundled_packs(), tmp_path / "packs")
    (tmp_path / "case.yaml").write_text(SETTLED)
    monkeypatch.setattr(load, "bundled_packs", lambda: tmp_path / "packs")
    return tmp_path / "packs" / PACK


WRONG = {
    "fees a list": ("fees.yaml", "- 1\n", "fees.yaml:1:1: expected a mapping with as_of, area, con"),
    "fees without codes": ("fees.yaml", "as_of: 2024-10-01\narea: x\nconversion_factor: 1\n", "`codes` is missing"),
    "codes a list": (
        "fees.yaml",
        "as_of: 2024-10-01\narea: x\nconversion_factor: 1\ncodes: [1]\n",
        "fees.yaml:4:1: `codes` is a mapping of procedure codes to their figures (codes)",
    ),
    "a figure that is none": (
        "fees.yaml",
        "as_of: soon\narea: x\nconversion_factor: NaN\n"
        "codes: {a: {apc: 1, asc: [], hopd: x, rvu_non_facility: 1, rvu_facility: 1, office: 1}}\n",
        "`hopd` is not a number (codes.a.hopd)",
    ),
    "discrepancies a mapping": ("discrepancies.yaml", "says: x\n", "discrepancies.yaml:1:1: expected a list"),
    "discrepancies of words": (
        "discrepancies.yaml", "- x\n- [1]\n", "discrepancies.yaml:2:3: expected a mapping with says"
    ),
    "discrepancies that cite a number": (
        "discrepancies.yaml", "- {says: x, cites: 3}\n", "discrepancies.yaml:1:13: `cites` is a list ([0].cites)"
    ),
    "a catalogue of nothing": (
        "catalogue.yaml", "contract: 1\nparts: [[]]\n", "catalogue.yaml:1:1: `contract` is a mapping"
    ),
    "an empty file": ("catalogue.yaml", "", "catalogue.yaml: file is empty"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_file_of_data_of_another_shape_is_told(pack: Path, what: str) -> None:
    name, text, told = WRONG[what]
    (pack / name).write_text(text)
    for command in (["show", PACK], ["decide", pack.parents[1] / "case.yaml"]):
        found = run(*command)
        assert not found.escaped
        assert found.status == 2
        assert told in found.err


@pytest.mark.parametrize("cites", ["3", "a-clause", "{a: b}", "[[a]]", "[null]"])
def test_what_is_cited_is_a_list_of_names(pack: Path, cites: str) -> None:
    text = (pack / "pack.yaml").read_text()
    start = text.index("versions:")
    version = f"versions: [{{version: x, effective: 2024-01-01, published: 2024-01-01, cites: {cites}}}]\n"
    (pack / "pack.yaml").write_text(text[:start] + version)
    found = run("packs")
    assert not found.escaped
    assert found.status == 2
    assert "`cites` is a list" in found.err or "`cites` lists names, and this is none" in found.err


@pytest.mark.parametrize("aliases", ["3", "[a]", "{a: [b]}", "{a: null}"])
def test_other_names_of_a_value_are_a_mapping(pack: Path, aliases: str) -> None:
    facts = pack.parent / "claim" / "facts.yaml"
    strange = f"facts:\n  strange: {{type: choice, about: x, values: {{x: X}}, aliases: {aliases}}}\n"
    facts.write_text(facts.read_text().replace("facts:\n", strange, 1))
    found = run("packs")
    assert not found.escaped
    assert found.status == 2
    assert "aliases" in found.err


@pytest.mark.parametrize("name", ["pack.yaml", "fees.yaml", "tables/extra.yaml", "cases/extra.yaml"])
def test_a_pipe_in_a_pack_is_told_and_not_waited_for(pack: Path, name: str) -> None:
    path = pack / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    found = run("packs")
    assert found.status == 2
    assert f"{name}: is a pipe; only regular files are read\n" in found.err


def test_a_device_is_no_case(tmp_path: Path) -> None:
    assert run("decide", "/dev/zero").err == "/dev/zero: is a device; only regular files are read\n"
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert "cannot be read: Too many levels of symbolic links" in run("decide", tmp_path / "loop.yaml").err


@pytest.mark.parametrize("key", ["combines", "disputed_with", "ask_first", "ask_after"])
@pytest.mark.parametrize("names", ["[[a]]", "[{a: b}]", "[null]", "[3]"])
def test_facts_that_a_fact_names_are_names(pack: Path, key: str, names: str) -> None:
    facts = pack.parent / "claim" / "facts.yaml"
    strange = f"facts:\n  strange: {{type: flag, about: x, {key}: {names}}}\n"
    facts.write_text(facts.read_text().replace("facts:\n", strange, 1))
    found = run("packs")
    assert not found.escaped
    assert found.status == 2
    assert "unknown fact" in found.err
