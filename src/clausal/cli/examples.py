"""An example or two for each command, as its help prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXAMPLES: Mapping[str, Sequence[str]] = {
    "decide": (
        "clausal decide case.yaml",
        "clausal decide case.yaml --as-of 2024-12-31",
        "clausal decide cases/ --json",
        "clausal decide --worked",
    ),
    "ask": ("clausal ask case.yaml --save case.yaml",),
    "price": (
        "clausal price 64640 --units 5 --date 2024-10-01",
        "clausal price 64640 76942 --modifiers RT, --date 2024-10-01 --where Detroit",
        "clausal price 64640 --date 2024-10-01 --compare-sites",
    ),
    "adjudicate": (
        "clausal adjudicate claims.parquet -o results.parquet --report report.html",
        "clausal adjudicate claims.837 -o answer.835 --acknowledge answer.999",
    ),
    "impact": (
        "clausal impact claims.parquet --after packs/bcbsm-cryoneurolysis",
        "clausal impact claims.parquet --before 2024-12-31 --report impact.html",
    ),
    "check": (
        "clausal check",
        "clausal check my-policy --packs packs",
        "clausal check bcbsm-cryoneurolysis --source policy.pdf",
    ),
    "diff": (
        "clausal diff bcbsm-cryoneurolysis --between 2022-12-31 2023-01-01",
        "clausal diff old/my-policy new/my-policy",
    ),
    "evidence": ("clausal evidence bcbsm-cryoneurolysis --plot evidence.svg",),
    "verify": ("clausal verify bcbsm-cryoneurolysis --source newer.pdf",),
    "packs": ("clausal packs",),
    "show": ("clausal show bcbsm-cryoneurolysis", "clausal show bcbsm-cryoneurolysis#statement-2"),
    "scaffold": ("clausal scaffold my-policy --source policy.pdf -o packs",),
    "fingerprint": ("clausal fingerprint policy.txt 'Cryoneurolysis is' --to 'experimental.'",),
    "schema": ("clausal schema case",),
    "places": ("clausal places Detroit --date 2024-10-01",),
    "pairs": (
        "clausal pairs 64624 --date 2024-08-01",
        "clausal pairs 64624 76942 --service outpatient",
    ),
    "serve": (
        "clausal serve",
        "clausal serve --config serve.yaml --database postgresql://clausal@db/clausal",
    ),
    "audit verify": ("clausal audit verify", "clausal audit verify audit.jsonl"),
    "audit export": ("clausal audit export -o audit.jsonl",),
    "store backup": ("clausal store backup -o store-2026-11-28.sqlite",),
    "store tidy": ("clausal store tidy --config serve.yaml",),
    "fees import": ("clausal fees import rvu24d.zip zip2024.zip",),
    "fees list": ("clausal fees list",),
}
"""By the command's words; every one is tried by a test, as far as its options go."""
