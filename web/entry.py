"""The way into a room: its place on a node, and a ticket for one participant, be it family, terminal or monitor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import structlog
from aiohttp import web

from broker.tickets import Seat as TicketSeat
from broker.tickets import Ticket
from broker.visit import Visit
from rooms.errors import UnknownRoom
from rooms.seats import Kind, Role, RoomSpec, Seat
from rooms.turn import ice_servers
from web.keys import CLOCK, REGISTRY, SETTINGS, TICKETS
from web.timewords import iso

log = structlog.get_logger(__name__)

EntryRole = Literal["visitor", "terminal", "monitor"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page needs to join: the ticket (one use), the node's socket, and what to show while joining.

    ice_servers: TURN servers with this participant's own credentials, as RTCConfiguration has them.
    """

    ticket: str = field(repr=False)
    url: str
    role: EntryRole
    visrn: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    jail: dict[str, str]
    terminal: str
    ice_servers: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Everything but `now`, which `answer` adds at the moment of handing out."""
        return {
            "ticket": self.ticket,
            "url": self.url,
            "role": self.role,
            "visrn": self.visrn,
            "kind": self.kind,
            "starts_at": iso(self.starts_at),
            "ends_at": iso(self.ends_at),
            "jail": self.jail,
            "terminal": self.terminal,
            "ice_servers": self.ice_servers,
        }

    def answer(self, now: datetime) -> web.Response:
        """The entry as the JSON answer to its page."""
        return answer(self.to_json(), now)


def answer(entry: dict[str, Any], now: datetime) -> web.Response:
    """A stored entry (`Entry.to_json`) as the JSON answer to its page."""
    return web.json_response({**entry, "now": iso(now)}, headers={"Cache-Control": "no-store"})


def room_spec(visit: Visit) -> RoomSpec:
    """The room of an approved visit. Raises UnknownRoom for a visit that has no terminal and slot yet."""
    if visit.terminal is None or visit.slot is None:
        raise UnknownRoom("the visit has no slot")
    families = tuple(Seat(visitor.id, Role.VISITOR, visitor.name) for visitor in visit.admitted)
    prison = Seat(terminal_participant(visit), Role.TERMINAL, visit.jail.name)
    return RoomSpec(
        room_id=visit.id,
        visrn=str(visit.visrn),
        kind=Kind(visit.kind.value),
        jail_id=visit.jail.id,
        terminal_id=visit.terminal.id,
        starts_at=visit.slot.starts_at,
        ends_at=visit.slot.ends_at,
        seats=(*families, prison),
    )


def terminal_participant(visit: Visit) -> str:
    """The participant id of the prison's side. Raises UnknownRoom for a visit without a terminal."""
    if visit.terminal is None:
        raise UnknownRoom("the visit has no terminal")
    return f"terminal-{visit.terminal.id}"


async def enter(  # noqa: PLR0917 - the six things that a ticket says of its bearer
    app: web.Application,
    visit: Visit,
    participant_id: str,
    role: EntryRole,
    language: str,
    label: str,
) -> Entry:
    """Place the room (or find it placed) and issue a ticket for one participant.

    Raises rooms.errors.NoNode, RoomEnded or UnknownRoom, broker.errors.TicketTooLate, and redis.exceptions.RedisError.
    """
    spec = room_spec(visit)
    claim = await app[REGISTRY].place(spec)
    ticket = Ticket(
        room=spec.room_id,
        participant=participant_id,
        role=role,
        visrn=spec.visrn,
        kind=spec.kind.value,
        jail_id=spec.jail_id,
        terminal_id=spec.terminal_id,
        node=claim.node,
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        language=language,
        label=label,
        seats=tuple(TicketSeat(seat.participant, seat.role.value, seat.label) for seat in spec.seats),
    )
    token = await app[TICKETS].issue(ticket, app[CLOCK].now())
    log.info("ticket_issued", visit=visit.id, role=role)
    return _entry(visit, spec, ticket=token, url=claim.url, role=role, servers=_ice_servers(app, participant_id, spec))


def _entry(
    visit: Visit, spec: RoomSpec, *, ticket: str, url: str, role: EntryRole, servers: list[dict[str, Any]]
) -> Entry:
    return Entry(
        ticket=ticket,
        url=url,
        role=role,
        visrn=spec.visrn,
        kind=spec.kind.value,
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        jail={"name": visit.jail.name, "helpline": visit.jail.helpline, "timezone": visit.jail.timezone},
        terminal=visit.terminal.name if visit.terminal is not None else "",
        ice_servers=servers,
    )


def _ice_servers(app: web.Application, participant: str, spec: RoomSpec) -> list[dict[str, Any]]:
    settings = app[SETTINGS]
    return ice_servers(settings.turn_urls, settings.turn_secret.get_secret_value(), participant, spec.ends_at)
