"""Staff and their scope."""

from __future__ import annotations

from broker.staff import Role
from broker.storage import Database
from broker.storage.staff import NewStaff
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
