"""Every check has a page; what the page on evidence shows is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clausal.documents.checks import NAMES as OF_PACKS
from clausal.documents.library import Library
from clausal.evidence.checks import NAMES as OF_EVIDENCE
from clausal.rules.conclusions import ANSWERS, BENEFITS, FINDINGS, SEVERITIES
from tests.evidence.made import evidence

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize(("folder", "names"), [("checks", OF_PACKS), ("checks/evidence", OF_EVIDENCE)])
def test_every_check_has_a_page_and_every_page_a_check(folder: str, names: tuple[str, ...]) -> None:
    pages = {path.stem for path in (DOCS / folder).glob("*.md")} - {"README"}
    assert pages == set(names)
    index = (DOCS / "checks" / "README.md").read_text()
    for name in names:
        assert f"[{name}](" in index
        assert (DOCS / folder / f"{name}.md").read_text().startswith(f"# {name}\n")


def test_every_check_is_a_module_of_its_name() -> None:
    source = DOCS.parent / "src" / "clausal"
    modules = {path.stem for path in source.rglob("checks/*.py")}
    assert {name.replace("-", "_") for name in (*OF_PACKS, *OF_EVIDENCE)} <= modules


def test_the_example_of_evidence_is_read() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "evidence.md").read_text(), re.S)
    read = evidence(example)
    assert (len(read.studies), len(read.trials), len(read.summaries)) == (1, 1, 1)
    assert read.studies[0].funding == "the maker"


def test_the_page_on_tables_names_every_answer_and_every_word_of_the_engine(library: Library) -> None:
    page = (DOCS / "tables.md").read_text()
    for kind, keys in ANSWERS.items():
        assert f"`{kind}: " in page
        assert all(f"`{key}" in page for key in keys)
    for word in (*FINDINGS, *BENEFITS, *SEVERITIES, *library.denials):
        assert f"`{word}`" in page


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).is_file(), f"{page}: {target}"
