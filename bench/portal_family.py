"""A family that registers a visit, for `bench portal`; and the jails where it does."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web
from sqlalchemy import select

from broker.documents.store import Document
from broker.people import Jail, State
from broker.registration.draft import Step
from broker.registration.service import begin
from broker.rules.model import Rule
from broker.slots.calendar import Session
from broker.storage.database import Database
from broker.storage.models import OutboxRow
from broker.visit import new_id
from broker.vocabulary import Relationship, VisitKind, VisitMode
from config import keys
from config.secrets import digest
from web.keys import DB, REDIS
from web.register.asking import DESK

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_SLOT = re.compile(r'name="add" value="([^"]+)"(?! disabled)')
_CODE = re.compile(r"\b(\d{6})\b")
_ZONE = ZoneInfo("Asia/Kolkata")
_TERMINALS = 8
_STATE = 27


@dataclass(frozen=True)
class Ground:
    """The jails, and the first day that may be asked for."""

    jails: tuple[Jail, ...]
    first: date

    def jail(self, number: int) -> Jail:
        """Where this family asks."""
        return self.jails[number % len(self.jails)]

    def day(self, number: int) -> date:
        """On which day: they spread over two weeks, so that each finds something."""
        return self.first + timedelta(days=number // len(self.jails) % 14)


async def prepare(db: Database, registrations: int) -> Ground:
    """A state with its rule, and a jail for each fifty families, each with eight terminals from nine to five."""
    rule = Rule(
        state_code=_STATE,
        first_day=1,
        last_day=15,
        minutes={VisitKind.FAMILY: 15, VisitKind.LEGAL: 30},
        visitors_max={VisitMode.VIDEO: 3},
        relationships=frozenset(Relationship),
        modes=frozenset({VisitMode.VIDEO}),
        decide_hours=12,
        lapse_hours=3,
    )
    now = datetime.now(UTC)
    hours = [Session(VisitMode.VIDEO, weekday, clock(9), clock(17)) for weekday in range(7)]
    jails = []
    async with db.begin() as uow:
        await uow.jails.add_state(State(_STATE, "Maharashtra"))
        await uow.rules.add(_STATE, rule, date(2020, 1, 1), source="bench", note="", by="system:bench", now=now)
        for code in range(1, 2 + registrations // 50):
            jail = await uow.jails.add(
                _STATE, code, name=f"Jail {code}", city="Pune", timezone=str(_ZONE), helpline="020-0000 1142"
            )
            for number in range(1, _TERMINALS + 1):
                await uow.terminals.add(jail.id, f"T{number}")
            await uow.calendars.set_sessions(jail.id, hours)
            jails.append(jail)
        await uow.commit()
    return Ground(tuple(jails), now.astimezone(_ZONE).date() + timedelta(days=1))


class Family:
    """One browser. `pages_ms` gets the time of each page."""

    def __init__(
        self, session: aiohttp.ClientSession, app: web.Application, ground: Ground, number: int, pages_ms: list[float]
    ) -> None:
        self._session = session
        self._app = app
        self._number = number
        self._jail = ground.jail(number)
        self._day = ground.day(number)
        self._pages_ms = pages_ms
        self.email = f"family{number}@family.example"

    async def register(self) -> str:
        """Every page; the VisRN, or "" where something was refused."""
        await self._send("", go="new")
        for step, fields in self._pages().items():
            await self._send(f"/{step}", go="next", **fields)
        for _ in range(2):
            page = await self._get(f"/times?day={self._day.isoformat()}")
            slots = _SLOT.findall(page)
            if not slots:
                return ""
            await self._post("/times", page, add=slots[self._number * 7 % len(slots)], day=self._day.isoformat())
        await self._send("/times", go="next")
        await self._send("/letter", go="next", language="en", note="")
        return await self._codes()

    def _pages(self) -> dict[str, dict[str, str]]:
        return {
            "you": {
                "name": f"Visitor {self._number}", "father_name": "Vithal More", "gender": "female", "born": "34",
                "relationship": "family",
            },
            "contact": {
                "nationality": "IN", "address": "12 Shivaji Road, Pune", "email": self.email, "mobile": "9876543210",
            },
            "proof": {"id_type": "aadhaar", "id_number": "234123412346"},
            "jail": {"jail": f"{self._jail.state_code}-{self._jail.code}"},
            "prisoner": {"name": "Sanjay Kolte", "father_name": "Mahadev Kolte", "age": "34", "gender": "male"},
            "how": {"mode": "video"},
            "companions": {},
        }  # fmt: skip

    async def _codes(self) -> str:
        """What the check page's button does, without its proof of work; then the code and the number."""
        draft_id = await self._photo()
        await self._get("/check")
        began = time.perf_counter()
        await begin(self._app[DESK], draft_id, datetime.now(UTC))
        self._pages_ms.append((time.perf_counter() - began) * 1000)
        page = await self._get("/code")
        await self._post("/code", page, otp=await self._mailed())
        done = await self._get("/done")
        found = re.search(r'data-visrn="([^"]+)"', done)
        return found[1] if found else ""

    async def _photo(self) -> str:
        """Lay a photo into the draft, past the process that opens it; the draft's id."""
        db, now, draft_id = self._app[DB], datetime.now(UTC), await self._draft_id()
        async with db.begin() as uow:
            draft = await uow.drafts.locked(draft_id, now)
            photo = Document(new_id(), "image/jpeg", 1, now, draft_id)
            await uow.documents.add(photo, b"x" * 100_000)
            await uow.drafts.put(draft.with_typed(Step.PHOTO, {"document_id": photo.id}), now)
            await uow.commit()
        return draft_id

    async def _draft_id(self) -> str:
        (name,) = (cookie.value for cookie in self._session.cookie_jar if cookie.key == "session")
        stored = await self._app[REDIS].get(keys.WEB_SESSION + digest(name))
        return str(json.loads(stored or "{}")["draft"])

    async def _mailed(self) -> str:
        async with self._app[DB].read() as uow:
            text = await uow.session.scalar(select(OutboxRow.text).where(OutboxRow.to == self.email))
        found = _CODE.search(text or "")
        return found[1] if found else ""

    async def _send(self, path: str, **fields: str) -> str:
        return await self._post(path, await self._get(path), **fields)

    async def _get(self, path: str) -> str:
        began = time.perf_counter()
        async with self._session.get(f"/visits/new{path}") as answer:
            text = await answer.text()
        self._pages_ms.append((time.perf_counter() - began) * 1000)
        return text

    async def _post(self, path: str, page: str, **fields: str) -> str:
        token = _CSRF.search(page)
        began = time.perf_counter()
        data = {"csrf": token[1] if token else "", **fields}
        async with self._session.post(
            f"/visits/new{path.partition('?')[0]}", data=data, allow_redirects=False
        ) as answer:
            text = await answer.text()
        self._pages_ms.append((time.perf_counter() - began) * 1000)
        return text
