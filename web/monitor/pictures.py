"""The small pictures of a wall: each looked at under somebody's name, and sent again only when there is a newer one."""

from __future__ import annotations

import hashlib

from aiohttp import web

from rooms.wall import interest, meters
from web.keys import CLOCK, REDIS, REGISTRY
from web.monitor import looking
from web.staff.guard import STAFF, permitted, require_scope
from web.staff.permissions import Permission

routes = web.RouteTableDef()

_HEADERS = {"Cache-Control": "no-store"}


@routes.get("/monitor/rooms/{id:[0-9a-f]{32}}/pictures/{participant:[0-9a-z-]{1,64}}")
@permitted(Permission.ROOM_WATCH)
async def picture(request: web.Request) -> web.StreamResponse:
    """The newest picture of a participant. 404 while there is none; 304 to whoever has it already."""
    staff, app = request[STAFF], request.app
    room = await app[REGISTRY].room(request.match_info["id"])
    if room is None:
        raise web.HTTPNotFound
    require_scope(staff, room.spec.jail_id)
    participant = request.match_info["participant"]
    if room.spec.seat(participant) is None or room.ending(app[CLOCK].now()) is not None:
        raise web.HTTPNotFound
    await looking.see(app, staff, room.room_id)
    # A page without scripts has no stream that would ask for the next one.
    await interest.show(app[REDIS], [room.room_id])
    jpeg = await meters.picture(app[REDIS], room.room_id, participant)
    if jpeg is None:
        raise web.HTTPNotFound
    tag = hashlib.sha256(jpeg).hexdigest()[:32]
    headers = {**_HEADERS, "ETag": f'"{tag}"'}
    if any(each.value == tag for each in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)
