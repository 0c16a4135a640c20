"""How a family comes in, step by step, as its phone does it; and how the prison's terminal does."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiortc.rtcdtlstransport import RTCCertificate

from .ground import Booked
from .guest import Guest
from .postbox import Postbox

STEPS = ("link", "visrn", "mail", "codes", "entry", "join", "media")
WITHIN = 60.0
"""Seconds that each step may take."""
PAUSE = 0.02

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_META = re.compile(r'name="csrf-token" content="([^"]+)"')
_OTP, _PIN = re.compile(r"OTP: ([\d ]+)"), re.compile(r"PIN: ([\d ]+)")


class TurnedAway(ConnectionError):
    """A page was not what follows."""


@dataclass(slots=True)
class Arrival:
    """How long each step took, in milliseconds; and the step that failed, if one did, with what was wrong."""

    ms: dict[str, float] = field(default_factory=dict)
    failed: str = ""
    why: str = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        self.failed, began = name, time.monotonic()
        yield
        self.ms[name] = (time.monotonic() - began) * 1e3
        self.failed = ""


def source(number: int) -> str:
    """An address of this machine's for each family: what is counted by address is counted for each by itself."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


class Family:
    """One phone."""

    def __init__(self, url: str, origin: str, box: Postbox, booked: Booked, number: int) -> None:
        self.guest: Guest | None = None
        self._url = url
        self._origin = origin
        self._box = box
        self._booked = booked
        self._source = source(number)

    async def arrive(self, certificate: RTCCertificate) -> Arrival:
        """Come in; a step that fails is the last."""
        arrival = Arrival()
        connector = aiohttp.TCPConnector(local_addr=(self._source, 0))
        jar, limit = aiohttp.CookieJar(unsafe=True), aiohttp.ClientTimeout(total=WITHIN)
        try:
            async with aiohttp.ClientSession(self._url, connector=connector, cookie_jar=jar, timeout=limit) as http:
                entry = await self._codes(http, arrival)
            await self._call(entry, certificate, arrival)
        except (OSError, aiohttp.ClientError, TimeoutError) as problem:
            arrival.why = f"{type(problem).__name__} {problem}".strip()
        return arrival

    async def _codes(self, http: aiohttp.ClientSession, arrival: Arrival) -> dict[str, str]:
        """From the link to the way in."""
        path = f"/join/{self._booked.link}"
        with arrival.step("link"):
            page = await _get(http, path)
        with arrival.step("visrn"):
            at = await _post(http, path, page, visrn=str(self._booked.visit.visrn))
            page = await _get(http, at)
        with arrival.step("mail"):
            async with asyncio.timeout(WITHIN):
                mail = await self._box.mail(self._booked.email)
        otp, pin = _OTP.search(mail), _PIN.search(mail)
        if otp is None or pin is None:
            raise TurnedAway("a mail without codes")
        with arrival.step("codes"):
            at = await _post(http, "/join/codes", page, otp=otp[1], pin=pin[1])
            page = await _get(http, at)
        with arrival.step("entry"):
            token = _META.search(page)
            async with http.post("/call/entry", headers={"X-CSRF-Token": token[1] if token else ""}) as answer:
                if answer.status != 200:
                    raise TurnedAway(f"no entry: {answer.status}")
                entry: dict[str, str] = await answer.json()
        return entry

    async def _call(self, entry: dict[str, str], certificate: RTCCertificate, arrival: Arrival) -> None:
        """From the way in to the terminal's first packet."""
        self.guest = Guest(certificate)
        with arrival.step("join"):
            await self.guest.join(entry["url"], self._origin, entry["ticket"], self._source)
        with arrival.step("media"):
            async with asyncio.timeout(WITHIN):
                while self.guest.first is None:  # noqa: ASYNC110 - a packet sets it
                    await asyncio.sleep(PAUSE / 2)


async def terminal(url: str, origin: str, booked: Booked, certificate: RTCCertificate) -> Guest:
    """Let the prison's side in. Raises OSError, aiohttp.ClientError."""
    cookies = {"terminal": booked.secret}
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        aiohttp.ClientSession(url, cookies=cookies, cookie_jar=jar) as http,
        http.post("/terminal/entry") as answer,
    ):
        if answer.status != 200:
            raise TurnedAway(f"no terminal: {answer.status}")
        entry = await answer.json()
    guest = Guest(certificate)
    await guest.join(entry["url"], origin, entry["ticket"])
    return guest


async def _get(http: aiohttp.ClientSession, path: str) -> str:
    async with http.get(path, allow_redirects=False) as answer:
        text = await answer.text()
        if answer.status != 200:
            raise TurnedAway(f"{path.split('/')[1]}: {answer.status}")
        return text


async def _post(http: aiohttp.ClientSession, path: str, page: str, **fields: str) -> str:
    """Send a page's form; where it leads."""
    token = _CSRF.search(page)
    data = {"csrf": token[1] if token else "", **fields}
    async with http.post(path, data=data, allow_redirects=False) as answer:
        if answer.status != 303:
            raise TurnedAway(f"{path.split('/')[1]}: {answer.status}")
        return answer.headers["Location"]
