"""A visit of the demonstration: asked for, approved on a free terminal, its mails queued, all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from broker.demo import proofs
from broker.demo.placing import When, find_inmate, find_terminal
from broker.demo.world import FAMILY, JAILS, LAWYERS, MAIL_DOMAIN, PASSWORD, STATE_SLUGS
from broker.errors import InmateBooked, SlotTaken
from broker.links import demo_terminal_link, demo_terminal_token, link, link_digest, link_token
from broker.mail.post import Post
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import (
    Inmate,
    NewVisit,
    NewVisitor,
    Slot,
    Terminal,
    Visit,
    VisitKind,
    Visitor,
    check_interval,
    new_id,
)
from config.settings import Settings

MOST_VISITORS = len(FAMILY)
_ACTOR = "system:demo"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to book: how long (minutes), from when (seconds from now, negative for the past), for how many visitors
    (1 to 3), of which kind, in which language they read, and, where it matters, in which jail (its slug) and on which
    terminal (its name).
    """

    minutes: float = 15.0
    starts_in: float = 0.0
    visitors: int = 1
    kind: VisitKind = VisitKind.FAMILY
    language: str = "en"
    jail: str = ""
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """An approved visit and everything that's needed to walk through it."""

    visit: Visit
    terminal: Terminal
    settings: Settings

    def summary(self) -> dict[str, Any]:
        """The line that `./run demo` prints; times are ISO 8601 in UTC with milliseconds."""
        visit, jail = self.visit, self.visit.jail
        links = [_link(self.settings, visitor) for visitor in visit.visitors]
        slug = next(demo.slug for demo in JAILS if (demo.state_code, demo.code) == (jail.state_code, jail.code))
        return {
            "visrn": str(visit.visrn),
            "visit": visit.id,
            "link": links[0],
            "links": links,
            "emails": [visitor.email for visitor in visit.visitors],
            "proofs": [_proof(visitor) for visitor in visit.visitors],
            "starts_at": _iso(visit.starts_at),
            "ends_at": _iso(visit.ends_at),
            "jail": {
                "name": jail.name,
                "code": f"{jail.state_code}/{jail.code}",
                "helpline": jail.helpline,
                "timezone": jail.timezone,
            },
            "terminal": self.terminal.name,
            "terminal_link": demo_terminal_link(
                self.settings.public_url, demo_terminal_token(self.settings.secret_key, self.terminal.id)
            ),
            "operator": {"username": f"operator.{slug}", "password": PASSWORD},
            "monitor": {"username": f"monitor.{STATE_SLUGS[jail.state_code]}", "password": PASSWORD},
        }


async def book(db: Database, settings: Settings, wish: Wish, now: datetime) -> Booked:
    """Book and approve. Whoever books at the same time gets another terminal, and another prisoner. Raises
    NoFreeTerminal, NobodyFree, BadSlot.

    The worker isn't woken here: that is for the caller, and the world must be seeded.
    """
    starts_at = _whole_ms(now) + timedelta(seconds=wish.starts_in)
    when = When(starts_at, starts_at + timedelta(minutes=wish.minutes), now)
    check_interval(when.starts_at, when.ends_at)
    while True:
        async with db.begin() as uow:
            terminal = await find_terminal(uow, wish.jail, wish.terminal, when)
            try:
                visit = await _approve(uow, settings, wish, terminal, when)
            except (InmateBooked, SlotTaken):
                continue  # somebody else was quicker; leaving the block gave the serial back, and shows what they took
            await uow.commit()
            return Booked(visit, terminal, settings)


async def _approve(uow: UnitOfWork, settings: Settings, wish: Wish, terminal: Terminal, when: When) -> Visit:
    visit_id = new_id()
    inmate = await find_inmate(uow, terminal, when, int(visit_id, 16))
    new = NewVisit(
        id=visit_id,
        jail_id=terminal.jail_id,
        inmate_id=inmate.id,
        kind=wish.kind,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        visitors=await _visitors(uow, settings, wish, inmate, when.now),
        by=_ACTOR,
        demo=True,
    )
    await uow.visits.add(new, when.now)
    slot = Slot(terminal.id, when.starts_at, when.ends_at)
    visit = await uow.visits.approve(visit_id, slot, _ACTOR, when.now)
    await Post(settings).approved(uow, visit, None, when.now)
    return visit


async def _visitors(
    uow: UnitOfWork, settings: Settings, wish: Wish, inmate: Inmate, now: datetime
) -> tuple[NewVisitor, ...]:
    """Invented people; the address is unique, so that a look into the inbox finds this visit's mails and no others."""
    made = []
    people = LAWYERS if wish.kind is VisitKind.LEGAL else FAMILY
    for name, relationship in people[: wish.visitors]:
        visitor_id = new_id()
        whole = name if wish.kind is VisitKind.LEGAL else f"{name} {inmate.name.split()[-1]}"
        document_id = await proofs.keep(uow, settings, whole, proofs.pan(visitor_id, whole), now)
        made.append(
            NewVisitor(
                id=visitor_id,
                name=whole,
                relationship=relationship,
                email=f"{name.split()[-1].lower()}.{visitor_id[:10]}@{MAIL_DOMAIN}",
                mobile=f"+916000{int(visitor_id[:8], 16) % 1_000_000:06d}",
                language=wish.language,
                link_digest=link_digest(settings.secret_key, visitor_id),
                identity=proofs.identity(settings, visitor_id, whole, document_id),
            )
        )
    return tuple(made)


def _proof(visitor: Visitor) -> dict[str, str]:
    """What a family would answer when it is asked on the telephone who they are."""
    identity = visitor.identity
    born = identity.birth_date if identity is not None else None
    return {
        "number": identity.id_number if identity is not None else "",
        "birth_year": f"{born.year}" if born is not None else "",
        "mobile": visitor.mobile,
    }


def _link(settings: Settings, visitor: Visitor) -> str:
    return link(settings.public_url, link_token(settings.secret_key, visitor.id))


def _whole_ms(at: datetime) -> datetime:
    """Cut to milliseconds, as times are on the wire, so that every process holds the same boundary."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
