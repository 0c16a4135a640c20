"""Rooms of Janus' VideoRoom, filled as browsers do it.

A participant has two peer connections: one it offers and publishes by, and one that Janus offers and it receives all
others by. Everybody of a room publishes first, and then subscribes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ..caller import AUDIO, VIDEO, Caller, read_offer
from ..load.seats import Seat
from ..load.talker import RTX_SSRC, SSRCS, Link
from .api import Handle, JanusApi
from .publishing import write_offer


class JanusServer:
    """A server as the load generator meets it (see load.run.Server)."""

    def __init__(self, api: JanusApi, pid: int, host: str) -> None:
        self.pid = pid
        self.host = host
        self._api = api
        self._handles: list[Handle] = []

    async def join(self, room: str, seats: Sequence[Seat], call: Callable[[], Caller]) -> list[Link]:
        """See load.run.Server."""
        number = int(room)
        feeds = {seat.who: feed for feed, seat in enumerate(seats, 1)}
        keeper = await self._api.attach()
        await keeper.ask({"request": "create", "room": number, "publishers": len(seats)})
        senders = [seat for seat in seats if seat.sends]
        published = await asyncio.gather(*(self._publish(number, feeds[seat.who], call()) for seat in senders))
        out = dict(zip([seat.who for seat in senders], published, strict=True))
        into = await asyncio.gather(
            *(self._subscribe(number, [feeds[source] for source in seat.sources], call()) for seat in seats)
        )
        return [Link(seat, out.get(seat.who), caller) for seat, caller in zip(seats, into, strict=True)]

    async def settled(self) -> None:
        """Wait until Janus has said of every connection that it is up."""
        for handle in self._handles:
            await handle.is_up()

    async def _attach(self) -> Handle:
        self._handles.append(await self._api.attach())
        return self._handles[-1]

    async def _publish(self, room: int, feed: int, caller: Caller) -> Caller:
        handle = await self._attach()
        offer = write_offer(caller, {"audio": (SSRCS[AUDIO],), "video": (SSRCS[VIDEO], RTX_SSRC)})
        request = {"request": "joinandconfigure", "ptype": "publisher", "room": room, "id": feed}
        answer = await handle.ask(request, ("offer", offer))
        caller.server = read_offer(answer["jsep"]["sdp"], self.host)
        await caller.connect("server")  # we said "actpass", and Janus takes the active side
        await handle.is_up()  # before that nobody can subscribe
        return caller

    async def _subscribe(self, room: int, feeds: Sequence[int], caller: Caller) -> Caller:
        handle = await self._attach()
        streams = [{"feed": feed} for feed in feeds]
        offer = await handle.ask({"request": "join", "ptype": "subscriber", "room": room, "streams": streams})
        await handle.ask({"request": "start"}, ("answer", caller.answer(offer["jsep"]["sdp"])))
        await caller.connect()
        return caller
