"""/rules: a state's rule as everybody concerned may read it; /rules/edit: its next version, seen before it is made."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from broker.rules.book import diff
from broker.rules.errors import BadStart, NothingChanged, Overtaken, RulesError
from broker.rules.model import Per, RuleVersion
from broker.rules.service import make_version
from broker.rules.store import rule_digest
from broker.vocabulary import VisitKind, VisitMode
from web import language
from web.keys import CLOCK, DB
from web.render import render
from web.rules import forms, view, words
from web.rules.forms import Edit, Typed
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission, may

_KEPT = 400
routes = web.RouteTableDef()


def add_routes(app: web.Application) -> None:
    """Hang the rule pages on the application."""
    app.add_routes(routes)


@routes.get("/rules")
@permitted(Permission.RULES_READ)
async def read(request: web.Request) -> web.StreamResponse:
    """The rule in force, what comes after it, and what was before."""
    staff = request[STAFF]
    async with request.app[DB].read() as uow:
        state, places = await view.choose_state(uow, staff, request.query.get("state", ""))
        versions = await uow.rules.versions(state.code)
    today = state.today(request.app[CLOCK].now())
    return render(
        request,
        "rules/rules.html",
        staff=staff,
        state=state,
        states=places,
        book=view.book(versions, today, language.of(request)),
        editable=may(staff.role, Permission.RULES_EDIT) and state.whole,
        clauses=words.CLAUSES,
        made=request.query.get("said") == "made",
    )


@routes.get("/rules/edit")
@permitted(Permission.RULES_EDIT)
async def edit(request: web.Request) -> web.StreamResponse:
    """The newest version as a form."""
    state, base = await _editing(request)
    today = state.today(request.app[CLOCK].now())
    return await _form(request, state, base, forms.typed_rule(base, max(today, base.valid_from)))


@routes.post("/rules/edit")
@permitted(Permission.RULES_EDIT)
async def make(request: web.Request) -> web.StreamResponse:
    """Show what would change; with the second button, make it the state's next version."""
    state, base = await _editing(request)
    now = request.app[CLOCK].now()
    today = state.today(now)
    typed = await _typed(request)
    wanted = forms.parse(typed, base.rule, today)
    if isinstance(wanted, Typed):
        return await _form(request, state, base, wanted, status=422)
    changed = diff(base.rule, wanted.rule)
    rule = forms.sourced(wanted.rule, (change.clause for change in changed), wanted.note)
    try:
        _check(wanted, base, changed)
        # What is made is what was shown, not what was typed after it.
        if typed["act"] != "make" or typed["seen"] != rule_digest(wanted.rule, wanted.valid_from):
            return await _form(request, state, base, typed, wanted=wanted)
        await make_version(
            request.app[DB],
            rule,
            wanted.valid_from,
            base_id=wanted.base_id,
            today=today,
            note=wanted.note,
            by=f"staff:{request[STAFF].id}",
            now=now,
        )
    except (BadStart, NothingChanged, Overtaken) as error:
        return await _form(request, state, base, _refused(typed, error), status=422)
    raise web.HTTPSeeOther(f"/rules?{urlencode({'state': state.code, 'said': 'made'})}")


def _check(wanted: Edit, base: RuleVersion, changed: tuple[object, ...]) -> None:
    """Say at the preview already what the making would refuse."""
    if wanted.base_id != base.id:
        raise Overtaken("another version was made meanwhile")
    if wanted.valid_from < base.valid_from:
        raise BadStart("not before the one it follows")
    if not changed:
        raise NothingChanged("the rule says what it said")


def _refused(typed: Typed, error: RulesError) -> Typed:
    where = "valid_from" if isinstance(error, BadStart) else "quotas"
    return Typed(typed.values, typed.chosen, {where: error.id})


async def _editing(request: web.Request) -> tuple[view.StateView, RuleVersion]:
    async with request.app[DB].read() as uow:
        state, _ = await view.choose_state(uow, request[STAFF], request.query.get("state", ""))
        versions = await uow.rules.versions(state.code)
    if not state.whole:
        raise web.HTTPForbidden
    if not versions:
        raise web.HTTPNotFound
    return state, versions[-1]


async def _typed(request: web.Request) -> Typed:
    form = await request.post()
    values = {name: text[:_KEPT] for name, text in form.items() if isinstance(text, str) and name not in forms.LISTS}
    chosen = {name: frozenset(text for text in form.getall(name, []) if isinstance(text, str)) for name in forms.LISTS}
    return Typed(values, chosen)


async def _form(
    request: web.Request,
    state: view.StateView,
    base: RuleVersion,
    typed: Typed,
    *,
    wanted: Edit | None = None,
    status: int = 200,
) -> web.Response:
    reader = language.of(request)
    changes = () if wanted is None else view.changes(diff(base.rule, wanted.rule), reader)
    return render(
        request,
        "rules/edit.html",
        status=status,
        staff=request[STAFF],
        state=state,
        base=base,
        typed=typed,
        changes=changes,
        seen="" if wanted is None else rule_digest(wanted.rule, wanted.valid_from),
        begins="" if wanted is None else view.day(wanted.valid_from, reader),
        numbers=forms.NUMBERS,
        quotas=forms.QUOTAS,
        lists={name: view.names(name) for name in forms.LISTS},
        kinds=tuple(VisitKind),
        modes=tuple(VisitMode),
        periods=tuple(Per),
        names=words,
        label=lambda name: words.label(name, reader),
        problems=words.PROBLEMS,
    )
