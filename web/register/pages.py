"""The simple pages of the registration: some fields, kept as they were typed, checked when Next is pressed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import web

from broker.identity import countries
from broker.registration.booking import read_and_check
from broker.registration.draft import Step
from broker.registration.errors import Incomplete, NoSuchJail
from broker.registration.places import modes_of
from broker.registration.whole import problems_of
from web import language
from web.family.forms import field
from web.keys import DB
from web.register import asking, words
from web.register.asking import Asking
from web.render import render

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: What is kept of a form, and how much of each field: more is nothing that somebody typed on purpose.
FIELDS: Mapping[Step, tuple[str, ...]] = MappingProxyType(
    {
        Step.YOU: ("name", "father_name", "gender", "born", "relationship"),
        Step.CONTACT: ("nationality", "address", "email", "mobile"),
        Step.PROOF: ("id_type", "id_number"),
        Step.PRISONER: ("name", "father_name", "age", "gender", "number"),
        Step.HOW: ("mode",),
        Step.LETTER: ("language", "note"),
    }
)
_KEPT_CHARACTERS = 2000


def page(step: Step) -> Handler:
    """GET: the page as it was left. With `?look`, also what is wrong with it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        found = await asking.needed(request)
        problems = await look(request, found, step) if "look" in request.query else {}
        return await show(request, found, step, problems)

    return handler


def submit(step: Step) -> Handler:
    """POST: keep what was typed; then on, or back."""

    async def handler(request: web.Request) -> web.StreamResponse:
        found = await asking.keep(request, step, await typed(request, step))
        if await field(request, "go") == "back":
            raise asking.back(step)
        problems = problems_of(step, found.draft, found.today)
        if problems:
            return await show(request, found, step, problems)
        raise asking.onward(found, step)

    return handler


def remember(step: Step) -> Handler:
    """POST from the page's script when it is left in any other way: keep what was typed, and say nothing."""

    async def handler(request: web.Request) -> web.StreamResponse:
        found = await asking.load(request)
        if found is not None and found.draft.visit_id is None:
            await asking.keep(request, step, await typed(request, step))
        return web.Response(status=204)

    return handler


async def typed(request: web.Request, step: Step) -> dict[str, str]:
    """The fields of a page as they came."""
    return {name: (await field(request, name))[:_KEPT_CHARACTERS] for name in FIELDS[step]}


async def look(request: web.Request, found: Asking, step: Step) -> dict[str, str]:
    """What is wrong with a page, by itself or against the rule of the jail."""
    problems = problems_of(step, found.draft, found.today)
    if problems:
        return problems
    try:
        async with request.app[DB].read() as uow:
            await read_and_check(uow, found.draft, found.now)
    except Incomplete as wrong:
        return wrong.problems if wrong.step == step else {}
    except NoSuchJail:
        return {"jail": "no_such_jail"} if step is Step.JAIL else {}
    return {}


async def show(
    request: web.Request, found: Asking, step: Step, problems: Mapping[str, str], **more: Any
) -> web.Response:
    """A page with its fields as typed, and what is wrong with them."""
    return render(
        request,
        f"register/{step.value}.html",
        status=422 if problems else 200,
        **frame(request, found, step, problems),
        **await _offers(request, found, step),
        **more,
    )


def frame(request: web.Request, found: Asking, step: Step, problems: Mapping[str, str]) -> dict[str, Any]:
    """What every page shows around its fields. Problems stand in the order of the page, not of the checks."""
    labels = words.labels(request, step)
    in_order = sorted(problems, key=lambda name: _place(name, list(labels)))
    return {
        "step": step.value,
        "title": words.title(request, step),
        "progress": words.progress(request, step),
        "labels": labels,
        "typed": found.draft.typed(step),
        "problems": {name: words.fault(request, problems[name]) for name in in_order},
        "changing": found.draft.reached,
        "helpline": found.place.jail.helpline if found.place else None,
        "jail": found.place.jail if found.place else None,
    }


def _place(name: str, fields: list[str]) -> tuple[int, int]:
    """Where a field stands on its page. A companion's carries a number: `email_2`."""
    if name in fields:
        return 0, fields.index(name)
    own, _, number = name.rpartition("_")
    return int(number) if number.isdecimal() else 0, fields.index(own) if own in fields else 0


async def _offers(request: web.Request, found: Asking, step: Step) -> dict[str, Any]:
    """What can be chosen on a page."""
    match step:
        case Step.YOU:
            return {name: words.choices(request, name) for name in ("gender", "relationship")}
        case Step.PRISONER:
            return {"gender": words.choices(request, "gender")}
        case Step.CONTACT:
            return {"countries": countries.names(language.of(request))}
        case Step.PROOF:
            return {"id_types": id_types(request, found.draft.typed(Step.CONTACT).get("nationality", "IN"))}
        case Step.LETTER:
            return {"languages_offered": words.choices(request, "language"), "chosen": language.of(request)}
        case Step.HOW:
            return {"modes": await _modes(request, found)}
    return {}


def id_types(request: web.Request, nationality: str) -> dict[str, str]:
    """The proofs, the likeliest first."""
    offered = words.choices(request, "id_type")
    foreign = offered.pop("foreign_passport")
    if nationality == "IN":
        return offered
    return {"foreign_passport": foreign, **offered}


async def _modes(request: web.Request, found: Asking) -> dict[str, str]:
    offered = words.choices(request, "mode")
    if found.place is None:
        return offered
    async with request.app[DB].read() as uow:
        here = await modes_of(uow, found.place)
    return {value: label for value, label in offered.items() if value in here}
