"""Who asks: a key in the `Authorization` header (Bearer, RFC 6750), for the registers or the reports of one jail or of
a state.

Wrong keys are counted by network address before they are looked at; without the counters nobody gets in.
"""

from __future__ import annotations

import json
from typing import NoReturn

from aiohttp import web

from broker.people import Jail
from broker.register.api_keys import ApiKey
from broker.vocabulary import KeyPurpose
from config import keys
from config.secrets import digest
from web.keys import CLOCK, DB, REDIS
from web.serving.access import client_address
from web.staff.throttle import Limit, give_back, take

_TRIES, _WINDOW = 30, 15 * 60
_LONGEST = 200


async def authorised(request: web.Request) -> tuple[ApiKey, Jail]:
    """The key, and the jail that is asked about: `?jail=27/11`, or the key's own. Raises 401, 403, 404, 429 as JSON."""
    key = await _key(request, KeyPurpose.REGISTER)
    async with request.app[DB].read() as uow:
        jails = await uow.jails.all()
    asked = request.query.get("jail", "")
    if not asked and key.jail_id is not None:
        return key, next(jail for jail in jails if jail.id == key.jail_id)
    if not asked:
        refuse(400, "jail_missing")
    jail = next((jail for jail in jails if f"{jail.state_code}/{jail.code}" == asked), None)
    # A jail that another key is for and one that does not exist get one answer.
    if jail is None or not key.reaches(jail.id, jail.state_code):
        refuse(403, "jail_not_yours")
    return key, jail


async def reporting(request: web.Request) -> tuple[ApiKey, list[Jail]]:
    """The key, and the jails whose visits are counted: the one of `?jail=27/11`, or all that the key is for. Raises
    401, 403, 429 as JSON.
    """
    key = await _key(request, KeyPurpose.REPORTS)
    async with request.app[DB].read() as uow:
        jails = await uow.jails.all()
    asked = request.query.get("jail", "")
    reached = [
        jail
        for jail in jails
        if key.reaches(jail.id, jail.state_code) and asked in {"", f"{jail.state_code}/{jail.code}"}
    ]
    if asked and not reached:
        refuse(403, "jail_not_yours")
    return key, reached


async def _key(request: web.Request, purpose: KeyPurpose) -> ApiKey:
    app, now = request.app, request.app[CLOCK].now()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    limit = Limit(keys.address_tries("api", digest(client_address(request))), _TRIES, _WINDOW)
    wait = await take(app[REDIS], [limit])
    if wait:
        refuse(429, "too_many", headers={"Retry-After": str(wait)})
    token = token.strip()
    key = None
    if scheme.lower() == "bearer" and len(token) <= _LONGEST:
        async with app[DB].read() as uow:
            key = await uow.api_keys.by_token(token)
    if key is None:
        refuse(401, "bad_key", headers={"WWW-Authenticate": 'Bearer realm="mulakat"'})
    await give_back(app[REDIS], limit)
    if key.purpose is not purpose:
        refuse(403, "other_purpose")
    if key.is_stale(now):
        async with app[DB].begin() as uow:
            await uow.api_keys.used(key, now)
            await uow.commit()
    return key


def refuse(status: int, error: str, *, headers: dict[str, str] | None = None, **more: object) -> NoReturn:
    """Answer `{"error": id, …}`."""
    answer = _STATUSES[status](
        text=json.dumps({"error": error, **more}, ensure_ascii=False),
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
    raise answer


_STATUSES: dict[int, type[web.HTTPClientError]] = {
    400: web.HTTPBadRequest,
    401: web.HTTPUnauthorized,
    403: web.HTTPForbidden,
    409: web.HTTPConflict,
    422: web.HTTPUnprocessableEntity,
    429: web.HTTPTooManyRequests,
}
