"""The whole system as `./run` starts it, in a directory of its own, with a cable between browsers and node to pull."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from redis.asyncio import Redis

from config import keys
from config.facts import Fact, FactName
from tests.scenarios.cable import Cable
from tests.support.ports import free_port_pair

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")
START_SECONDS = 180
STEP_SECONDS = 120
DEMO_SECONDS = 300
_PAUSE = 0.1


@dataclass(frozen=True)
class Booking:
    """What `./run demo` printed."""

    visrn: str
    links: list[str]
    emails: list[str]
    starts_at: datetime
    ends_at: datetime
    terminal_link: str
    operator: dict[str, str]
    monitor: dict[str, str]
    proofs: list[dict[str, str]]
    terminal: str

    def left(self) -> float:
        """Seconds from now to the slot's end."""
        return (self.ends_at - datetime.now(UTC)).total_seconds()


class House:
    """One running system. `var` holds its database, its mail and its Redis."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var = var
        self.port = free_port_pair()
        self.url = f"http://127.0.0.1:{self.port}"
        self.cable = Cable(target=self.port + 1)
        self._extra = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What `./run` is told."""
        origin = f"ws://127.0.0.1:{self.cable.port}"
        own = {"PORT": str(self.port), "MULAKAT_VAR_DIR": str(self.var), "MULAKAT_NODE_URL": f"{origin}/ws"}
        return os.environ | own | {"MULAKAT_NODE_ORIGINS": json.dumps([origin])} | self._extra

    async def start(self) -> None:
        """Start `./run` and wait until it answers."""
        await self.cable.lay()
        with (self.var / "house.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(ROOT / "run"), cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            for address in (self.url, f"http://127.0.0.1:{self.port + 1}"):
                while not await answers(http, f"{address}/healthz"):
                    if self._process.returncode is not None:
                        raise RuntimeError(self.log())
                    await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop it as Ctrl-C does; what is left after that is an error."""
        await self.cable.roll_up()
        if self._process is None or self._process.returncode is not None:
            return
        os.killpg(self._process.pid, signal.SIGINT)
        await asyncio.wait_for(self._process.wait(), STEP_SECONDS)

    def log(self) -> str:
        """Everything the processes printed."""
        return (self.var / "house.log").read_text(errors="replace")

    async def demo(self, *arguments: str) -> Booking:
        """`./run demo …`."""
        process = await asyncio.create_subprocess_exec(
            str(ROOT / "run"), "demo", *arguments, cwd=ROOT, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), DEMO_SECONDS)
        assert process.returncode == 0, err.decode()
        said: dict[str, Any] = json.loads(out.decode().strip().splitlines()[-1])
        said |= {key: datetime.fromisoformat(said[key]) for key in ("starts_at", "ends_at")}
        return Booking(**{name: said[name] for name in Booking.__dataclass_fields__})

    async def mails(self, to: str) -> list[dict[str, str]]:
        """The mails the system has sent to an address, oldest first."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/dev/inbox.json") as answer:
            found = [mail for mail in await answer.json() if to in mail["to"]]
            return sorted(found, key=lambda mail: str(mail["sent_at"]))

    async def codes_mails(self, to: str) -> list[str]:
        """The texts of those that brought codes for the room."""
        texts = [str(mail["text"]) for mail in await self.mails(to)]
        return [text for text in texts if re.search(r"^OTP: \d{6}\b", text, re.MULTILINE)]

    async def next_codes(self, to: str, *, after: int) -> str:
        """The text of the first mail with codes beyond the `after` already there, whatever else comes meanwhile."""

        async def mail() -> str | None:
            found = await self.codes_mails(to)
            return found[after] if len(found) > after else None

        return await soon(mail)

    async def next_mail(self, to: str, *, after: int) -> str:
        """The text of the first mail to an address beyond the `after` already there."""

        async def mail() -> str | None:
            found = await self.mails(to)
            return found[after]["text"] if len(found) > after else None

        return await soon(mail)

    async def record(self, visrn: str) -> dict[str, Any]:
        """The visit on paper once it is closed: status, outcome, seconds by role, and the relay's own last word."""

        async def closed() -> dict[str, Any] | None:
            visit = self.visit(visrn)
            return visit if visit["status"] == "closed" else None

        visit = await soon(closed)
        facts = await self.facts(visit["id"])
        ended = [fact for fact in facts if fact.name is FactName.ROOM_ENDED]
        roles = {fact.participant: str(fact.role) for fact in facts if fact.participant}
        seconds = {roles.get(participant, participant): spent for participant, spent in visit["seconds"].items()}
        last = ended[-1] if ended else None
        return visit | {
            "seconds": seconds,
            "ended_at": last.at if last else None,
            "forwarded": last.forwarded if last else None,
            "last_forwarded_at": last.last_forwarded_at if last else None,
        }

    async def facts(self, room: str) -> list[Fact]:
        """What a visit's room has recorded, oldest first."""
        async with Redis(unix_socket_path=str(self.var / "redis.sock"), decode_responses=True) as redis:
            entries: Any = await redis.xrange(keys.FACTS)
        return [fact for _, fields in entries if (fact := Fact.from_fields(fields)).room == room]

    def ask(self, question: str, visrn: str) -> tuple[Any, ...]:
        """What the database says of a visit: `question` is a SELECT from visits, without its condition."""
        where = " AND ".join(f"visrn_{part} = ?" for part in ("state", "jail", "serial", "year"))
        with contextlib.closing(sqlite3.connect(self.var / "mulakat.db")) as database:
            return tuple(database.execute(f"{question} WHERE {where}", visrn.split("/")).fetchone())

    def letters(self, to: str) -> list[str]:
        """The names of all letters to an address, sent or still to be sent."""
        with contextlib.closing(sqlite3.connect(self.var / "mulakat.db")) as database:
            found = database.execute("SELECT name FROM outbox WHERE address = ? ORDER BY created_at", [to])
            return [str(name) for [name] in found]

    def visit(self, visrn: str) -> dict[str, Any]:
        """The visit on paper as it stands: id, status, outcome, seconds."""
        row = self.ask("SELECT id, status, outcome, seconds FROM visits", visrn)
        return {"id": row[0], "status": row[1], "outcome": row[2], "seconds": json.loads(row[3])}

    def kill_node(self) -> None:
        """SIGKILL the process that holds the node's sockets; its supervisor is left alone."""
        victims = listeners(self.port + 1)
        assert victims, "no node process found"
        for pid in victims:
            os.kill(pid, signal.SIGKILL)


async def soon(ask: Callable[[], Awaitable[T | None]]) -> T:
    """Ask again until there is an answer; TimeoutError after STEP_SECONDS of asking."""
    for _ in range(int(STEP_SECONDS / _PAUSE)):
        answer = await ask()
        if answer is not None:
            return answer
        await asyncio.sleep(_PAUSE)
    raise TimeoutError


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    """Whether a URL answers with success."""
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=2)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def listeners(port: int) -> list[int]:
    """Processes that hold a listening TCP socket on a port, read from /proc."""
    assert sys.platform == "linux"
    wanted = f":{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(wanted) and row[3] == "0A"}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(entry.readlink()) in inodes for entry in (process / "fd").iterdir()):
                found.append(int(process.name))
    return found
