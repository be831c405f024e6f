"""`test-design`: a statistical test that does not fit what was compared."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.evidence.model import Evidence, Study, Tested
from clausal.rules.finding import Finding

NAME = "test-design"
INDEPENDENT = {
    "wilcoxon-rank-sum": "Wilcoxon signed-rank",
    "mann-whitney": "Wilcoxon signed-rank",
    "unpaired-t": "paired t",
    "independent-t": "paired t",
    "welch-t": "paired t",
    "chi-square": "McNemar's",
    "fisher-exact": "McNemar's",
    "kruskal-wallis": "Friedman's",
    "one-way-anova": "repeated-measures analysis of variance",
    "log-rank": "a paired",
}
"""Tests of groups of different people, and the test for the same people twice."""
PAIRED = {
    "wilcoxon-signed-rank": "Wilcoxon rank-sum",
    "paired-t": "unpaired t",
    "mcnemar": "chi-square",
    "sign": "Wilcoxon rank-sum",
    "friedman": "Kruskal-Wallis",
    "repeated-measures-anova": "one-way analysis of variance",
}
"""Tests of the same people twice, and the test for groups of different people."""


def check(evidence: Evidence) -> Iterable[Finding]:
    """Tests of separate groups on one group before and after, the reverse, comparisons of groups there are not."""
    for study in evidence.studies:
        for test in study.tests:
            message = _misfit(study, test)
            if message:
                yield Finding(NAME, "warning", test.place, f"{study.name}: {test.what}: {message}")


def plain(test: str) -> str:
    """A test's name as it is known here."""
    return test.lower().replace(" ", "-").replace("_", "-")


def _misfit(study: Study, test: Tested) -> str:
    name = plain(test.test)
    words = name.replace("-", " ")
    if test.compares == "before-after" and name in INDEPENDENT:
        return (
            f"the {words} test compares different people, and the same people were compared before and after; "
            f"{INDEPENDENT[name]} would be the test for that"
        )
    if test.compares == "groups" and name in PAIRED:
        return (
            f"the {words} test compares the same people twice, and different groups were compared; "
            f"{PAIRED[name]} would be the test for that"
        )
    grouped = len(study.arms) > 1 or study.partitions or study.splits or any(one.partition for one in study.averages)
    if test.compares == "groups" and study.design in ("single-arm", "technique") and not grouped:
        return "groups were compared, and the study is of one group"
    return ""
