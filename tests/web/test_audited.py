"""Nothing is decided and nobody's data is looked at without an entry in the audit.

Every route of the web process stands in one of the tables: with a case that does it and the events it must leave, or
with the reason why it leaves none. A new route without a line fails.
"""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from broker.audit.events import AuditEvent
from broker.audit.store import Audit
from broker.staff import Reach, Role
from tests.support import audited_consoles, audited_desk, audited_staff
from tests.support.audit import audited, entries
from tests.support.audited import ADMIN, AUDITOR, CASES, NOBODY, OPERATOR, SUPER, Case, Stage
from tests.support.audited_consoles import HELD
from tests.support.deciding import Office
from tests.support.desk import Browser, Desk, midday_desk, sign_in
from tests.support.members import hire
from tests.support.superintendent import open_office_at
from web.audit.known import look_up
from web.audit.lines import Reader

__all__ = ["audited_consoles", "audited_desk", "audited_staff", "midday_desk"]

ROOT = Path(__file__).resolve().parents[2]
#: A word of ours as it is stored, or a time.
_ID = re.compile(r"[a-z][a-z_]+[:/]?[a-z_/]*|\d{4}-\d\d-\d\dT.*")

#: What families and terminals open: their own visits and nobody else's.
THEIR_OWN = (
    *(
        "/account",
        "/call",
        "/dev/",
        "/healthz",
        "/helplines",
        "/jails/",
        "/join",
        "/makeup/",
        "/pass/",
        "/proof",
        "/static/",
    ),
    *("/status", "/terminal", "/text/", "/visits/", "/api/rooms/"),
)
#: Staff's routes that decide nothing and show nobody's data but the reader's own.
NOTHING = {
    **audited_consoles.NOTHING,
    "GET /": "the front page",
    "GET /audit/events": "counts entries",
    "GET /inmates/import": "an empty form",
    "GET /inmates/new": "an empty form",
    "GET /keys": "names of systems, not of people",
    "GET /members/invite": "an empty form",
    "GET /rules": "rules",
    "GET /rules/edit": "rules",
    "GET /staff": "leads to the reader's own page",
    "GET /staff/account": "the reader's own",
    "GET /staff/account/authenticator": "the reader's own",
    "GET /staff/invite/{token}": "the reader's own",
    "GET /staff/sign-in": "an empty form",
    "GET /superintendent/calendar": "hours and places",
    "GET /superintendent/events": "counts requests",
    "POST /inmates/import": "keeps a file for its sender; what is shown of it is a look of its own",
    "POST /staff/account/sessions": "ends the reader's own sessions",
    "POST /staff/active": "keeps the reader's own session",
    "POST /staff/sign-out": "ends the reader's own session",
}


def routes(desk: Desk) -> set[str]:
    """Every route, as "METHOD /path"."""
    found = desk.app.router.routes()
    return {f"{each.method} {each.resource.canonical}" for each in found if each.resource and each.method != "HEAD"}


async def test_every_route_stands_in_a_table(desk: Desk) -> None:
    """With its events, or with the reason why it has none; and no line outlives its route."""
    ours = {each for each in routes(desk) if not each.partition(" ")[2].startswith(THEIR_OWN)}
    lines = {case.route for case in CASES} | set(NOTHING) | set(HELD)
    assert ours - lines == set(), "routes without a line: what do they leave in the audit?"
    assert lines - ours == set()
    assert not {case.route for case in CASES} & (set(NOTHING) | set(HELD))


def test_what_other_tests_hold_is_held_there() -> None:
    """Each names the event."""
    for route, (event, where) in HELD.items():
        name = AuditEvent(event).name
        assert re.search(rf"{event}|AuditEvent\.{name}\b", (ROOT / where).read_text()), route


@pytest.fixture
async def stage(desk: Desk) -> Stage:
    """An office with everybody who works in it."""
    office: Office = await open_office_at(desk)
    people = {
        ADMIN: await hire(desk.db, ADMIN, Role.STATE_ADMIN, Reach(state_codes=frozenset({27})), email="a@x.example"),
        AUDITOR: await hire(desk.db, AUDITOR, Role.AUDITOR, Reach(every_jail=True)),
        OPERATOR: await desk.hire(OPERATOR, Role.OPERATOR, desk.here),
        "om": await desk.hire("om", Role.OPERATOR, desk.here),
    }
    stage = Stage(desk, office, people)
    await stage.allow(10)
    return stage


async def test_every_act_and_every_look_leaves_its_entry(stage: Stage) -> None:
    """Each route of the table done once, by whom may; and who reads the entries reads no ids."""
    wrong = {}
    async with AsyncExitStack() as stack:
        browsers: dict[str, Browser] = {}
        for who in (SUPER, ADMIN, AUDITOR, OPERATOR, NOBODY):
            browsers[who] = await stack.enter_async_context(stage.desk.browser())
            if who:
                assert (await sign_in(browsers[who], who)).status == 303
        for number, case in enumerate(CASES):
            found = await _do(stage, case, browsers[case.who])
            if found != list(case.events):
                wrong[f"{number}: {case.route}"] = found
    assert wrong == {}
    assert await _raw(stage) == set()


async def _raw(stage: Stage) -> set[tuple[str, str, str]]:
    """What a reader of Hindi would read of the entries as it is stored: event, label and value."""
    recorded = await entries(stage.desk.db)
    async with stage.desk.db.read() as uow:
        lines = Reader(await look_up(uow, recorded), "hi", "Asia/Kolkata").lines(recorded)
    said = {(line.event, *pair) for line in lines for pair in (*line.details, ("", line.why), ("", line.role))}
    return {each for each in said if any(_ID.fullmatch(text) for text in each[1:])}


async def _do(stage: Stage, case: Case, browser: Browser) -> list[str]:
    await stage.mark()
    answer = await case.act(stage, browser)
    body = await answer.text(errors="replace")
    refused = case.events == ("staff:sign_in_fail",)
    assert answer.status in ({401} if refused else {200, 201, 303}), (case.route, answer.status, body[:2000])
    return await stage.left()


async def test_what_cannot_be_recorded_is_not_shown_and_not_done(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail closed: without the audit there is no look, no decision and no sign-in."""

    async def fail(_: Audit) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    async with stage.desk.browser() as browser, stage.desk.browser() as other:
        await sign_in(browser, SUPER)
        before = await audited(stage.desk.db)
        monkeypatch.setattr(Audit, "flush", fail)
        for path in ("/superintendent", f"/superintendent/inmates/{stage.office.inmate.id}", "/inmates"):
            answer = await browser.get(path)
            assert answer.status == 503
            assert stage.office.inmate.name not in await answer.text()
        assert (await sign_in(other, "om")).status == 503
        assert (await other.get("/operator", allow_redirects=False)).status == 303
    monkeypatch.undo()
    assert await audited(stage.desk.db) == before
