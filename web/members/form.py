"""The form by which an account is invited or changed: what was typed, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from broker.people import Jail, State
from broker.staff import MANAGES, Member, Reach, Role, Staff
from broker.storage.unit import UnitOfWork
from config.i18n import DEFAULT, LANGUAGES


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as text, so that a page can show them again. `scope`: every, states or jails."""

    username: str = field(repr=False, default="")
    name: str = field(repr=False, default="")
    email: str = field(repr=False, default="")
    language: str = DEFAULT
    role: str = ""
    scope: str = "jails"
    states: frozenset[str] = frozenset()
    jails: frozenset[str] = frozenset()

    @property
    def reach(self) -> Reach:
        """What the chosen scope reaches; what was chosen under another one doesn't count."""
        if self.scope == "every":
            return Reach(every_jail=True)
        if self.scope == "states":
            return Reach(state_codes=_numbers(self.states))
        if self.scope == "both":
            return Reach(state_codes=_numbers(self.states), jail_ids=_numbers(self.jails))
        return Reach(jail_ids=_numbers(self.jails))

    def problem(self) -> str:
        """What is missing before anybody is asked: an id of PROBLEMS (web.staff.wording.accounts), or ""."""
        if not self.name:
            return "name_missing"
        if self.role not in set(Role):
            return "not_yours"
        return "reach_missing" if self.reach.is_empty else ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What whoever fills in the form may choose from."""

    roles: tuple[Role, ...]
    states: tuple[State, ...]
    jails: tuple[Jail, ...]
    every: bool


async def read(request: web.Request) -> Typed:
    """The form that was sent."""
    data = await request.post()

    def text(name: str, longest: int = 120) -> str:
        value = data.get(name, "")
        return " ".join(value.split())[:longest] if isinstance(value, str) else ""

    def several(name: str) -> frozenset[str]:
        return frozenset(value for value in data.getall(name, []) if isinstance(value, str))

    language = text("language")
    return Typed(
        username=text("username"),
        name=text("name"),
        email=text("email", 254),
        language=language if language in LANGUAGES else DEFAULT,
        role=text("role"),
        scope=text("scope"),
        states=several("states"),
        jails=several("jails"),
    )


def of_member(member: Member) -> Typed:
    """The form as it stands for an account."""
    staff, reach = member.staff, member.reach
    scope = "every" if reach.every_jail else "states" if reach.state_codes else "jails"
    return Typed(
        username=staff.username,
        name=staff.name,
        email=staff.email,
        language=staff.language,
        role=staff.role.value,
        scope="both" if reach.state_codes and reach.jail_ids else scope,
        states=frozenset(str(code) for code in reach.state_codes),
        jails=frozenset(str(jail_id) for jail_id in reach.jail_ids),
    )


async def choices(uow: UnitOfWork, staff: Staff) -> Choices:
    """What this member of staff may give to others: never more than their own."""
    reach = (await uow.staff.member(staff.id)).reach
    jails = tuple(jail for jail in await uow.jails.all() if jail.id in staff.jail_ids)
    states: Sequence[State] = await uow.jails.states()
    own = tuple(state for state in states if reach.every_jail or state.code in reach.state_codes)
    given = MANAGES.get(staff.role, frozenset())
    return Choices(tuple(role for role in _ORDER if role in given), own, jails, reach.every_jail)


_ORDER = (Role.OPERATOR, Role.MONITOR, Role.SUPERINTENDENT, Role.STATE_ADMIN, Role.AUDITOR, Role.SYSTEM_ADMIN)


def _numbers(texts: frozenset[str]) -> frozenset[int]:
    return frozenset(int(text) for text in texts if text.isdecimal() and len(text) < 10)
