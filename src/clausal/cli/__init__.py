"""The command line: one module per command."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from clausal.cli import (
    adjudicate,
    ask,
    audit,
    check,
    decide,
    diff,
    evidence,
    fees,
    fingerprint,
    impact,
    packs,
    pairs,
    places,
    price,
    scaffold,
    schema,
    serve,
    show,
    store,
    verify,
)
from clausal.cli.command import App, common_options
from clausal.cli.ending import Commands, run

app = App(
    name="clausal",
    cls=Commands,
    help="Medical coverage policy you can run. Not legal or medical advice, and no guarantee of coverage.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
app.callback()(common_options)
DECIDING = (decide, ask, price, adjudicate, impact)
ANALYSING = (check, diff, evidence, verify)
AUTHORING = (packs, show, scaffold, fingerprint, schema, fees, places, pairs)
SERVING = (serve, audit, store)
for module in (*DECIDING, *ANALYSING, *AUTHORING, *SERVING):
    module.register(app)


def main() -> None:
    """Run the command; bad input ends with its problems on standard error and status 2.

    The process ends at once when all is said and closed: Arrow reads ahead in threads that a refusal leaves behind, and
    Python, taking itself apart, would be aborted by one that comes back to it.
    """
    status = run(app)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
