"""/visits/new/companions: who comes along, one after another."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from broker.identity import countries
from broker.registration.companions import FIELDS, numbered, people
from broker.registration.draft import Step
from broker.registration.whole import problems_of
from broker.vocabulary import VisitMode
from web import language
from web.family.forms import field
from web.register import asking, words
from web.register.asking import Asking
from web.register.pages import look, show

_KEPT_CHARACTERS = 200
#: More than any state lets come together; the state's own number is told by the page.
_MOST = 20


async def page(request: web.Request) -> web.StreamResponse:
    """GET: everybody so far; `?add` opens empty fields for one more."""
    found = await asking.needed(request)
    problems = await look(request, found, Step.COMPANIONS) if "look" in request.query else {}
    return await _form(request, found, problems)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: `go` is next, back, add, or `remove-<number>`."""
    go = await field(request, "go")
    persons = [person for number, person in people(await _typed(request)) if go != f"remove-{number}"]
    found = await asking.keep(request, Step.COMPANIONS, numbered(persons))
    if go == "back":
        raise asking.back(Step.COMPANIONS)
    if go.startswith("remove-"):
        raise web.HTTPSeeOther(asking.path(Step.COMPANIONS))
    problems = _problems(found, len(persons))
    if problems:
        return await _form(request, found, problems)
    if go == "add":
        raise web.HTTPSeeOther(f"{asking.path(Step.COMPANIONS)}?add=1#name_{len(persons) + 1}")
    raise asking.onward(found, Step.COMPANIONS)


async def remember(request: web.Request) -> web.StreamResponse:
    """POST from the page's script when the page is left in any other way."""
    found = await asking.load(request)
    if found is not None and found.draft.visit_id is None:
        await asking.keep(request, Step.COMPANIONS, numbered([person for _, person in people(await _typed(request))]))
    return web.Response(status=204)


def most(found: Asking) -> int | None:
    """How many may come along by the state's rule; None while that isn't known."""
    mode = found.draft.typed(Step.HOW).get("mode", "")
    if found.place is None or mode not in set(VisitMode):
        return None
    return found.place.version.rule.visitors_max[VisitMode(mode)] - 1


def _problems(found: Asking, count: int) -> dict[str, str]:
    problems = problems_of(Step.COMPANIONS, found.draft, found.today)
    limit = most(found)
    if not problems and limit is not None and count > limit:
        return {f"name_{count}": "too_many_people"}
    return problems


async def _typed(request: web.Request) -> dict[str, str]:
    """The numbered fields of everybody on the page."""
    names = [f"{name}_{number}" for number in range(1, _MOST + 1) for name in FIELDS]
    sent = await request.post()
    return {name: (await field(request, name))[:_KEPT_CHARACTERS] for name in names if name in sent}


async def _form(request: web.Request, found: Asking, problems: Mapping[str, str]) -> web.Response:
    there = [number for number, _ in people(found.draft.typed(Step.COMPANIONS))]
    limit = most(found)
    room = limit is None or len(there) < limit
    numbers = [*there, len(there) + 1] if room and "add" in request.query else there
    return await show(
        request,
        found,
        Step.COMPANIONS,
        problems,
        numbers=numbers,
        room=room,
        most=limit,
        by_video=found.draft.typed(Step.HOW).get("mode") == VisitMode.VIDEO,
        relationships=words.choices(request, "relationship"),
        id_types=words.choices(request, "id_type"),
        countries=countries.names(language.of(request)),
    )
