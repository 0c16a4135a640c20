"""Everybody a room keeps: those with a seat, and those who watch. The room's own bookkeeping, without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from rooms.moderation import UNMODERATED, Moderation
from rooms.people import KEPT, Member, Person, Watcher, person
from rooms.presence import Presence, PresenceState
from rooms.seats import Role, Seat


class Company:
    """Who is in a room, or is still waited for."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.watchers: dict[str, Watcher] = {}

    def expect(self, seats: Iterable[Seat], presence: Mapping[str, Presence], now: datetime) -> None:
        """Wait for those whom another node had here: they are disconnected now, and may come back by themselves."""
        for seat in seats:
            found = presence.get(seat.participant)
            if found is None or found.state is PresenceState.LEFT:
                continue
            was_connected = found.state is PresenceState.CONNECTED
            since = found.since if found.state is PresenceState.DISCONNECTED else now
            self.members[seat.participant] = Member(
                seat,
                since=since,
                state=PresenceState.DISCONNECTED,
                detached_at=now,
                was_connected=was_connected,
                media_started=was_connected,
                devices=found.devices,
            )

    def holders(self) -> dict[str, Member | Watcher]:
        """Return everybody who has not gone, monitors included."""
        return {**{who: each for who, each in self.members.items() if not each.gone}, **self.watchers}

    def audience(self) -> list[str]:
        """Return whom to tell what everybody is told."""
        return list(self.holders())

    def member(self, participant: str) -> Member | None:
        """Return who has a seat and has not gone, or None."""
        member = self.members.get(participant)
        return None if member is None or member.gone else member

    def seated(self) -> list[str]:
        """Return the participants who have not gone; monitors have no seat."""
        return [who for who, each in self.members.items() if not each.gone]

    def somebody(self, role: Role) -> bool:
        """Say whether the others may count on somebody of this role."""
        return any(member.seat.role is role and member.present for member in self.members.values())

    def detachments(self) -> list[datetime]:
        """Return when those without a socket lost it."""
        return [holder.detached_at for holder in self.holders().values() if holder.detached_at is not None]

    def absent(self, now: datetime) -> list[str]:
        """Return those who have been waited for long enough: no socket, and no media path."""
        return [
            participant
            for participant, holder in self.holders().items()
            if holder.detached_at is not None
            and now >= holder.detached_at + KEPT
            and not (isinstance(holder, Member) and holder.connected)
        ]

    def people(self, seats: Iterable[Seat], moderation: Mapping[str, Moderation]) -> tuple[Person, ...]:
        """Return the holders of all seats as the others see them, in the seats' order."""
        return tuple(
            person(
                seat,
                self.members.get(seat.participant),
                moderation.get(seat.participant, UNMODERATED),
                tuple(who for who, each in self.members.items() if each.present and seat.participant in each.unseen),
            )
            for seat in seats
        )

    def told_to(self, participant: str, people: tuple[Person, ...]) -> tuple[Person, ...]:
        """Return people as one of the audience is told of them: a monitor alone hears what itself does not see."""
        watcher = self.watchers.get(participant)
        if watcher is None or not watcher.unseen:
            return people
        return tuple(
            replace(each, unseen_by=(*each.unseen_by, participant)) if each.participant in watcher.unseen else each
            for each in people
        )

    def presence(self) -> dict[str, Presence]:
        """Return everybody who has come, as consoles see them."""
        return {participant: member.presence() for participant, member in self.members.items()}
