"""`clausal serve`: the interface and its start page, on this machine or for many people."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from typing import Annotated

import typer

from clausal.cli.common import PacksOption
from clausal.cli.installed import ConfigOption, DatabaseOption, DataOption, check_installed, store_told


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    config: ConfigOption = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="The port (8640); 0 for any.")] = None,
    database: DatabaseOption = None,
    data: DataOption = None,
    packs: PacksOption = None,
) -> None:
    """Serve the interface over HTTP, for the person who opens the printed address; for many with --config.

    It ends with Ctrl-C or SIGTERM, when what is being answered is answered. Needs the extra `service`.
    """
    gc.disable()  # what is loaded now stays: looking through it again and again costs a tenth of the start
    check_installed()
    from clausal.service.configuration import read_configuration
    from clausal.service.serve import serve as run

    configuration = read_configuration(config, port=port, database=database, data=data, packs=packs)
    with store_told(), suppress(KeyboardInterrupt):
        run(configuration, _tell)


def _tell(address: str) -> None:
    print(f"open {address}", flush=True)
    print("stop with Ctrl-C", file=sys.stderr)
