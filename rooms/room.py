"""A room, without I/O: told what happens and when, it answers with what is to be done.

A refused call raises and changes nothing. Everybody's view follows from the time box, from what the prison has said
(opened, held, ended) and from who is here; it is told when it changes. Monitors are told like everybody, and are told
of to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from config.facts import DownReason, EndReason, Fact, FactName, LeaveReason
from rooms import moderation as mod
from rooms.core.acts import StaffActs
from rooms.core.company import Company
from rooms.core.connected import ConnectedTime
from rooms.core.hearing import Sign, listen
from rooms.core.recording import Recorder, Takeover
from rooms.effects import (
    AddPeer,
    Awaiting,
    Effect,
    EndMedia,
    Finish,
    Forget,
    RemovePeer,
    Save,
    SetPhase,
    TellEnded,
    TellMoved,
    TellNotice,
    TellPeople,
    TellState,
    View,
)
from rooms.errors import NotMine, RoomEnded, RoomFull
from rooms.moderation import Moderation
from rooms.people import KEPT, Member, Person, Watcher
from rooms.presence import Devices, Presence, Quality
from rooms.seats import Role, RoomSpec
from rooms.timebox import Phase, TimeBox

#: How many monitors may watch one room.
MAX_WATCHERS = 4


class Room:
    """One visit's room on the node that holds it.

    What stands in the room's hash when the node begins: opened, held, the moderation, and the warnings given, which
    count as told. `carried` are the connected seconds so far; `takeover` is set if another node held the room before:
    whom that one had here is waited for like anybody whose socket dropped.
    """

    def __init__(
        self,
        spec: RoomSpec,
        now: datetime,
        *,
        opened: bool = False,
        held: bool = False,
        carried: Mapping[str, float] | None = None,
        moderation: Mapping[str, Moderation] | None = None,
        warnings: Iterable[mod.Warning] = (),
        takeover: Takeover | None = None,
    ) -> None:
        self.spec = spec
        self.box = TimeBox(spec.starts_at, spec.ends_at)
        self.ending: tuple[EndReason, datetime] | None = None
        self._opened = opened
        self._held = held
        self._moved = False
        self._connected = ConnectedTime(carried)
        self._company = Company()
        self._acts = StaffActs(moderation, warnings)
        self._record = Recorder(spec.room_id)
        self._takeover = takeover
        if takeover is not None:
            self._company.expect(spec.seats, takeover.presence, now)
        self._ticked = now
        self._phase = Phase.WAITING
        self._view = View(Phase.WAITING, "slot" if now < spec.starts_at else "prison")
        self._told_view: View | None = None
        self._told_people: tuple[Person, ...] = self.people()
        self._saved: dict[str, Presence] = {}

    # --- what it looks like -------------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """The phase as of the last event."""
        return self._phase

    def view(self) -> View:
        """Return how the room stands, as of the last event."""
        return self._view

    def people(self) -> tuple[Person, ...]:
        """Return the holders of all seats, in the seats' order; monitors have none."""
        return self._company.people(self.spec.seats, self._acts.moderation)

    def people_for(self, participant: str) -> tuple[Person, ...]:
        """Return the same as one of those here is told of them: a monitor also hears what itself does not see."""
        return self._company.told_to(participant, self.people())

    def presence(self) -> dict[str, Presence]:
        """Return everybody who has come, as consoles see them."""
        return self._company.presence()

    @property
    def members(self) -> Mapping[str, Member]:
        """Everybody who has come and has a seat, by participant; those who have gone again too."""
        return MappingProxyType(self._company.members)

    def seconds(self, now: datetime) -> dict[str, float]:
        """Return everybody's connected seconds."""
        return self._connected.totals(min(now, self.box.ends_at))

    def here(self) -> int:
        """Return how many participants and monitors the room keeps."""
        return len(self._company.holders())

    def next_event(self, now: datetime) -> datetime | None:
        """Return when `tick` is due at the latest, or None when the room is over."""
        if self._over():
            return None
        waits = [at + KEPT for at in self._company.detachments() if at + KEPT > now]
        edge = self.box.next_event(now)
        return min([*waits, *([] if edge is None else [edge])], default=now)

    # --- people come and go -------------------------------------------------------------------------------------------

    def enter(self, participant: str, role: Role, now: datetime) -> list[Effect]:
        """Take a seat, or come back to it (whatever was attached before is not any more).

        They are told the warnings of the last minute: it is their listener that knows whether they were shown them.
        Raises RoomEnded, RoomFull (no seat kept for this participant, or no place to watch from), NotMine.
        """
        self._refuse_if_over(now)
        if role is Role.MONITOR:
            return self._enter_watching(participant, now)
        seat = self.spec.seat(participant)
        if seat is None or seat.role is not role:
            raise RoomFull("no seat is kept for this participant")
        effects: list[Effect] = []
        member = self._company.member(participant)
        if member is None:
            member = self._company.members[participant] = Member(seat, since=now)
            effects.append(self._record.of(FactName.PARTICIPANT_JOINED, now, participant, role))
        member.detached_at = None
        return [*effects, *self._acts.greet(participant, now), *self._settle(now, entering=participant)]

    def detach(self, participant: str, now: datetime) -> list[Effect]:
        """The participant's socket dropped: media goes on, the seat is kept for a while."""
        holder = self._company.holders().get(participant)
        if holder is None or holder.detached_at is not None or self._over():
            return []
        holder.detached_at = now
        return self._settle(now)

    def leave(self, participant: str, now: datetime, reason: LeaveReason = LeaveReason.LEFT) -> list[Effect]:
        """The participant is gone, by their own act or because they are not waited for any more."""
        if self._company.watchers.pop(participant, None) is not None:
            ended = self._record.of(FactName.WATCH_ENDED, now, participant, Role.MONITOR, reason)
            return [RemovePeer(participant), Forget(participant), ended]
        member = self._company.member(participant)
        if member is None:
            return []
        self._connected.stop(participant, now)
        down = self._record.down(member, now, DownReason.LEFT)
        member.gone, member.ready, member.lost = True, False, reason is LeaveReason.LOST
        left = self._record.of(FactName.PARTICIPANT_LEFT, now, participant, member.seat.role, reason)
        return [RemovePeer(participant), Forget(participant), *down, left, *self._settle(now)]

    # --- their media --------------------------------------------------------------------------------------------------

    def ready(self, participant: str, devices: Devices, now: datetime) -> list[Effect]:
        """The participant can receive: give them a transport, a fresh one if they had one (their page was reloaded)."""
        self._refuse_if_over(now)
        watcher = self._company.watchers.get(participant)
        if watcher is not None:
            watcher.unseen = frozenset()
            sources = tuple(seat.participant for seat in self.spec.seats)
            return [RemovePeer(participant), AddPeer(participant, Role.MONITOR, sources)]
        member = self._present_member(participant)
        if member is None:
            return []
        self._connected.stop(participant, now)
        down = self._record.down(member, now, DownReason.REPLACED)
        member.ready, member.was_connected = True, False
        member.quality = member.judged_at = member.silent_since = member.expected_since = None
        member.unseen, member.weak = frozenset(), False
        member.devices, member.audio, member.video = devices, devices.microphone, devices.camera
        sources = tuple(seat.participant for seat in self.spec.seats if seat.participant != participant)
        peer = AddPeer(participant, member.seat.role, sources)
        return [RemovePeer(participant), peer, *down, *self._settle(now)]

    def media_up(self, participant: str, now: datetime) -> list[Effect]:
        """The participant's transport is connected."""
        member = self._present_member(participant)
        if member is None or member.connected:
            return []
        member.connected = member.was_connected = True
        return [self._record.of(FactName.MEDIA_UP, now, participant, member.seat.role), *self._settle(now)]

    def media_seen(self, participant: str, now: datetime) -> list[Effect]:
        """The participant's first packet has come."""
        member = self._present_member(participant)
        if member is None or member.media_started:
            return []
        member.media_started = True
        return [self._record.of(FactName.MEDIA_STARTED, now, participant, member.seat.role)]

    def media_lost(self, participant: str, now: datetime, last_seen: datetime | None = None) -> list[Effect]:
        """The participant's transport is gone; `last_seen` is when it last carried something, if anybody knows."""
        member = self._present_member(participant)
        if member is None:
            return [RemovePeer(participant)]
        at = now if last_seen is None else max(last_seen, now - KEPT)
        self._connected.stop(participant, at)
        down = self._record.down(member, at, DownReason.LOST)
        return [RemovePeer(participant), *down, *self._settle(now), *self._lose_the_absent(now)]

    def pictures(self, participant: str, *, unseen: frozenset[str], weak: bool, now: datetime) -> list[Effect]:
        """Their line does not carry the pictures of `unseen`, nor, if `weak`, their own. Of a monitor's it hears."""
        watcher = self._company.watchers.get(participant)
        if watcher is not None:
            watcher.unseen = unseen
            return [TellPeople(participant, self.people_for(participant)), *self._settle(now)]
        member = self._present_member(participant)
        if member is None:
            return []
        member.unseen, member.weak = unseen, weak
        return self._settle(now)

    def mute(self, participant: str, *, audio: bool, video: bool, now: datetime) -> list[Effect]:
        """The participant says what they are sending."""
        member = self._present_member(participant)
        if member is None:
            return []
        member.audio, member.video = audio, video
        return self._settle(now)

    def judge(self, participant: str, quality: Quality, now: datetime) -> list[Effect]:
        """The participant's connection is of this quality."""
        member = self._present_member(participant)
        if member is None:
            return []
        member.quality, member.judged_at = quality, now
        return self._settle(now)

    def listen(self, signs: Mapping[str, Sign], now: datetime) -> list[Effect]:
        """Take when each participant with a transport was last heard; due every two seconds or so."""
        if self._over():
            return []
        live = self._phase is Phase.LIVE
        for participant, member in self._company.members.items():
            taken = self._acts.moderation.get(participant, mod.UNMODERATED)
            listen(member, signs.get(participant), taken, now, live=live)
        return self._settle(now)

    # --- the prison and the clock -------------------------------------------------------------------------------------

    def command(
        self,
        *,
        opened: bool,
        held: bool,
        end: EndReason | None,
        now: datetime,
        moderation: Mapping[str, Moderation] | None = None,
        warnings: Iterable[mod.Warning] | None = None,
    ) -> list[Effect]:
        """Take over what stands in Redis; None: not read. Opening can't be undone, an end even less."""
        effects = self.tick(now)
        if self._over():
            return effects
        self._opened, self._held = self._opened or opened, held
        if moderation is not None:
            self._acts.moderation = moderation
        if end is not None:
            return effects + self._end(end, now)
        warned = [] if warnings is None else self._acts.warn(warnings, self._company.seated())
        return [*effects, *self._settle(now), *warned]

    def tick(self, now: datetime) -> list[Effect]:
        """Let time do its work: start, notices, the end, and giving up on those who do not come back."""
        if self._over():
            return []
        if now >= self.box.ends_at:
            return self._end(EndReason.SLOT_OVER, self.box.ends_at)
        notices = self.box.notices(self._ticked, now)
        self._ticked = max(self._ticked, now)
        told: list[Effect] = [TellNotice(to, left) for left in notices for to in self._company.audience()]
        return self._take_over(now) + told + self._settle(now) + self._lose_the_absent(now)

    def move(self) -> list[Effect]:
        """This node lost the room, or leaves: close everything here and end nothing."""
        if self._over():
            return []
        self._moved = True
        return [EndMedia(), *(TellMoved(to) for to in self._company.audience())]

    # --- inside -------------------------------------------------------------------------------------------------------

    def _end(self, reason: EndReason, at: datetime) -> list[Effect]:
        self.ending = (reason, at)
        self._phase = Phase.ENDED
        self._connected.stop_all(at)
        effects: list[Effect] = [EndMedia()]
        effects += [TellEnded(to, reason, at) for to in self._company.audience()]
        for participant, member in self._company.members.items():
            if not member.gone:
                member.gone, member.connected = True, False
                member.settle(at)
                role = member.seat.role
                effects.append(self._record.of(FactName.PARTICIPANT_LEFT, at, participant, role, LeaveReason.ENDED))
        for participant in self._company.watchers:
            effects.append(self._record.of(FactName.WATCH_ENDED, at, participant, Role.MONITOR, LeaveReason.ENDED))
        seconds = self._connected.totals(at)
        fact = Fact(FactName.ROOM_ENDED, self.spec.room_id, at, reason=reason, seconds=seconds)
        return [*effects, Finish(fact)]

    def _settle(self, now: datetime, entering: str | None = None) -> list[Effect]:
        """Work out what follows from the last event, and tell what has changed; who enters is told by the welcome."""
        effects: list[Effect] = []
        phase = self.box.phase(now, opened=self._opened, held=self._held)
        if phase is Phase.ENDED:  # the end is tick's to announce; until then nothing else may change
            return []
        effects += self._acts.enforce()  # before the phase: nothing that was taken is forwarded for even a moment
        if phase is not self._phase:
            self._phase = phase
            effects.append(SetPhase(phase))
        for participant, member in self._company.members.items():
            member.settle(now)
            if member.connected and phase is Phase.LIVE:
                self._connected.start(participant, now)
            else:
                self._connected.stop(participant, now)
        audience = [to for to in self._company.audience() if to != entering]
        view = self._view = View(phase, self._awaiting(now))
        people = self.people()
        if view != self._told_view:
            effects += [TellState(to, view) for to in audience]
        if people != self._told_people:
            effects += [TellPeople(to, self._company.told_to(to, people)) for to in audience]
        presence = self.presence()
        if view != self._told_view or presence != self._saved:
            effects.append(Save())
        self._told_view, self._told_people, self._saved = view, people, presence
        return effects

    def _awaiting(self, now: datetime) -> Awaiting | None:
        if self._phase is Phase.WAITING:
            return "slot" if now < self.box.starts_at else "prison"
        if not self._company.somebody(Role.TERMINAL):
            return "prison"
        return None if self._company.somebody(Role.VISITOR) else "family"

    def _take_over(self, now: datetime) -> list[Effect]:
        takeover, self._takeover = self._takeover, None
        if takeover is None:
            return []
        return [*self._record.taken_over(takeover, now, running=now >= self.box.starts_at)]

    def _enter_watching(self, participant: str, now: datetime) -> list[Effect]:
        watchers = self._company.watchers
        watcher = watchers.get(participant)
        if watcher is not None:
            watcher.detached_at = None
            return []
        effects: list[Effect] = []
        if len(watchers) >= MAX_WATCHERS:
            # A reloaded watch page is a new watcher; the place of one whose socket is gone is free for it.
            gone = next((who for who, each in watchers.items() if each.detached_at is not None), None)
            if gone is None:
                raise RoomFull("as many as may watch do so already")
            effects = self.leave(gone, now, LeaveReason.LOST)
        watchers[participant] = Watcher()
        return [*effects, self._record.of(FactName.WATCH_STARTED, now, participant, Role.MONITOR)]

    def _lose_the_absent(self, now: datetime) -> list[Effect]:
        absent = self._company.absent(now)
        return [effect for participant in absent for effect in self.leave(participant, now, LeaveReason.LOST)]

    def _present_member(self, participant: str) -> Member | None:
        return None if self._over() else self._company.member(participant)

    def _over(self) -> bool:
        return self.ending is not None or self._moved

    def _refuse_if_over(self, now: datetime) -> None:
        if self.ending is not None:
            raise RoomEnded(*self.ending)
        if self._moved:
            raise NotMine("the room is held elsewhere")
        if now >= self.box.ends_at:
            raise RoomEnded(EndReason.SLOT_OVER, self.box.ends_at)
