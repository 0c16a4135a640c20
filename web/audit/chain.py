"""Whether the chain is whole, as the worker last found it: what stands above the audit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from babel.numbers import format_decimal

from broker.audit import state
from broker.audit.walk import SENTENCES
from web import language, timewords
from web.keys import REDIS

#: The worker looks every two minutes; when it has not for so long, something is wrong with the worker.
LATE = timedelta(minutes=10)


async def context(request: web.Request, now: datetime, timezone: str) -> dict[str, Any]:
    """What `audit/chain.html` needs. Raises RedisError: a page that cannot say it must not look as if all were well."""
    said = await state.read(request.app[REDIS])
    words = language.catalogue(request)
    fault = None if said is None else said.fault
    numbers = {} if fault is None else {"first": fault.first, "last": fault.last}
    return {
        "chain": said,
        "entry": "" if said is None else format_decimal(said.seq, locale=language.of(request)),
        "late": said is not None and now - said.at > LATE,
        "fault": "" if fault is None else words.gettext(SENTENCES[fault.kind]) % numbers,
        "timezone": timezone,
        "zone": timewords.place(timezone, language.of(request)),
    }
