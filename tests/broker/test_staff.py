"""Staff: passwords, reach, and who manages whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.staff import (
    Member,
    Reach,
    Role,
    Staff,
    StaffRow,
    Standing,
    hash_password,
    may_manage,
    needs_second_factor,
    staff_id,
    verify_password,
)


@pytest.mark.usefixtures("passwords_cost_as_ever")
async def test_right_password_fits_and_a_wrong_one_does_not() -> None:
    """argon2id at RFC 9106's second recommended cost, salted: the same password hashes to two texts that both fit."""
    one, other = await hash_password("correct horse"), await hash_password("correct horse")
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != other
    assert await verify_password(one, "correct horse")
    assert await verify_password(other, "correct horse")
    assert not await verify_password(one, "correct horse ")


async def test_unknown_user_never_fits_even_with_the_stand_in_password() -> None:
    """The hash that stands in for a missing user opens nothing."""
    assert not await verify_password(None, "anything")
    assert not await verify_password(None, "nobody has this password")


async def test_damaged_hash_fits_nothing() -> None:
    """A row that was tampered with is a refusal, not an error page."""
    assert not await verify_password("plain text", "plain text")


def test_text_form_of_staff_has_no_name_and_no_secret() -> None:
    """What a log line would show."""
    member = Staff(1, "operator.x", "Anjali Pawar", Role.OPERATOR, frozenset({1}), totp_required=True)
    row = StaffRow(member, "$argon2id$h", "TOTP")
    for secret in ("operator.x", "Anjali", "$argon2id$h", "TOTP"):
        assert secret not in repr(row)


async def test_account_without_a_password_is_opened_by_none() -> None:
    """Somebody invited who has not arrived: neither nothing nor the stand-in password fits."""
    assert not await verify_password("", "")
    assert not await verify_password("", "nobody has this password")


STATE_OF = {1: 27, 2: 27, 3: 19}


@pytest.mark.parametrize(
    ("own", "other", "covers"),
    [
        (Reach(every_jail=True), Reach(every_jail=True), True),
        (Reach(every_jail=True), Reach(state_codes=frozenset({27})), True),
        (Reach(state_codes=frozenset({27})), Reach(jail_ids=frozenset({1, 2})), True),
        (Reach(state_codes=frozenset({27})), Reach(jail_ids=frozenset({1, 3})), False),
        (Reach(state_codes=frozenset({27})), Reach(every_jail=True), False),
        (Reach(jail_ids=frozenset({1, 2})), Reach(state_codes=frozenset({27})), False),
        (Reach(jail_ids=frozenset({1})), Reach(jail_ids=frozenset({1})), True),
        (Reach(state_codes=frozenset({27})), Reach(jail_ids=frozenset({99})), False),
    ],
)
def test_reach_covers_what_it_holds_today_and_later(own: Reach, other: Reach, covers: bool) -> None:  # noqa: FBT001
    """All of a state's jails of today are less than the state: it may open another one."""
    assert own.covers(other, STATE_OF) is covers


@pytest.mark.parametrize("role", Role)
def test_nobody_manages_more_than_they_are(role: Role) -> None:
    """A state administrator makes no administrators, and staff of a jail makes nobody."""
    here = Reach(jail_ids=frozenset({1}))
    managers = {
        manager
        for manager in Role
        if may_manage(Member(_staff(manager), Reach(state_codes=frozenset({27}))), role, here, STATE_OF)
    }
    by_the_system_alone = {Role.AUDITOR, Role.STATE_ADMIN, Role.SYSTEM_ADMIN}
    administers = {Role.SYSTEM_ADMIN} if role in by_the_system_alone else {Role.STATE_ADMIN}
    assert managers == administers | {Role.SYSTEM_ADMIN}


def test_whoever_decides_needs_a_second_factor() -> None:
    """Running and watching rooms can do without one, nothing else can."""
    assert {role for role in Role if not needs_second_factor(role)} == {Role.MONITOR, Role.OPERATOR}


def test_only_an_active_account_may_be_used() -> None:
    """Neither an invited nor a disabled one."""
    assert [standing for standing in Standing if replace(_staff(Role.MONITOR), standing=standing).active] == [
        Standing.ACTIVE
    ]


def _staff(role: Role) -> Staff:
    return Staff(1, "x", "X", role, frozenset({1}), totp_required=True)


@pytest.mark.parametrize(
    ("actor", "number"),
    [("staff:12", 12), ("staff:", None), ("staff:x", None), ("12", None), ("visitor:12", None), ("", None)],
)
def test_only_an_actor_of_staff_has_a_number(actor: str, number: int | None) -> None:
    """History and audit name visitors, systems and keys beside staff."""
    assert staff_id(actor) == number
