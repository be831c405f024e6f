"""The evidence of a document as plain data, by the edition that was published on a day."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from clausal.documents.library import Library
from clausal.evidence.as_data import evidence_data, quoted
from clausal.problems import InvalidInput

PACK = "bcbsm-cryoneurolysis"


def test_the_edition_is_the_last_published_by_the_day(library: Library) -> None:
    versions = sorted(library.packs[PACK].versions, key=lambda one: one.effective)
    for day in (dt.date(2026, 1, 1), versions[0].published):
        known = [one.effective for one in versions if one.published <= day]
        assert quoted(library, PACK, day).edition == max(known)
    assert quoted(library, PACK, dt.date(1990, 1, 1)).edition is None


def test_all_is_plain_and_each_finding_has_its_place(library: Library) -> None:
    of = quoted(library, PACK, dt.date(2026, 1, 1))
    told = evidence_data(of)
    assert json.loads(json.dumps(told)) == told
    assert len(told["studies"]) == len(of.evidence.studies)
    assert [one["check"] for one in told["findings"]] == [one.check for one in of.findings]
    assert all(one["place"]["file"].endswith("evidence.yaml") for one in told["findings"])


def test_a_pack_without_evidence_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInput, match="this pack holds no evidence"):
        quoted(library, "medicare", dt.date(2026, 1, 1))
