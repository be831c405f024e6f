"""The case page at its addresses: GET restores a what-if, POST takes the form; what is kept has a page of its own."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.service.api.common import held_of
from clausal.service.api.decide import EXAMPLE_CASE
from clausal.service.held import Held
from clausal.service.pages.case import query
from clausal.service.pages.case.form import Form
from clausal.service.pages.case.live import case_data
from clausal.service.pages.view import Shown, view
from clausal.service.rendering.addresses import address

router = APIRouter(include_in_schema=False)
QUESTION = "question"


@view(router, "/case", "case.html", "decide")
def show_case(request: Request) -> Shown:
    """The case that the address tells."""
    return shown(request, Form.of(request.query_params.multi_items()))


@view(router, "/case", "case.html", "decide", methods=("POST",))
async def take_case(request: Request) -> Shown | Response:
    """The case that the form tells; without scripts the browser is sent to the address that restores it."""
    form = Form.of((await request.form()).multi_items())
    acted = form.act()
    found = await to_thread.run_sync(shown, request, form)
    is_live = request.headers.get("hx-request") == "true"
    if not is_live and found.at and not found.problems and not request.url.path.endswith(".json"):
        return RedirectResponse(found.at, 303)
    if is_live and found.at and not found.problems:
        found.headers = {"HX-Push-Url" if acted else "HX-Replace-Url": found.at}
    return found


def shown(request: Request, form: Form) -> Shown:
    """The page of a form."""
    held = held_of(request)
    as_of, problems = form.as_of()
    by_question = form.one("mode") == QUESTION
    also = _known(held, form.shown)
    data, read = case_data(
        held, form.pairs, as_of, ask=form.one("ask"), shown=also, form=not by_question, wrong=problems
    )
    data["example"] = query.address_of(EXAMPLE_CASE, held.library.vocabulary.facts)
    data["mode"] = QUESTION if by_question else "all"
    data["as_of_given"] = form.one("as_of")
    facts = held.library.vocabulary.facts
    may, withheld = query.split(query.pairs_of(read.data, facts, read.unknown), facts)
    data["pairs"] = query.pairs_of(read.data, facts, read.unknown)
    kept = [("as_of", form.one("as_of")), ("mode", QUESTION if by_question else "")]
    told = [*may, *kept, *(("show", name) for name in data["shown"])]
    wrong = read.problems
    return Shown(data, problems=wrong, at="" if withheld or wrong else address("/case", told))


def _known(held: Held, names: list[str]) -> list[str]:
    """Those of some names that are facts: nothing else comes back in an address."""
    return [name for name in names if name in held.library.vocabulary.facts]
