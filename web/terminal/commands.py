"""What staff ask of a terminal's page: to try its devices, or to load itself anew. The newest wish stands in Redis; the
page hears of it through its event stream and says in its next report which it has carried out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from redis.asyncio import Redis

from broker.visit import new_id
from config import keys
from web.terminal.health import Health

#: A page that comes back later than this does not do what was asked before.
OBEYED = timedelta(seconds=60)
_KEPT_SECONDS = 600


class CommandName(StrEnum):
    """What a page can be asked for."""

    RELOAD = "reload"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Command:
    """One wish: `by` as in the audit, `at` aware."""

    id: str
    name: CommandName
    by: str
    at: datetime

    def waits(self, health: Health | None, now: datetime) -> bool:
        """Whether the page may still carry it out, and has not."""
        return now - self.at < OBEYED and not self.carried_out(health)

    def carried_out(self, health: Health | None) -> bool:
        """Whether the page has said that it did it."""
        return health is not None and health.done == self.id


async def ask(redis: Redis, terminal_id: int, name: CommandName, by: str, now: datetime) -> Command:
    """Ask for it; what was asked before and not done yet is forgotten. Raises RedisError."""
    command = Command(new_id(), name, by, now)
    text = json.dumps({"id": command.id, "name": name.value, "by": by, "at": now.isoformat()})
    await redis.set(keys.terminal_command(terminal_id), text, ex=_KEPT_SECONDS)
    return command


async def asked(redis: Redis, terminal_ids: Sequence[int]) -> dict[int, Command]:
    """What was last asked of each of these terminals, within ten minutes. Raises RedisError."""
    found = await redis.mget([keys.terminal_command(each) for each in terminal_ids]) if terminal_ids else []
    texts = cast("list[str | None]", found)
    return {each: _read(text) for each, text in zip(terminal_ids, texts, strict=True) if text}


async def healths(redis: Redis, terminal_ids: Sequence[int]) -> dict[int, Health]:
    """What the page of each of these terminals last said. Raises RedisError."""
    found = await redis.mget([keys.terminal_health(each) for each in terminal_ids]) if terminal_ids else []
    texts = cast("list[str | None]", found)
    return {each: Health.from_json(text) for each, text in zip(terminal_ids, texts, strict=True) if text}


def _read(text: str) -> Command:
    fields = json.loads(text)
    return Command(fields["id"], CommandName(fields["name"]), fields["by"], datetime.fromisoformat(fields["at"]))
