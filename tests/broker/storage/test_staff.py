"""Staff and their scope."""

from __future__ import annotations

import pytest

from broker.errors import NotFound
from broker.staff import Reach, Role, Standing
from broker.storage.database import Database
from broker.storage.staff import NewStaff
from tests.support.clock import NOON
from tests.support.visits import furnish


def _new(username: str, **scope: object) -> NewStaff:
    return NewStaff(username=username, name="Anjali Pawar", role=Role.MONITOR, password_hash="$argon2id$x", **scope)  # type: ignore[arg-type]


async def test_scope_is_spelled_out_in_jails(db: Database) -> None:
    """A single jail, a state, a state and a jail of another, everything, nothing."""
    a, b = await furnish(db, code=11), await furnish(db, code=24)
    c = await furnish(db, state=19, code=3)
    async with db.begin() as uow:
        scopes = [
            (await uow.staff.add(new)).jail_ids
            for new in (
                _new("one", jail_ids=frozenset({a.jail.id})),
                _new("state", state_codes=frozenset({27})),
                _new("both", state_codes=frozenset({27}), jail_ids=frozenset({c.jail.id})),
                _new("all", every_jail=True),
                _new("none"),
            )
        ]
    everything = {a.jail.id, b.jail.id, c.jail.id}
    assert scopes == [{a.jail.id}, {a.jail.id, b.jail.id}, everything, everything, set()]


async def test_jail_that_opens_later_is_in_its_states_scope(db: Database) -> None:
    """The scope is today's, not that of the day somebody was hired."""
    first = await furnish(db, code=11)
    async with db.begin() as uow:
        member = await uow.staff.add(_new("state", state_codes=frozenset({27})))
        await uow.commit()
    second = await furnish(db, code=24)
    async with db.read() as uow:
        today = await uow.staff.get(member.id)
    assert today is not None
    assert today.jail_ids == {first.jail.id, second.jail.id}


async def test_username_is_found_in_any_case_with_what_a_sign_in_needs(db: Database) -> None:
    """Phones capitalise the first letter."""
    async with db.begin() as uow:
        member = await uow.staff.add(_new("Monitor.Thane", totp_secret="BASE32"))
        found = await uow.staff.by_username(" MONITOR.thane ")
        assert found is not None
        assert (found.staff, found.password_hash, found.totp_secret) == (member, "$argon2id$x", "BASE32")
        assert member.totp_required
        assert await uow.staff.by_username("nobody") is None
        assert await uow.staff.get(4711) is None


async def test_account_is_invited_active_or_disabled(db: Database) -> None:
    """Without a password, with one, and closed whichever it was."""
    async with db.begin() as uow:
        member = await uow.staff.add(NewStaff("asha", "Asha", Role.OPERATOR, "", email=" a@x.example ", language="hi"))
        assert (member.standing, member.email, member.language) == (Standing.INVITED, "a@x.example", "hi")
        await uow.staff.set_password(member.id, "$argon2id$x")
        assert (await uow.staff.credentials(member.id)).staff.standing is Standing.ACTIVE
        assert (await uow.staff.set_standing(member.id, NOON)).standing is Standing.DISABLED
        assert (await uow.staff.set_standing(member.id, None)).standing is Standing.ACTIVE


async def test_members_are_listed_with_the_reach_they_were_given(db: Database) -> None:
    """By name; states stay states, and are spelled out beside it."""
    a, c = await furnish(db, code=11), await furnish(db, state=19, code=3)
    async with db.begin() as uow:
        both = await uow.staff.add(_new("both", state_codes=frozenset({27}), jail_ids=frozenset({c.jail.id})))
        every = await uow.staff.add(_new("every", every_jail=True))
        found = {each.staff.id: each for each in await uow.staff.members()}
        assert found[both.id] == await uow.staff.member(both.id)
    assert found[both.id].reach == Reach(state_codes=frozenset({27}), jail_ids=frozenset({c.jail.id}))
    assert found[every.id].reach == Reach(every_jail=True)
    assert found[both.id].staff.jail_ids == found[every.id].staff.jail_ids == {a.jail.id, c.jail.id}


async def test_role_and_reach_are_changed_as_a_whole(db: Database) -> None:
    """What was in reach before and is not named is gone."""
    a, c = await furnish(db, code=11), await furnish(db, state=19, code=3)
    async with db.begin() as uow:
        member = await uow.staff.add(_new("asha", state_codes=frozenset({27})))
        reach = Reach(jail_ids=frozenset({c.jail.id}))
        changed = await uow.staff.change(member.id, name="Asha P.", role=Role.OPERATOR, reach=reach)
        assert (changed.name, changed.role, changed.jail_ids) == ("Asha P.", Role.OPERATOR, frozenset({c.jail.id}))
        with pytest.raises(NotFound):
            await uow.staff.change(4711, name="x", role=Role.OPERATOR, reach=reach)
    assert a.jail.id not in changed.jail_ids


async def test_actors_are_named_where_they_are_staff(db: Database) -> None:
    """Whoever else acted, and whoever never was, is left out."""
    async with db.begin() as uow:
        anjali = await uow.staff.add(_new("anjali", every_jail=True))
        actors = [f"staff:{anjali.id}", "staff:99999", "system:worker", "visitor:12"]
        assert await uow.staff.names_of(actors) == {f"staff:{anjali.id}": "Anjali Pawar"}
        assert await uow.staff.names_of([]) == {}
