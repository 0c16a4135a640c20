"""The media of one room: its peers, and which leg of whom is fed by which stream of whom.

`_rewire` is the only place that turns the forwarding table into legs. It runs whenever anything it depends on has
changed, works everything out anew, and leaves what is the same untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from .counters import Losses, Reading, RoomCounters, Way
from .errors import PeerExists, RoomOver
from .forwarding import UNMODERATED, Kind, Moderation, Phase, Privilege, Role, allowed, on_wall
from .ground import Ground, Listener
from .heard import wall
from .peer import Peer
from .routes import NEVER, Leg, Path
from .wire.rtp import Stream

LEAD = timedelta(milliseconds=5)
"""The gate shuts this much before the slot's last instant, so that a packet that passed it is on the wire by then."""


class MediaRoom:
    """Made by MediaNode.add_room. `ended` is called once, with the room, when it has ended."""

    def __init__(
        self,
        ground: Ground,
        room_id: str,
        privilege: Privilege,
        ends_at: datetime,
        ended: Callable[[MediaRoom], None],
    ) -> None:
        self.room_id = room_id
        self.privilege = privilege
        self.ends_at = ends_at
        self._ground = ground
        self._ended = ended
        self._log = structlog.get_logger().bind(room=room_id)
        self._phase = Phase.WAITING
        self._gate = ground.backend.gate(NEVER)
        self._peers: dict[str, Peer] = {}
        self._moderation: dict[str, Moderation] = {}
        self._past: dict[Way, int] = {}
        self._losses = Losses()
        self._wall: Callable[[str, bytes], None] | None = None
        self._keep_time(ground.clock.monotonic())

    @property
    def phase(self) -> Phase:
        """Where the room stands."""
        return self._phase

    @property
    def peers(self) -> Sequence[Peer]:
        """Everyone who has a connection here, watchers included."""
        return tuple(self._peers.values())

    def set_phase(self, phase: Phase | str) -> None:
        """Move the room to another phase; `ended` is final and the same as end(). Raises RoomOver after that."""
        phase = Phase(phase)
        if phase is self._phase:
            return
        if self._phase is Phase.ENDED:
            raise RoomOver
        if phase is Phase.ENDED:
            self.end()
            return
        self._log.info("media_phase", was=self._phase, now=phase)
        self._phase = phase
        self._rewire()

    def moderate(self, participant_id: str, *, muted: bool | None = None, blanked: bool | None = None) -> None:
        """Take sound (muted) or picture (blanked) of a participant from the others, or give it back; None: as it is.

        It holds for the participant, not for a connection, and so also after a reload.
        """
        now = self._moderation.get(participant_id, UNMODERATED)
        self._moderation[participant_id] = replace(
            now,
            muted=now.muted if muted is None else muted,
            blanked=now.blanked if blanked is None else blanked,
        )
        self._rewire()

    def set_wall(self, takes: Callable[[str, bytes], None] | None) -> None:
        """Put the room on a wall, which is given a participant's id and a VP8 keyframe now and then; None: off it.

        `takes` is called from the packet path: it must neither block nor raise.
        """
        if (takes is None) is not (self._wall is None):
            self._wall = takes
            self._rewire()

    def readings(self) -> dict[str, Reading]:
        """How each participant's media stands, monitors left out; on a wall, how loud since the last such call."""
        here = [peer for peer in self._peers.values() if peer.role is not Role.MONITOR]
        unseen = frozenset[str]().union(*(peer.rates.pictures.unseen for peer in here))
        return {
            who: peer.reading(self._moderation.get(who, UNMODERATED), unseen=who in unseen)
            for who, peer in ((peer.participant_id, peer) for peer in here)
        }

    def add_peer(self, participant_id: str, role: Role | str, sources: Sequence[str], listener: Listener) -> Peer:
        """Make a connection for a participant.

        sources: the participant ids this one receives, in the fixed order of its slots; they need not be here yet.
        Raises PeerExists, RoomOver.
        """
        if self._phase is Phase.ENDED:
            raise RoomOver
        if participant_id in self._peers:
            raise PeerExists
        peer = Peer(
            self._ground,
            self._gate,
            participant_id,
            Role(role),
            sources=sources,
            listener=listener,
            changed=self._rewire,
            losses=self._losses,
            log=self._log.bind(role=str(role)),
        )
        self._peers[participant_id] = peer
        return peer

    def remove_peer(self, participant_id: str) -> None:
        """Forget a participant's keys and legs at once, then close its transport. Unknown ids are ignored."""
        peer = self._peers.pop(participant_id, None)
        if peer is None:
            return
        self._remember(peer)
        peer.cut()
        peer.forget_addresses()
        self._rewire()

    def end(self) -> RoomCounters:
        """Forget all keys and legs at once, then close the transports. The second time it only counts."""
        if self._phase is not Phase.ENDED:
            self._phase = Phase.ENDED
            self._gate.shut()
            for peer in self._peers.values():
                peer.cut()
            self._ended(self)
        return self.counters()

    def counters(self) -> RoomCounters:
        """Count so far. After the end `refused_after_end` goes on growing while the addresses are remembered."""
        ways = dict(self._past)
        for peer in self._peers.values():
            for way, count in _counted(peer):
                ways[way] = ways.get(way, 0) + count
        gate = self._gate
        last = None if gate.last_forwarded == NEVER else wall(self._ground.clock, gate.last_forwarded)
        return RoomCounters(gate.received, sum(ways.values()), gate.refused, last, ways, replace(self._losses))

    def forget_addresses(self) -> None:
        """Count no more what comes from where an ended room's participants were, and let go of them."""
        for peer in self._peers.values():
            self._remember(peer)
            peer.forget_addresses()
        self._peers.clear()

    def tick(self, now: float) -> None:
        """See to what time brings. The room's own timer ends it; should that be late or fail, this does."""
        self._keep_time(now)
        if now >= self._gate.deadline:
            self.end()
        for peer in self.peers:
            if peer.alive:
                peer.tick(now)

    def _keep_time(self, now: float) -> None:
        """Put the wall clock's end on the monotonic clock, again and again: the wall clock may be corrected."""
        if self._phase is not Phase.ENDED:
            self._gate.deadline = now + (self.ends_at - LEAD - self._ground.clock.now()).total_seconds()

    def _remember(self, peer: Peer) -> None:
        for way, count in _counted(peer):
            self._past[way] = self._past.get(way, 0) + count

    def _rewire(self) -> None:
        """Work out every route's legs anew, and ask for the keyframes that a new leg needs."""
        now = self._ground.clock.monotonic()
        for receiver in self._peers.values():
            receiver.choose_pictures(self._pictures_for(receiver))
        for sender in self._peers.values():
            if sender.path.routes:  # who has sent nothing yet feeds nobody
                self._feed(sender, now)
            self._tap(sender)

    def _feed(self, sender: Peer, now: float) -> None:
        """Work out who gets what of a sender."""
        sender.layering.starved = self._starved_of(sender)
        legs = {
            stream: [leg for peer in self._peers.values() for leg in self._legs(sender, peer, stream)]
            for stream in Stream
        }
        for layer in sender.layering.rewire(legs, now):
            sender.want_keyframe(layer)
        reached = {leg.path for route in sender.path.routes.values() for leg in route.legs}
        for gone in sender.path.estimates.keys() - reached:
            del sender.path.estimates[gone]

    def _starved_of(self, sender: Peer) -> frozenset[Path]:
        """The monitors whose lines do not take a sender's picture."""
        watching = [peer for peer in self._peers.values() if peer.role is Role.MONITOR]
        return frozenset(each.path for each in watching if sender.participant_id in each.rates.pictures.unseen)

    def _pictures_for(self, receiver: Peer) -> list[Peer]:
        """Whose pictures there are for a receiver: the other side's first, as people came to see those."""
        here = [self._peers[slot.source] for slot in receiver.slots if slot.source in self._peers]
        there = [peer for peer in here if Stream.VIDEO in peer.path.current and self._may(peer, receiver, Kind.VIDEO)]
        return sorted(there, key=lambda peer: (peer.role is Role.TERMINAL) is (receiver.role is Role.TERMINAL))

    def _tap(self, sender: Peer) -> None:
        """Give a wall what it may have of a participant; without a wall, nothing."""
        if self._wall is None:
            sender.tap((), None)
            return
        may = [kind for kind in Kind if on_wall(sender.role, kind, privilege=self.privilege, phase=self._phase)]
        sender.tap(may, partial(self._wall, sender.participant_id))

    def _legs(self, sender: Peer, receiver: Peer, stream: Stream) -> Sequence[Leg]:
        """The legs on which a receiver gets a stream of a sender: one or none."""
        if not receiver.takes(stream) or not self._may(sender, receiver, stream.kind):
            return ()
        if stream.kind is Kind.VIDEO and sender.participant_id in receiver.rates.pictures.unseen:
            return ()
        return [slot.legs[stream] for slot in receiver.slots if slot.source == sender.participant_id]

    def _may(self, sender: Peer, receiver: Peer, kind: Kind) -> bool:
        """Whether the table lets a receiver have this kind of a sender."""
        return sender is not receiver and allowed(
            sender.role,
            receiver.role,
            kind,
            privilege=self.privilege,
            phase=self._phase,
            moderation=self._moderation.get(sender.participant_id, UNMODERATED),
        )


def _counted(peer: Peer) -> list[tuple[Way, int]]:
    """What a peer has received, by where it came from."""
    return [
        ((slot.source, peer.participant_id, stream.kind), leg.count)
        for slot in peer.slots
        for stream, leg in slot.legs.items()
    ]
