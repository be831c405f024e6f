"""`clausal ask`: asks what is to be done, what coverage hangs on, and what safety does; and answers."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausal.cli.common import DECIDED, OPEN, AsOfOption, JsonOption, PacksOption, console, day, load, with_tables
from clausal.files import FILE_MODE
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from clausal.cli.ask.conversation import Conversation
    from clausal.cli.ask.kept import Kept
    from clausal.determination.interview.questions import Setting, Standing
    from clausal.facts.source import Source

FORCE = "name another file, or write over it with --force"
INTERRUPTED = 128
"""Exit status of an end by a signal, to which the number of the signal is added."""


class Ended(BaseException):
    """The terminal hung up, or the process was asked to end."""


def register(app: typer.Typer) -> None:
    app.command("ask")(ask)


def ask(
    case: Annotated[Path | None, typer.Argument(help="Case file to go on from; without one all is asked.")] = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Keep the answers in this file (default: one in your data folder).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --save write over a file that exists.")] = False,
    packs: PacksOption = None,
) -> None:
    """Ask for a case, only what is needed, and answer it; each answer is saved.

    Away from a terminal nothing is read: the next question is printed, and the status is 3 while the answer is open.
    """
    from clausal.determination.interview.answers import Interview
    from clausal.determination.interview.questions import standing

    talks = sys.stdin.isatty() and not json
    if save:
        _check_save(save, case, force=force, talks=talks)
    library = load(packs)
    with_tables(library)
    setting, begun = _begin(library, case, day(as_of))
    if not talks:
        _print_next(setting, standing(setting, Interview(begun)), as_json=json)
    from clausal.cli.ask.kept import Kept, own_file

    is_new = save is not None and not save.exists()
    kept = Kept(save, is_new=is_new) if save else own_file(case, dt.datetime.now())
    _talk(setting, begun, kept, _options(as_of, packs))


def _begin(library: Any, case: Path | None, as_of: dt.date | None) -> tuple[Setting, dict[str, Any]]:
    """The setting, and the data to begin with: of a case file, without a day of service too, all else is checked."""
    from clausal.determination.interview.questions import Setting
    from clausal.facts.source import Source, read_source

    today = dt.date.today()
    source = read_source(case) if case else Source("case", {})
    setting = Setting(library, as_of or today, today, source.name, source.places)
    if not isinstance(source.data, dict):
        library.cases.read(source)
    if case:
        _check(setting, source)
    return setting, source.data


def _check(setting: Setting, source: Source) -> None:
    """Refuse a case file with anything wrong but that it has not all that every case needs."""
    missing = [f for f in setting.facts.values() if f.required and f.case and f.case[0] not in source.data]
    filled = {f.case[0]: setting.today.isoformat() for f in missing if f.case and f.type == "date"}
    from clausal.facts.source import Source

    setting.library.cases.read(Source(source.name, {**source.data, **filled}, source.places), typed=bool(missing))


def _check_save(save: Path, case: Path | None, *, force: bool, talks: bool) -> None:
    """Refuse a place that cannot be written to, and a file that stands there, unless the person wants it replaced."""
    place = Place(str(save))
    if not save.parent.is_dir():
        raise InvalidInput.at(place, "there is no such folder to save to")
    if save.is_symlink() or (save.exists() and not save.is_file()):
        raise InvalidInput.at(place, "is not a regular file", "name another file")
    if not save.exists():
        _try(save)
        return
    if force or (case is not None and case.exists() and save.samefile(case) and talks):
        return
    if not talks or not typer.confirm(f"{save} exists. Write over it?", default=False):
        raise InvalidInput.at(place, "there is such a file already", FORCE)


def _try(save: Path) -> None:
    """Refuse at once a place where no file can be made, before anything is answered."""
    try:
        os.close(os.open(save, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
        save.unlink()
    except OSError as error:
        raise InvalidInput.at(Place(str(save)), f"cannot be written: {error.strerror or error}") from None


def _options(as_of: str | None, packs: list[Path] | None) -> str:
    """The options without which another command would not go by the same documents."""
    found = ["--as-of", as_of] if as_of else []
    for folder in packs or () if not os.environ.get("CLAUSAL_PACKS") else ():
        found += ["--packs", str(folder)]
    return "".join(f" {shlex.quote(one)}" for one in found)


def _talk(setting: Setting, begun: dict[str, Any], kept: Kept, options: str) -> None:
    """Hold the conversation, print the answer, and say where the answers are; however it ends."""
    from clausal.cli.ask.conversation import Conversation, Quit

    _with_history()
    conversation = Conversation(setting, begun, kept, console(), input)
    handlers = {name: signal.signal(name, _end) for name in _ending()}
    try:
        conversation.hold()
        _print_answer(setting, conversation, options)
    except (Quit, EOFError):
        _say_stopped(conversation, options)
    except KeyboardInterrupt:
        _say_stopped(conversation, options)
        raise typer.Exit(INTERRUPTED + signal.SIGINT) from None
    except Ended as ended:
        _say_stopped(conversation, options)
        raise typer.Exit(INTERRUPTED + int(ended.args[0])) from None
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)
    determination = conversation.standing.determination
    raise typer.Exit(OPEN if determination is None or determination.is_open else DECIDED)


def _ending() -> list[signal.Signals]:
    """The signals by which a terminal hangs up and a process is asked to end, where there are such."""
    return [signal.Signals[name] for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]


def _end(number: int, _frame: object) -> None:
    raise Ended(number)


def _with_history() -> None:
    """Let the keys of the terminal edit and recall what is typed, where Python has that; nothing of it is kept."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401


def _print_answer(setting: Setting, conversation: Conversation, options: str) -> None:
    """The whole page, as `decide` prints it, and under it the answer in short."""
    from clausal.cli.ask.end import in_short, where
    from clausal.cli.page import print_page
    from clausal.determination.decide import decide
    from clausal.schedules.tables import Schedules

    case = conversation.standing.case
    if case is None:
        return
    billed = [str(line.facts["code"].only()) for line in case.lines if hasattr(line.facts.get("code"), "only")]  # type: ignore[union-attr]
    codes = dict.fromkeys([*setting.library.vocabulary.codes, *billed])
    determination = decide(setting.library, case, setting.as_of, Schedules(codes=list(codes)))
    print_page(console(), setting.library, determination)
    in_short(console(), conversation)
    where(console(), conversation, options, stopped=False)


def _say_stopped(conversation: Conversation, options: str) -> None:
    """Where the answers are, as far as there is still a terminal to say it on."""
    from clausal.cli.ask.end import where

    with contextlib.suppress(OSError):
        typer.echo("")
        where(console(), conversation, options, stopped=True)


def _print_next(setting: Setting, found: Standing, *, as_json: bool) -> None:
    """The next question for a program or a pipe; without one, what is answered."""
    from clausal.cli.ask.piped import next_data, next_lines

    determination = found.determination
    if as_json:
        from clausal.determination.model import to_json

        print(to_json(next_data(found)))
    elif found.question:
        for line in next_lines(found):
            print(line)
    elif determination:
        from clausal.cli.page import print_page

        print_page(console(), setting.library, determination)
    raise typer.Exit(OPEN if determination is None or determination.is_open else DECIDED)
