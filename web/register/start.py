"""/visits/new: what is needed, and the button that begins; or the way back to what was begun."""

from __future__ import annotations

from aiohttp import web

from broker.registration.draft import Step
from broker.registration.form import JailChoice
from broker.registration.whole import first_gap
from web.family.forms import field
from web.keys import DB
from web.register import asking, jails
from web.render import render


async def page(request: web.Request) -> web.StreamResponse:
    """GET `?jail=27-11`: from a leaflet, with the jail chosen."""
    found = await asking.load(request)
    begun = found is not None and found.draft.visit_id is None and bool(found.draft.steps)
    named = await _named(request, request.query.get("jail", ""))
    return render(
        request,
        "register/start.html",
        begun=begun,
        jail=named.jail if named else None,
        code=named.code if named else "",
        helpline=named.jail.helpline if named else None,
    )


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: `go` is new, or on."""
    found = await asking.load(request)
    named = await _named(request, await field(request, "jail"))
    if found is not None and found.draft.visit_id is None and await field(request, "go") == "on":
        if named is not None:
            found = await asking.keep(request, Step.JAIL, {"jail": named.code})
        gap = first_gap(found.draft, found.today)
        raise web.HTTPSeeOther(asking.path(gap) if gap else f"{asking.HOME}/check")
    if found is not None and found.draft.visit_id is None:
        await asking.forget(request, found)
    await asking.begin(request, named.code if named else "")
    raise web.HTTPSeeOther(asking.path(Step.YOU))


async def _named(request: web.Request, code: str) -> jails.Listed | None:
    """The jail of a link, if there is one."""
    codes = JailChoice(jail=code[:9] or "-").codes
    if codes is None:
        return None
    async with request.app[DB].read() as uow:
        jail = await uow.jails.by_code(*codes)
    return jails.Listed(jail, "") if jail else None
