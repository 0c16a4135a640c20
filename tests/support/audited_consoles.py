"""What operators and monitors do and see at their consoles, each once: cases for `tests.support.audited`.

In their order they are a session: it is started, looked at, held, moderated and ended.
"""

from __future__ import annotations

from aiohttp import ClientResponse

from broker.visit import Visit
from config import keys
from config.secrets import digest
from rooms.wall.alert import AlertKind
from tests.support.audited import Stage, case, look
from tests.support.busy_day import with_proof
from tests.support.desk import Browser, post
from tests.support.monitoring import amiss, live
from web.sse import stamp

WHY = {"reason": "conduct"}
#: Where what needs more than a desk is held: a route, the event, and the test that does it.
HELD = {
    "GET /monitor/follow": ("room:watch", "tests/web/monitor/test_follow.py"),
    "GET /operator/losses": ("visit:read", "tests/web/losses/test_pages.py"),
    "POST /operator/losses/{id}": ("loss:confirm", "tests/broker/losses/test_judging.py"),
    "POST /operator/visits/{id}/no-show": ("visit:no_show", "tests/broker/sessions/test_acting.py"),
    "POST /operator/visits/{id}/help/{visitor}/read-out": ("codes:read_out", "tests/broker/sessions/test_helping.py"),
}
#: What leaves nothing, and why.
NOTHING = {
    "GET /monitor/events": "the wall that was opened, again",
    "GET /monitor/follow/events": "names and states of what is followed; watching it is the entry's look",
    "GET /monitor/rooms/{id}": "the page around a room; watching it is the entry's look",
    "GET /monitor/rooms/{id}/pictures/{participant}": "of the wall that was opened; each look is kept as a row",
    "GET /operator/events": "the day that was opened, again",
    "GET /operator/terminals/{id}/{act}": "leads back",
    "GET /operator/visits/{id}/events": "the visit that was opened, again",
    "GET /operator/visits/{id}/help/{visitor}/{act}": "leads back",
    "GET /operator/visits/{id}/{act}": "leads back",
    "POST /monitor/next": "leads to a room; watching it is the entry's look",
}

look("GET /operator", "visit:read", lambda _: "/operator")
look("GET /operator/incidents", "visit:read", lambda _: "/operator/incidents")
look("GET /monitor", "room:list", lambda _: "/monitor")
look("GET /monitor/looks", "room:list", lambda _: "/monitor/looks")
look("GET /reports", "report:read", lambda _: "/reports")
look("GET /reports/table.csv", "report:export", lambda _: "/reports/table.csv")
look("GET /reports/table.xlsx", "report:export", lambda _: "/reports/table.xlsx")


async def session(stage: Stage) -> Visit:
    """The session that all of this is about: booked with proofs, two people of the family."""
    if "session" not in stage.kept:
        booked = await stage.desk.book(visitors=2, minutes=60)
        stage.kept["session"] = await with_proof(stage.desk, booked)
        await stage.mark()
    return stage.kept["session"]


def act(route: str, *events: str, **fields: str) -> None:
    """A form about the session, at a route with its id."""

    async def do(stage: Stage, browser: Browser) -> ClientResponse:
        visit = await session(stage)
        path = route.partition(" ")[2].replace("{id}", visit.id)
        return await post(browser, path, seen="99999", **fields)

    case(route, *events)(do)


act("POST /operator/visits/{id}/start", "visit:start")


@case("GET /operator/visits/{id}", "visit:read")
async def _visit(stage: Stage, browser: Browser) -> ClientResponse:
    return await browser.get(f"/operator/visits/{(await session(stage)).id}")


@case("GET /operator/visits/{id}/documents/{visitor}", "document:read")
async def _document(stage: Stage, browser: Browser) -> ClientResponse:
    visit = await session(stage)
    return await browser.get(f"/operator/visits/{visit.id}/documents/{visit.visitors[0].id}")


@case("GET /operator/visits/{id}/help/{visitor}", "visit:read")
async def _help(stage: Stage, browser: Browser) -> ClientResponse:
    visit = await session(stage)
    return await browser.get(f"/operator/visits/{visit.id}/help/{visit.visitors[0].id}")


@case("POST /operator/visits/{id}/help/{visitor}/send", "codes:send")
async def _send(stage: Stage, browser: Browser) -> ClientResponse:
    visit = await session(stage)
    return await post(browser, f"/operator/visits/{visit.id}/help/{visit.visitors[0].id}/send", address="own")


act("POST /operator/visits/{id}/note", "note:write", text="Speak slowly.")
act("POST /operator/visits/{id}/incident", "incident:report", kind="behaviour", severity="minor", text="A quarrel.")
act("POST /operator/visits/{id}/hold", "visit:hold", reason="identity")
act("POST /operator/visits/{id}/resume", "visit:resume")


@case("POST /monitor/rooms/{id}/{act}", "room:mute")
async def _mute(stage: Stage, browser: Browser) -> ClientResponse:
    visit = await session(stage)
    return await post(browser, f"/monitor/rooms/{visit.id}/mute", side="family", **WHY)


act("POST /monitor/rooms/{id}/warn", "room:warn", side="family", notice="recording")
act("POST /monitor/rooms/{id}/entry", "room:watch")
act("POST /operator/visits/{id}/end", "visit:end", **WHY)


@case("GET /monitor/record/{visit}", "visit:read")
async def _record(stage: Stage, browser: Browser) -> ClientResponse:
    return await browser.get(f"/monitor/record/{(await session(stage)).id}")


@case("POST /monitor/rooms/{id}/tick", "alert:tick")
async def _tick(stage: Stage, browser: Browser) -> ClientResponse:
    visit = await live(stage.desk, await stage.desk.book(terminal=1))
    alert = await amiss(stage.desk, visit, AlertKind.DARK, visit.visitors[0].id)
    return await post(browser, f"/monitor/rooms/{visit.id}/tick", alert=alert.key, since=alert.since.isoformat())


@case("POST /monitor/rooms/{id}/end", "visit:end")
async def _end(stage: Stage, browser: Browser) -> ClientResponse:
    visit = await live(stage.desk, await stage.desk.book(terminal=2))
    return await post(browser, f"/monitor/rooms/{visit.id}/end", **WHY)


@case("POST /operator/terminals/{id}/pair", "terminal:pair")
async def _pair(stage: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, f"/operator/terminals/{stage.office.terminals[0].id}/pair")


@case("POST /operator/terminals/{id}/{act}", "terminal:command")
async def _command(stage: Stage, browser: Browser) -> ClientResponse:
    terminal_id = stage.office.terminals[2].id
    async with stage.desk.db.begin() as uow:
        await uow.terminals.pair(terminal_id, digest("a secret"))
        await uow.commit()
    await stage.desk.redis.set(keys.terminal_seen(terminal_id), stamp(stage.desk.clock.now()))
    return await post(browser, f"/operator/terminals/{terminal_id}/test")
