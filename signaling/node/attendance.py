"""An attendance: one participant at one room, from the first welcome until they have left or are given up.

It outlives sockets. What the room tells goes to the socket that is attached, or into the history for the one that
comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from config.clock import Clock
from rooms.effects import TellEnded, TellMoved, TellNotice, TellPeople, TellState, TellWarning, View
from rooms.errors import NotMine, RoomEnded
from rooms.host import Arrival, Membership, Told
from rooms.host.ports import AnswerRefused, Forgotten, Layers, Offered
from rooms.moderation import WarningNotice
from rooms.people import Person
from rooms.presence import Devices, quality_of
from rooms.timebox import Phase
from signaling import messages as wire
from signaling.errors import NodeLeaving, SignalError, VisitOver
from signaling.history import History
from signaling.sessions import SessionRecord


class Socket(Protocol):
    """The connection an attendance speaks through. Nothing here blocks."""

    def tell(self, message: wire.ServerMessage) -> None:
        """Send a message."""

    def answer_refused(self) -> None:
        """Say that the last answer was no use."""

    def over(self, end: VisitOver) -> None:
        """Say that the visit is over, and close."""

    def refuse(self, error: SignalError) -> None:
        """Say why, and close."""

    async def alive(self) -> bool:
        """Ask whether somebody is there."""


class Attendance:
    """One participant's attendance; a rooms.host.Listener."""

    def __init__(
        self, record: SessionRecord, history: History, clock: Clock, gone: Callable[[Attendance], None]
    ) -> None:
        self.record = record
        self.history = history
        self.socket: Socket | None = None
        self.membership: Membership | None = None
        self.detached_at: float | None = None
        self._clock = clock
        self._gone = gone
        self._view: View | None = None
        self._people: tuple[Person, ...] = ()
        self._last: TellEnded | TellMoved | None = None
        self._warned: set[str] = set()
        self._attached_after = 0

    # --- sockets ------------------------------------------------------------------------------------------------------

    def arrived(self, membership: Membership) -> None:
        """Take the hold on the room; raises RoomEnded, NotMine if the room was over before this could be told."""
        if isinstance(self._last, TellEnded):
            raise RoomEnded(self._last.reason, self._last.ended_at)
        if self._last is not None:
            raise NotMine("the room is held elsewhere")
        if self._view is None:  # what was told since entering is newer than what was found on arrival
            self._view = membership.arrival.view
        if not self._people:
            self._people = membership.arrival.people
        self.membership = membership

    def attach(self, socket: Socket) -> None:
        """Speak through this socket from now on."""
        self.socket = socket
        self.detached_at = None
        self._attached_after = self.history.seq

    def was_held_by(self, last_seq: int) -> bool:
        """Whether who has seen messages up to this one has seen them on the socket that is attached.

        Only the page whose socket it is can say so: a reloaded or copied page has seen nothing, and a page that was
        taken over has not seen what its heir was told.
        """
        return last_seq > self._attached_after

    def detach(self, socket: Socket) -> None:
        """The socket dropped; no effect if another has taken over."""
        if self.socket is not socket:
            return
        self.socket = None
        self.detached_at = self._clock.monotonic()
        if self.membership is not None:
            self.membership.detach()

    def forget_after(self, seconds: float) -> None:
        """Forget what was told, if the last socket dropped longer ago than this: a page is told the current anew."""
        if self.detached_at is not None and self._clock.monotonic() > self.detached_at + seconds:
            self.history.forget()
            self._warned.clear()

    def welcome(self, token: str, *, resumed: bool) -> wire.Welcome:
        """Return the welcome, as things stand now."""
        if self.membership is None or self._view is None:
            raise NodeLeaving("no room")
        arrival: Arrival = self.membership.arrival
        spec, ticket, now = arrival.spec, self.record.ticket, self._clock.now()
        return wire.Welcome(
            session=token,
            participant=ticket.participant,
            role=self.record.role,
            visrn=spec.visrn,
            kind=spec.kind,
            starts_at=spec.starts_at,
            ends_at=spec.ends_at,
            now=now,
            left=self._left(),
            state=state_of(self._view),
            awaiting=self._view.awaiting,
            people=entries(self._people),
            resumed=resumed,
            media="kept" if resumed and arrival.media_kept else "new",
        )

    # --- to the room --------------------------------------------------------------------------------------------------

    def say(self, message: wire.RoomMessage) -> None:
        """Pass on what the participant says."""
        room = self.membership
        if room is None:
            return
        match message:
            case wire.Ready():
                room.ready(Devices(message.devices.camera, message.devices.microphone))
            case wire.Restart():
                room.restart()
            case wire.Answer():
                room.answer(message.sdp)
            case wire.Media():
                room.mute(audio=message.audio, video=message.video)
            case wire.Report():
                room.judge(quality_of(max(message.loss_in or 0.0, message.loss_out or 0.0), message.rtt_ms or 0.0))
            case wire.Leave():
                room.leave()

    # --- from the room ------------------------------------------------------------------------------------------------

    def tell(self, told: Told) -> None:
        """Take a message from the room's task."""
        match told:
            case TellState():
                self._view = told.view
                state = wire.State(
                    state=state_of(told.view), awaiting=told.view.awaiting, now=self._clock.now(), left=self._left()
                )
                self._say(state)
            case TellPeople():
                self._people = told.people
                self._say(wire.People(people=entries(told.people)))
            case TellNotice():
                self._say(wire.Notice(left=told.left))
            case TellWarning():
                self._warn(told)
            case Offered():
                self._say(wire.Offer(offer=self.history.next_offer(), sdp=told.sdp))
            case Layers():
                self._say(wire.Layers(small=told.small))
            case AnswerRefused():
                if self.socket is not None:
                    self.socket.answer_refused()
            case TellEnded() | TellMoved() | Forgotten():
                self._close(told)

    def _close(self, told: TellEnded | TellMoved | Forgotten) -> None:
        """Nothing more is told after this."""
        match told:
            case TellEnded():
                self._last = told
                end = VisitOver(told.reason, told.ended_at, self.record.ticket.ends_at)
                self._finish(lambda socket: socket.over(end))
            case TellMoved():
                self._last = told
                self._finish(lambda socket: socket.refuse(NodeLeaving("the room is held elsewhere")))
            case Forgotten():
                self._finish(None)

    def _say(self, message: wire.ServerMessage) -> None:
        if self.socket is not None:
            self.socket.tell(message)
        else:
            self.history.add(message)

    def _warn(self, told: TellWarning) -> None:
        """Say a warning, once in a session: the room says it again to everybody who comes back."""
        warning = told.warning
        if warning.id not in self._warned:
            self._warned.add(warning.id)
            notice = WarningNotice(warning.notice) if warning.notice else None
            self._say(wire.StaffWarning(id=warning.id, notice=notice, text=warning.text))

    def _finish(self, last: Callable[[Socket], None] | None) -> None:
        socket, self.socket = self.socket, None
        self.membership = None
        self._gone(self)
        if socket is not None and last is not None:
            last(socket)

    def _left(self) -> int:
        ends_at = self.record.ticket.ends_at
        return max(0, round((ends_at - self._clock.now()).total_seconds()))


def state_of(view: View) -> Literal["waiting", "live", "held"]:
    """Return a view's state as the wire names it; a room that has ended says so in a message of its own."""
    if view.phase is Phase.LIVE:
        return "live"
    return "held" if view.phase is Phase.HELD else "waiting"


def entries(people: tuple[Person, ...]) -> tuple[wire.PersonEntry, ...]:
    """Return people as the wire lists them."""
    return tuple(
        wire.PersonEntry(
            participant=each.participant,
            role=each.role,
            label=each.label,
            present=each.present,
            audio=each.audio,
            video=each.video,
            quality=each.quality,
            muted=each.muted,
            blanked=each.blanked,
            weak=each.weak,
            unseen_by=each.unseen_by,
        )
        for each in people
    )
