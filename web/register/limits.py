"""What one network address may ask of us while somebody registers: slots to be held, files to be opened and kept. Fails
closed: RedisError, where it can't be counted.

A proof of work makes each hold cost something; this keeps a patient machine from holding all of a jail's slots, ten
minutes each, with codes that nobody ever types.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from aiohttp import web

from config import keys
from config.secrets import derive
from web.keys import CLOCK, REDIS, SETTINGS
from web.serving.access import client_address
from web.staff.throttle import Limit, take

#: From one network address within a window. Generous: whole towns share a mobile operator's address.
MOST_HOLDS = 60
MOST_UPLOADS = 120
WINDOW_SECONDS = 15 * 60


async def refused_until(request: web.Request, scope: str, most: int) -> datetime | None:
    """Count an act; when the next one may be tried where this one was too many, else None."""
    app = request.app
    key = derive(app[SETTINGS].secret_key, "client", scope)
    name = hmac.digest(key, client_address(request).encode(), "sha256").hex()
    wait = await take(app[REDIS], [Limit(keys.address_tries(scope, name), most, WINDOW_SECONDS)])
    return app[CLOCK].now() + timedelta(seconds=wait) if wait else None
