"""Who and where: states, jails and their terminals, inmates, visitors.

What tells a person apart (name, address, number) stays out of `repr`, so that no log line or traceback shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class InmateCategory(StrEnum):
    """Why someone is held; quotas and privileges follow from it."""

    CONVICT = "convict"
    UNDERTRIAL = "undertrial"


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
    """A screen with a camera in a jail's VC room. `paired`: a browser holds its secret."""

    id: int
    jail_id: int
    name: str
    paired: bool


@dataclass(frozen=True, slots=True)
class Inmate:
    """A person in prison. `number` is the jail's own; `age` in years; `nationality` an ISO 3166 alpha-2 code."""

    id: int
    jail_id: int
    number: str = field(repr=False)
    name: str = field(repr=False)
    father_name: str = field(repr=False)
    age: int = field(repr=False)
    gender: str = field(repr=False)
    category: InmateCategory
    nationality: str


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
