"""A stand for the pages' scripts: the real templates and modules, and a room whose words the test chooses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, web

from config.i18n import LANGUAGES, translations
from web import csp
from web.client_text import client_text
from web.render import environments
from web.serving.assets import Assets

if TYPE_CHECKING:
    from playwright.async_api import Page

JAIL = {"name": "Yerwada Central Prison", "helpline": "020-2669 2412", "timezone": "Asia/Kolkata"}
FAMILY, PRISON = "v1", "terminal-1"


def stamp(at: datetime) -> str:
    """A time as the wire has it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def eventually(page: Page, expression: str, argument: Any = None, within: float = 15) -> None:
    """Wait until an expression holds in the page, asked from outside: the pages' policy forbids a watcher inside."""
    async with asyncio.timeout(within):
        while not await page.evaluate(expression, argument):
            await page.wait_for_timeout(50)


@dataclass
class Stand:
    """What the server says, and what it heard. Set fields before the page asks for them."""

    kind: str = "family"
    starts_at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=1))
    ends_at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=14))
    entry_error: str | None = None
    gone: dict[str, str] | None = None
    refuse_with: int | None = None
    moved_to: str | None = None
    heard: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    asked: int = 0
    after: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    _socket: web.WebSocketResponse | None = None
    _seq: int = 0

    @property
    def sockets(self) -> str:
        """The origin of the room's socket."""
        return self.url.replace("http", "ws")

    async def say(self, message: str, /, **fields: Any) -> None:
        """Send a message to the page."""
        assert self._socket is not None
        self._seq += 1
        await self._socket.send_json({"type": message, "seq": self._seq, **fields})

    async def hear(self, kind: str, within: float = 15) -> dict[str, Any]:
        """Wait for the page's next message of a kind; others are passed over."""
        async with asyncio.timeout(within):
            while (message := await self.heard.get())["type"] != kind:
                pass
        return message

    async def drop(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close the page's socket."""
        assert self._socket is not None
        await self._socket.close(code=code)

    def person(self, participant: str = PRISON, **fields: Any) -> dict[str, Any]:
        """Somebody in the room, as `people` lists them."""
        role = "visitor" if participant == FAMILY else "terminal"
        label = "Sunita Devi" if role == "visitor" else JAIL["name"]
        known: dict[str, Any] = {
            "present": True,
            "audio": True,
            "video": True,
            "quality": None,
            "muted": False,
            "blanked": False,
        }
        known |= {"weak": False, "unseen_by": []}
        return {"participant": participant, "role": role, "label": label, **known, **fields}

    # --- what the page asks ---

    def page(self, template: str, **context: Any) -> web.Response:
        """A page as the web process serves it, with its policy."""
        known = {"asset": self._assets.url, "csrf_token": "token", "dev_pages": False, "helpline": JAIL["helpline"]}
        languages = {"language": "en", "languages": LANGUAGES, "language_urls": dict.fromkeys(LANGUAGES, "?lang=en")}
        text = self._templates["en"].get_template(template).render({**known, **languages, **context})
        policy = {"Content-Security-Policy": csp.policy([self.sockets])}
        return web.Response(text=text, content_type="text/html", headers=policy)

    async def entry(self, request: web.Request) -> web.Response:
        """A ticket for the role that the address names, or the chosen refusal."""
        assert request.headers["X-CSRF-Token"] == "token"
        if self.entry_error is not None:
            return web.json_response({"error": self.entry_error}, status=410)
        role = {"call": "visitor", "monitor": "monitor"}[request.path.split("/")[1]]
        slot = {"starts_at": stamp(self.starts_at), "ends_at": stamp(self.ends_at), "now": stamp(datetime.now(UTC))}
        room = {"visrn": "25/35/55/2021", "kind": self.kind, "jail": JAIL, "terminal": "T1"}
        return web.json_response({"ticket": role, "url": f"{self.sockets}/ws", "role": role, **slot, **room})

    async def resume(self, _request: web.Request) -> web.Response:
        """Where the room is now, or that it is over."""
        self.asked += 1
        if self.gone is not None:
            return web.json_response(self.gone, status=410)
        return web.json_response({"url": f"{self.sockets}{self.moved_to or '/ws'}"})

    async def told(self, request: web.Request) -> web.Response:
        """How it went: the answers in `after` one after the other, the last one again and again."""
        assert await request.json() == {"visrn": "25/35/55/2021"}
        if not self.after:
            return web.json_response({"error": "not_admitted"}, status=410)
        return web.json_response(self.after.pop(0) if len(self.after) > 1 else self.after[0])

    async def room(self, request: web.Request) -> web.StreamResponse:
        """The room: welcomes, then hears until the page or the test closes."""
        if self.refuse_with == 503:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        greeting = await socket.receive_json()
        self.heard.put_nowait({**greeting, "path": request.path})
        if self.refuse_with is not None:
            await socket.close(code=self.refuse_with)
            return socket
        self._socket = socket
        await self._welcome(greeting)
        async for message in socket:
            self.heard.put_nowait(message.json())
        return socket

    async def _welcome(self, greeting: dict[str, Any]) -> None:
        resumed = greeting["type"] == "resume"
        role = "monitor" if greeting.get("ticket") == "monitor" else "visitor"
        slot = {"starts_at": stamp(self.starts_at), "ends_at": stamp(self.ends_at), "now": stamp(datetime.now(UTC))}
        me = {"session": "session", "participant": FAMILY if role == "visitor" else "monitor-1", "role": role}
        room = {"visrn": "25/35/55/2021", "kind": self.kind, "state": "waiting", "awaiting": "prison", "left": 840}
        people = [self.person(FAMILY), self.person(PRISON, present=False, audio=False, video=False)]
        await self.say("welcome", **me, **slot, **room, people=people, resumed=resumed, media="new")

    def app(self) -> web.Application:
        """The application, to be served by the test."""
        self._assets, self._templates = Assets(), environments()
        app = web.Application()

        async def text(request: web.Request) -> web.Response:
            return web.json_response(client_text(translations(request.match_info["language"]).gettext))

        async def static(request: web.Request) -> web.StreamResponse:
            found = self._assets.find(request.match_info["path"])
            if found is None:
                raise web.HTTPNotFound
            return web.FileResponse(found[0])

        async def blank(_request: web.Request) -> web.Response:
            return web.Response(text="<!doctype html><title>blank</title>", content_type="text/html")

        async def call(_request: web.Request) -> web.Response:
            return self.page("call/call.html")

        pages = {"/blank": blank, "/call": call, "/ws": self.room, "/ws2": self.room}
        for path, handler in pages.items():
            app.router.add_get(path, handler)
        app.router.add_get("/text/{language}.json", text)
        app.router.add_get("/static/{path:.+}", static)
        app.router.add_post("/call/entry", self.entry)
        app.router.add_post("/call/after", self.told)
        app.router.add_post("/monitor/rooms/r1/entry", self.entry)
        app.router.add_post("/api/rooms/resume", self.resume)
        return app
