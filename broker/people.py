"""Who and where: states, jails and their terminals, inmates, visitors.

What tells a person apart (name, address, number) stays out of `repr`, so that no log line or traceback shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from broker.vocabulary import IdType, InmateCategory, InmateStatus, VisitMode, VisitorDecision


@dataclass(frozen=True, slots=True)
class State:
    """A state or union territory; `code` is the first part of its jails' VisRNs."""

    code: int
    name: str


@dataclass(frozen=True, slots=True)
class Jail:
    """`code` is its number within the state (a VisRN's second part), `timezone` an IANA name, `helpline` as dialled."""

    id: int
    state_code: int
    code: int
    name: str
    city: str
    timezone: str
    helpline: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """A screen with a camera in a jail's VC room; or, `mode` in person, a counter, which is never paired. `paired`: a
    browser holds its secret.
    """

    id: int
    jail_id: int
    name: str
    paired: bool
    mode: VisitMode = VisitMode.VIDEO


@dataclass(frozen=True, slots=True)
class Inmate:
    """A person in prison. `number` is the jail's own; `age` in years; `nationality` an ISO 3166 alpha-2 code;
    `no_objection` the agency without whose no-objection nobody may visit ("" for none).
    """

    id: int
    jail_id: int
    number: str = field(repr=False)
    name: str = field(repr=False)
    father_name: str = field(repr=False)
    age: int = field(repr=False)
    gender: str = field(repr=False)
    category: InmateCategory
    nationality: str
    status: InmateStatus = InmateStatus.HELD
    no_objection: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a visitor is and how they prove it. Either `birth_date` or `age` (years, when they registered) is known.
    `nationality` is an ISO 3166 alpha-2 code. `id_digest`: `broker.identity.number_digest` of the proof's number.
    `document_id`: the photo or scan, None where none is kept.
    """

    father_name: str = field(repr=False)
    address: str = field(repr=False)
    gender: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    age: int | None = field(repr=False)
    nationality: str
    id_type: IdType
    id_number: str = field(repr=False)
    id_digest: str = field(repr=False)
    document_id: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person of one visit, with an own link, address and codes. `id` is 32 hex digits and the participant's id in
    the room; `otp_counter` is the HOTP counter (RFC 4226) of the codes sent last, 0 before the first.
    """

    id: str
    visit_id: str
    name: str = field(repr=False)
    relationship: str = field(repr=False)
    email: str = field(repr=False)
    mobile: str = field(repr=False)
    language: str
    otp_counter: int
    decision: VisitorDecision = VisitorDecision.APPROVED
    decision_reason: str = field(repr=False, default="")
    identity: Identity | None = field(repr=False, default=None)

    @property
    def admitted(self) -> bool:
        """Whether this person may come: not refused."""
        return self.decision is not VisitorDecision.REFUSED
