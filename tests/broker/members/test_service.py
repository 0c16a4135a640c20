"""Inviting and changing staff: within one's own reach, and never oneself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import pytest_asyncio

from broker.errors import NotFound
from broker.members import service
from broker.members.errors import NotYours, UsernameTaken
from broker.staff import Reach, Role, Staff, Standing
from broker.storage.database import Database
from config.secrets import digest
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.members import hire, invitation, links
from tests.support.visits import Place, furnish


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Settings of the demonstration."""
    return make_settings()


@pytest_asyncio.fixture
async def admin(db: Database, place: Place) -> Staff:
    """The administrator of the place's state."""
    return await hire(db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))


async def standing(db: Database, staff_id: int) -> Standing:
    """What the account's standing is now."""
    async with db.read() as uow:
        staff = await uow.staff.get(staff_id)
    assert staff is not None
    return staff.standing


async def test_whoever_is_invited_is_sent_a_link_and_has_no_password(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """The mail holds the token, the database its digest; the account can't be used yet."""
    new = await service.invite(db, settings, invitation("asha", Role.OPERATOR, place.jail.id), admin, NOON)
    (token,) = await links(db)
    async with db.read() as uow:
        assert await uow.staff.access.invited(digest(token), NOON) == new.id
        assert await uow.staff.access.expiry(new.id) == NOON + service.INVITE_LASTS
        assert await uow.staff.access.invited(digest(token), NOON + service.INVITE_LASTS) is None
    assert await standing(db, new.id) is Standing.INVITED
    with pytest.raises(UsernameTaken):
        await service.invite(db, settings, invitation("ASHA", Role.OPERATOR, place.jail.id), admin, NOON)
    assert len(await links(db)) == 1


async def test_nobody_gives_roles_or_places_beyond_their_own(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """Nor does anybody without a reach get an account."""
    elsewhere = await furnish(db, state=19, code=3)
    for new in (
        invitation("a.b", Role.OPERATOR, elsewhere.jail.id),
        invitation("a.b", Role.OPERATOR, place.jail.id, elsewhere.jail.id),
        invitation("a.b", Role.STATE_ADMIN, place.jail.id),
        invitation("a.b", Role.OPERATOR),
    ):
        with pytest.raises(NotYours):
            await service.invite(db, settings, new, admin, NOON)
    with pytest.raises(NotFound):
        await service.invite(db, settings, invitation("a.b", Role.OPERATOR, 4711), admin, NOON)
    assert await links(db) == []


async def test_only_those_one_may_change_are_listed(db: Database, place: Place, admin: Staff) -> None:
    """Not oneself, not those above, not those elsewhere."""
    elsewhere = await furnish(db, state=19, code=3)
    here = await hire(db, "asha", Role.OPERATOR, Reach(jail_ids=frozenset({place.jail.id})))
    await hire(db, "bina", Role.OPERATOR, Reach(jail_ids=frozenset({place.jail.id, elsewhere.jail.id})))
    system = await hire(db, "system", Role.SYSTEM_ADMIN, Reach(every_jail=True))
    assert [each.staff.id for each in await service.managed(db, admin)] == [here.id]
    assert {each.staff.username for each in await service.managed(db, system)} == {"admin.mh", "asha", "bina"}
    assert await service.managed(db, here) == []
    async with db.read() as uow:
        for other in (admin, system):
            with pytest.raises(NotYours):
                await service.get_managed(uow, other.id, admin)


async def test_a_role_that_decides_is_not_had_without_a_second_factor(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """An operator who becomes superintendent sets one up first, by a link; one who has it already goes on."""
    reach = Reach(jail_ids=frozenset({place.jail.id}))
    plain = await hire(db, "asha", Role.OPERATOR, reach, email="asha@prisons.example")
    protected = await hire(db, "bina", Role.OPERATOR, reach, totp_secret="BASE32")
    silent = await hire(db, "chitra", Role.OPERATOR, reach)

    async def promote(staff: Staff) -> None:
        await service.change(
            db, settings, staff.id, admin, NOON, name=staff.name, role=Role.SUPERINTENDENT, reach=reach
        )

    await promote(plain)
    await promote(protected)
    with pytest.raises(NotYours):
        await promote(silent)
    assert [await standing(db, each.id) for each in (plain, protected, silent)] == [
        Standing.INVITED,
        Standing.ACTIVE,
        Standing.ACTIVE,
    ]
    assert len(await links(db)) == 1


async def test_a_reset_takes_everything_away_and_sends_a_new_link(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """Password, authenticator, recovery codes and the links of before open nothing any more."""
    new = await service.invite(db, settings, invitation("asha", Role.OPERATOR, place.jail.id), admin, NOON)
    async with db.begin() as uow:
        await uow.staff.set_password(new.id, "$argon2id$x")
        await uow.staff.set_totp(new.id, "BASE32")
        await uow.staff.access.replace_recovery(new.id, ["a" * 64])
        await uow.commit()
    await service.invite_again(db, settings, new.id, admin, NOON)
    tokens = await links(db)
    async with db.read() as uow:
        row = await uow.staff.credentials(new.id)
        assert (row.password_hash, row.totp_secret, await uow.staff.access.recovery_left(new.id)) == ("", None, 0)
        found = [await uow.staff.access.invited(digest(token), NOON) for token in tokens]
    assert sorted(found, key=str) == [new.id, None]


async def test_a_disabled_account_keeps_its_place_and_can_come_back(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """A link that is still on its way opens nothing meanwhile."""
    new = await service.invite(db, settings, invitation("asha", Role.OPERATOR, place.jail.id), admin, NOON)
    (token,) = await links(db)
    await service.set_disabled(db, new.id, admin, NOON, disabled=True)
    assert await standing(db, new.id) is Standing.DISABLED
    async with db.read() as uow:
        assert await uow.staff.access.invited(digest(token), NOON) is None
    await service.set_disabled(db, new.id, admin, NOON, disabled=False)
    assert await standing(db, new.id) is Standing.INVITED
