"""What somebody sets up for themselves, by a link and later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import pyotp
import pytest
import pytest_asyncio

from broker.members import enrolment, service
from broker.members.enrolment import Enrolment
from broker.members.errors import BadSecondFactor, InviteGone, WeakPassword, WrongPassword
from broker.members.secrets import recovery_digest
from broker.staff import Reach, Role, Staff, verify_password
from broker.storage.database import Database
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.desk import PASSWORD
from tests.support.members import hire, invitation, links
from tests.support.visits import Place

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WORDS = "mango rickshaw lamp river"


def code(at: datetime = NOON) -> str:
    """What the app shows."""
    return pyotp.TOTP(SECRET).at(at)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Settings of the demonstration."""
    return make_settings()


@pytest_asyncio.fixture
async def admin(db: Database, place: Place) -> Staff:
    """The administrator of the place's state."""
    return await hire(db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))


async def invited(db: Database, settings: Settings, admin: Staff, role: Role, place: Place) -> str:
    """Invite somebody; the token of their link."""
    await service.invite(db, settings, invitation("asha", role, place.jail.id), admin, NOON)
    return (await links(db))[-1]


async def test_a_link_opens_an_account_once(db: Database, settings: Settings, place: Place, admin: Staff) -> None:
    """With password, authenticator and ten recovery codes; of two who come at once, one is let in."""
    token = await invited(db, settings, admin, Role.SUPERINTENDENT, place)
    typed = Enrolment(WORDS, WORDS, SECRET, code())
    results = await asyncio.gather(
        *(enrolment.accept(db, settings, token, typed, NOON) for _ in range(2)), return_exceptions=True
    )
    (done,) = [result for result in results if not isinstance(result, BaseException)]
    assert [type(result) for result in results if isinstance(result, BaseException)] == [InviteGone]
    staff, codes = done
    async with db.begin() as uow:
        row = await uow.staff.credentials(staff.id)
        assert row.totp_secret == SECRET
        assert await uow.staff.access.recovery_left(staff.id) == len(codes) == 10
        first = recovery_digest(settings.secret_key, staff.id, codes[0])
        assert await uow.staff.access.spend_recovery(staff.id, first, NOON)
        assert not await uow.staff.access.spend_recovery(staff.id, first, NOON)
        assert await uow.staff.access.recovery_left(staff.id) == 9
    assert row.staff.active
    assert await verify_password(row.password_hash, WORDS)


async def test_a_link_that_is_over_or_invented_opens_nothing(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """One answer for both."""
    token = await invited(db, settings, admin, Role.OPERATOR, place)
    for tried, at in ((token, NOON + service.INVITE_LASTS), (token[:-1] + "!", NOON)):
        with pytest.raises(InviteGone):
            await enrolment.invited(db, tried, at)


async def test_what_was_typed_wrongly_does_not_use_the_link_up(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """A weak password, a wrong code, and no code where the role needs one."""
    token = await invited(db, settings, admin, Role.SUPERINTENDENT, place)
    for typed, refusal in (
        (Enrolment("short", "short", SECRET, code()), WeakPassword),
        (Enrolment(WORDS, WORDS, SECRET, "000000"), BadSecondFactor),
        (Enrolment(WORDS, WORDS, SECRET, ""), BadSecondFactor),
    ):
        with pytest.raises(refusal):
            await enrolment.accept(db, settings, token, typed, NOON)
    await enrolment.accept(db, settings, token, Enrolment(WORDS, WORDS, SECRET, code()), NOON)


async def test_an_operator_may_do_without_a_second_factor(
    db: Database, settings: Settings, place: Place, admin: Staff
) -> None:
    """No code, no authenticator, no recovery codes."""
    token = await invited(db, settings, admin, Role.OPERATOR, place)
    staff, codes = await enrolment.accept(db, settings, token, Enrolment(WORDS, WORDS, SECRET, " "), NOON)
    async with db.read() as uow:
        row = await uow.staff.credentials(staff.id)
    assert (codes, row.totp_secret) == ([], None)


async def test_ones_own_changes_ask_for_the_present_password(db: Database, settings: Settings, admin: Staff) -> None:
    """A session that was left open changes nothing."""
    for act in (
        enrolment.change_password(db, admin, "wrong", WORDS, WORDS, NOON),
        enrolment.renew_totp(db, settings, admin, present="wrong", secret=SECRET, typed=code(), now=NOON),
        enrolment.renew_codes(db, settings, admin, "wrong", NOON),
    ):
        with pytest.raises(WrongPassword):
            await act
    await enrolment.change_password(db, admin, PASSWORD, WORDS, WORDS, NOON)
    await enrolment.prove(db, admin.id, WORDS)


async def test_a_new_authenticator_brings_new_recovery_codes(db: Database, settings: Settings, admin: Staff) -> None:
    """And without one there is nothing that codes could stand in for."""
    with pytest.raises(BadSecondFactor):
        await enrolment.renew_codes(db, settings, admin, PASSWORD, NOON)
    first = await enrolment.renew_totp(db, settings, admin, present=PASSWORD, secret=SECRET, typed=code(), now=NOON)
    second = await enrolment.renew_codes(db, settings, admin, PASSWORD, NOON)
    async with db.begin() as uow:
        old, new = (recovery_digest(settings.secret_key, admin.id, codes[0]) for codes in (first, second))
        assert not await uow.staff.access.spend_recovery(admin.id, old, NOON)
        assert await uow.staff.access.spend_recovery(admin.id, new, NOON)
