"""web.members.form: what was typed about an account, and what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.staff import Member, Reach, Role, Staff
from tests.support.desk import Desk
from web.members.form import Typed, choices, of_member

TYPED = Typed(name="Asha", role="operator", scope="jails", states=frozenset({"27"}), jails=frozenset({"1", "x", "²"}))


@pytest.mark.parametrize(
    ("scope", "reach"),
    [
        ("jails", Reach(jail_ids=frozenset({1}))),
        ("states", Reach(state_codes=frozenset({27}))),
        ("both", Reach(state_codes=frozenset({27}), jail_ids=frozenset({1}))),
        ("every", Reach(every_jail=True)),
        ("nonsense", Reach(jail_ids=frozenset({1}))),
    ],
)
def test_only_what_belongs_to_the_chosen_scope_counts(scope: str, reach: Reach) -> None:
    """Ticks under another choice, and what is no number, are nothing."""
    assert replace(TYPED, scope=scope).reach == reach


def test_what_is_missing_is_said() -> None:
    """A name, a role, a place."""
    assert TYPED.problem() == ""
    assert replace(TYPED, name="").problem() == "name_missing"
    assert replace(TYPED, role="king").problem() == "not_yours"
    assert replace(TYPED, jails=frozenset()).problem() == "reach_missing"


@pytest.mark.parametrize(
    "reach",
    [
        Reach(every_jail=True),
        Reach(state_codes=frozenset({27})),
        Reach(jail_ids=frozenset({1, 2})),
        Reach(state_codes=frozenset({27}), jail_ids=frozenset({3})),
    ],
)
def test_an_account_that_is_saved_unchanged_keeps_its_reach(reach: Reach) -> None:
    """The form shows what there is."""
    staff = Staff(1, "asha", "Asha", Role.MONITOR, frozenset({1}), totp_required=False)
    assert of_member(Member(staff, reach)).reach == reach


async def test_nobody_may_choose_more_than_their_own(desk: Desk) -> None:
    """Roles below, the jails in scope, whole states only for whom has them."""
    admin = await desk.hire("admin.here", Role.STATE_ADMIN, desk.here)
    async with desk.db.read() as uow:
        found = await choices(uow, admin)
    assert found.roles == (Role.OPERATOR, Role.MONITOR, Role.SUPERINTENDENT)
    assert [jail.id for jail in found.jails] == [desk.here.jail.id]
    assert (found.states, found.every) == ((), False)
