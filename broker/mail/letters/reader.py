"""The reader of a letter, and the pages it leads them to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from broker import links
from broker.mail.letters import when
from broker.visit import Request, Visit, VisitKind, VisitMode, Visitor


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses of the pages that letters lead to."""

    public_url: str
    secret_key: SecretStr = field(repr=False)

    @property
    def host(self) -> str:
        """The host's name alone."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def status(self) -> str:
        """Where a VisRN tells how its request stands."""
        return f"{self.public_url}/status"

    def join(self, visitor: Visitor) -> str:
        """A visitor's own way to a visit by video."""
        return links.link(self.public_url, links.link_token(self.secret_key, visitor.id))

    def pass_(self, visitor: Visitor) -> str:
        """A visitor's own pass for a visit in person."""
        return links.pass_link(self.public_url, links.link_token(self.secret_key, visitor.id))

    def gate(self, visitor: Visitor) -> str:
        """What stands in the pass's QR code."""
        return links.gate_link(self.public_url, links.link_token(self.secret_key, visitor.id))

    def makeup(self, visitor: Visitor) -> str:
        """Where a visitor takes the visit that is offered in the place of a lost one."""
        return links.makeup_link(self.public_url, links.makeup_token(self.secret_key, visitor.id))

    def makeup_at(self, visitor: Visitor, starts_at: datetime) -> str:
        """The same, with a time chosen already."""
        return f"{self.makeup(visitor)}?slot={starts_at.astimezone(UTC):%Y%m%dT%H%MZ}"

    def account(self, visit: Visit) -> str:
        """The visit in the account of the one who asked for it."""
        return f"{self.public_url}/account/visits/{visit.id}"

    def ask(self, visit: Visit) -> str:
        """Where another visit in the same jail is asked for."""
        return f"{self.public_url}/visits/new?jail={visit.jail.state_code}-{visit.jail.code}"


@dataclass(frozen=True, slots=True)
class Reader:
    """One visitor who reads letters about one visit. `request` says on which clock the family reads; None: the jail's
    alone is known.
    """

    visit: Visit
    visitor: Visitor
    request: Request | None
    pages: Pages

    @property
    def language(self) -> str:
        """The language they are written to in."""
        return self.visitor.language

    @property
    def zone(self) -> str:
        """The jail's time zone."""
        return self.visit.jail.timezone

    @property
    def in_person(self) -> bool:
        """Whether they come to the jail."""
        return self.visit.mode is VisitMode.IN_PERSON

    @property
    def link(self) -> str:
        """Their own link, to the room or to the pass."""
        return self.pages.pass_(self.visitor) if self.in_person else self.pages.join(self.visitor)

    @property
    def has_account(self) -> bool:
        """Whether the visit stands in an account of theirs: the one who asked is the first of its visitors."""
        return self.visit.account_id is not None and self.visit.visitors[0].id == self.visitor.id

    @property
    def own(self) -> str:
        """Where they go on from here: the visit in their account, or the page that asks for another one."""
        return self.pages.account(self.visit) if self.has_account else self.pages.ask(self.visit)

    def readings(self, starts_at: datetime, ends_at: datetime) -> tuple[when.Reading, ...]:
        """An interval on the jail's clock and, where it differs, on the family's."""
        family = None if self.request is None else self.request.timezone
        return when.readings(starts_at, ends_at, self.zone, family, self.language)

    def slots(self, beginnings: Iterable[datetime]) -> list[tuple[when.Reading, ...]]:
        """Slots of this visit's length, each as `readings`."""
        length = self.visit.ends_at - self.visit.starts_at
        return [self.readings(begins, begins + length) for begins in beginnings]

    def moment(self, at: datetime) -> str:
        """A date and a time of the jail's in words."""
        return f"{when.day(at, self.zone, self.language)}, {when.clock(at, self.zone)}"

    def context(self) -> dict[str, Any]:
        """What every letter about a visit may say."""
        visit = self.visit
        readings = self.readings(visit.starts_at, visit.ends_at)
        return {
            "visitor": self.visitor.name,
            "visrn": str(visit.visrn),
            "jail": visit.jail.name,
            "city": visit.jail.city,
            "helpline": visit.jail.helpline,
            "in_person": self.in_person,
            "legal": visit.kind is VisitKind.LEGAL,
            "readings": readings,
            "date": readings[0].date,
            "starts": readings[0].starts,
            "ends": readings[0].ends,
            "link": self.link,
            "account": self.has_account,
            "own": self.own,
            "status": self.pages.status,
        }
