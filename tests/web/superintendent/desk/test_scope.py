"""Whose papers somebody sees."""

from __future__ import annotations

import pytest
from aiohttp import web

from broker.staff import Role, Staff
from tests.support.desk import Desk
from web.superintendent.desk import scope


def member(role: Role, *jail_ids: int) -> Staff:
    """Somebody of the staff."""
    return Staff(7, "u", "n", role, frozenset(jail_ids), totp_required=False)


def test_powers_follow_the_role() -> None:
    """A superintendent decides; a state's administrator reads, and bans."""
    leads, reads = scope.Powers.of(member(Role.SUPERINTENDENT)), scope.Powers.of(member(Role.STATE_ADMIN))
    assert leads.decide
    assert leads.block
    assert leads.restrict
    assert leads.set_quota
    assert reads.ban
    assert [reads.decide, reads.block, reads.restrict, reads.set_quota] == [False] * 4


def test_an_actor_is_a_number() -> None:
    """History rows carry no names."""
    assert scope.actor(member(Role.SUPERINTENDENT)) == "staff:7"


async def test_a_jail_is_chosen_only_within_the_scope(desk: Desk) -> None:
    """Nothing asked is all of them; another's is forbidden; nonsense isn't there."""
    async with desk.db.read() as uow:
        jails = await scope.jails_of(uow, member(Role.SUPERINTENDENT, desk.here.jail.id))
    assert [jail.id for jail in jails] == [desk.here.jail.id]
    assert scope.chosen(jails, "") is None
    assert scope.chosen(jails, str(desk.here.jail.id)) == desk.here.jail
    with pytest.raises(web.HTTPForbidden):
        scope.chosen(jails, str(desk.elsewhere.jail.id))
    with pytest.raises(web.HTTPNotFound):
        scope.chosen(jails, "²")


async def test_visits_and_people_of_other_jails_are_forbidden(desk: Desk) -> None:
    """And those that don't exist aren't there."""
    ours, theirs = await desk.book(), await desk.book(desk.elsewhere)
    staff = member(Role.SUPERINTENDENT, desk.here.jail.id)
    async with desk.db.read() as uow:
        assert (await scope.visit_of(uow, staff, ours.id)).id == ours.id
        assert (await scope.inmate_of(uow, staff, desk.here.inmate.id)).id == desk.here.inmate.id
        with pytest.raises(web.HTTPForbidden):
            await scope.visit_of(uow, staff, theirs.id)
        with pytest.raises(web.HTTPForbidden):
            await scope.inmate_of(uow, staff, desk.elsewhere.inmate.id)
        with pytest.raises(web.HTTPNotFound):
            await scope.visit_of(uow, staff, "0" * 32)
        with pytest.raises(web.HTTPNotFound):
            await scope.inmate_of(uow, staff, 999_999)
        with pytest.raises(web.HTTPForbidden):
            await scope.jails_of(uow, member(Role.SUPERINTENDENT))
