"""broker.sessions.helping: codes again, to another address, or by telephone; on a real database and a real Redis."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from broker.admission.errors import Locked, NotOpen, Over, Throttled, TryLater
from broker.admission.limits import MOST_TRIES, Limits
from broker.admission.service import AdmissionService
from broker.audit.chain import Entry
from broker.sessions.details import Detail
from broker.sessions.errors import DetailsWrong, NoSuchAddress, NotTheDetails, TriesSpent
from broker.sessions.helping import Helper, refused_by_window
from broker.storage.database import Database
from broker.visit import Visit
from config import live
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.ports import free_port
from tests.support.visits import IDENTITY, Place, approved, new_visitor, request

SECOND = timedelta(seconds=1)
RIGHT = {Detail.ID_LAST4: "234A", Detail.BIRTH_YEAR: "1990"}
WRONG = {Detail.ID_LAST4: "234A", Detail.BIRTH_YEAR: "1991"}


@pytest.fixture
def admission(make_settings: Callable[..., Settings], db: Database, redis: Redis) -> AdmissionService:
    """Admission as the web process wires it."""
    return AdmissionService(make_settings(), db, redis)


@pytest.fixture
def helper(db: Database, admission: AdmissionService, redis: Redis) -> Helper:
    """Help as the web process wires it."""
    return Helper(db, admission, Limits(redis))


@pytest.fixture
async def visit(db: Database, place: Place) -> Visit:
    """A visit that is on, of a mother with a proof and a brother."""
    people = (replace(new_visitor("Kamala Kolte"), identity=IDENTITY), new_visitor("Arun Kolte"))
    async with db.begin() as uow:
        stored = await approved(uow, place, replace(request(place), visitors=people))
        await uow.commit()
    return stored


async def entries(db: Database) -> list[Entry]:
    """The audit, oldest first."""
    async with db.read() as uow:
        return list(reversed(await uow.audit.newest(20)))


async def admits(admission: AdmissionService, visit: Visit, otp: str, pin: str, *, by_link: bool) -> bool:
    """Whether these codes let the first visitor in."""
    candidates = visit.visitors[:1] if by_link else visit.visitors
    found = await admission.check_codes(visit.visrn, candidates, visit, otp, pin, NOON, by_link=by_link)
    return found == visit.visitors[0]


async def test_codes_go_again_to_the_own_address_and_it_is_on_record(
    helper: Helper, db: Database, visit: Visit
) -> None:
    """Whose address it was is kept, and no address."""
    mother = visit.visitors[0]
    sent = await helper.send(visit, mother, "own", "staff:1", NOON)
    assert sent.expires_at == NOON + 300 * SECOND
    async with db.read() as uow:
        [mail] = await uow.outbox.for_visit(visit.id)
    assert (mail.to, mail.visitor_id) == (mother.email, mother.id)
    [entry] = await entries(db)
    assert (entry.event, entry.by, entry.visit_id, entry.subject) == (
        "codes:send", "staff:1", visit.id, f"visitor:{mother.id}",
    )  # fmt: skip
    assert entry.details == {"to": "own"}


async def test_codes_go_to_another_registered_address_and_are_still_their_owners(
    helper: Helper, db: Database, visit: Visit
) -> None:
    """The brother's mailbox receives the mother's codes."""
    mother, brother = visit.visitors
    await helper.send(visit, mother, brother.id, "staff:1", NOON)
    async with db.read() as uow:
        [mail] = await uow.outbox.for_visit(visit.id)
    assert (mail.to, mail.visitor_id) == (brother.email, mother.id)
    assert (await entries(db))[0].details == {"to": "other_visitor"}


@pytest.mark.parametrize("key", ["", "account", "thief@example.com", "0" * 32])
async def test_no_code_goes_to_an_address_that_was_not_registered(
    helper: Helper, db: Database, visit: Visit, key: str
) -> None:
    """Nothing is sent and nothing is on record as sent."""
    with pytest.raises(NoSuchAddress):
        await helper.send(visit, visit.visitors[0], key, "staff:1", NOON)
    async with db.read() as uow:
        assert await uow.outbox.for_visit(visit.id) == []
    assert await entries(db) == []


async def test_the_familys_own_limit_does_not_stop_staff_nor_staffs_the_family_for_long(
    helper: Helper, admission: AdmissionService, visit: Visit
) -> None:
    """They are counted apart; what staff send is not replaced by the family within a minute."""
    mother = visit.visitors[0]
    await admission.send_codes(visit, mother, NOON)
    await helper.send(visit, mother, "own", "staff:1", NOON + SECOND)
    with pytest.raises(Throttled):
        await helper.send(visit, mother, "own", "staff:1", NOON + 2 * SECOND)
    with pytest.raises(Throttled):
        await admission.send_codes(visit, mother, NOON + 60 * SECOND)
    await admission.send_codes(visit, mother, NOON + 61 * SECOND)


@pytest.mark.parametrize("by_link", [True, False])
async def test_codes_that_were_read_out_let_the_caller_in(
    helper: Helper,
    admission: AdmissionService,
    db: Database,
    visit: Visit,
    by_link: bool,  # noqa: FBT001
) -> None:
    """By the link as by hand, and no mail carries them."""
    read = await helper.read_out(visit, visit.visitors[0], RIGHT, "staff:1", NOON)
    assert read.expires_at == NOON + 300 * SECOND
    async with db.read() as uow:
        assert await uow.outbox.for_visit(visit.id) == []
    assert await admits(admission, visit, read.otp, read.pin, by_link=by_link)


async def test_pressing_next_or_send_again_does_not_kill_codes_that_are_being_read_out(
    helper: Helper, admission: AdmissionService, visit: Visit
) -> None:
    """The caller's page may be at any step; the codes in the operator's mouth stay the right ones."""
    mother = visit.visitors[0]
    read = await helper.read_out(visit, mother, RIGHT, "staff:1", NOON)
    with pytest.raises(Throttled):
        await admission.send_codes(visit, mother, NOON + SECOND)
    await admission.send_codes_by_hand(visit.visrn, visit, NOON + SECOND)
    assert await admits(admission, visit, read.otp, read.pin, by_link=False)
    await admission.send_codes(visit, mother, NOON + 2 * SECOND)


async def test_which_details_were_asked_is_on_record_and_no_answer_is(
    helper: Helper, db: Database, visit: Visit
) -> None:
    """Right or wrong; neither log nor audit holds a code or an answer."""
    mother = visit.visitors[0]
    with capture_logs() as logs:
        with pytest.raises(DetailsWrong):
            await helper.read_out(visit, mother, WRONG, "staff:1", NOON)
        read = await helper.read_out(visit, mother, RIGHT, "staff:2", NOON)
    wrong, right = await entries(db)
    assert (wrong.event, wrong.by, wrong.details) == (
        "codes:read_out", "staff:1", {"asked": "id_last4 birth_year", "right": False},
    )  # fmt: skip
    assert (right.by, right.details["right"]) == ("staff:2", True)
    told = repr((logs, [(each.event, each.by, each.subject, each.why, each.details) for each in (wrong, right)]))
    # Whole words: an id or a hash may hold any four digits.
    secrets = ("234A", "1990", "1991", read.otp, read.pin)
    assert not [secret for secret in secrets if re.search(rf"\b{secret}\b", told)]


async def test_the_fourth_look_in_a_session_is_not_made(helper: Helper, db: Database, visit: Visit) -> None:
    """Three looks a visitor and session, whoever makes them, right ones too; another visitor has their own."""
    mother = visit.visitors[0]
    for left in (2, 1, 0):
        with pytest.raises(DetailsWrong) as refused:
            await helper.read_out(visit, mother, WRONG, f"staff:{left}", NOON)
        assert refused.value.left == left
    for later in (0, 600):
        with pytest.raises(TriesSpent):
            await helper.read_out(visit, mother, RIGHT, "staff:1", NOON + later * SECOND)
    assert len(await entries(db)) == 3


async def test_what_is_not_two_known_details_is_not_a_try(helper: Helper, db: Database, visit: Visit) -> None:
    """One answer, none, or a detail nobody registered: refused before anything is counted."""
    mother, brother = visit.visitors
    for who, answers in (
        (mother, {}),
        (mother, {Detail.ID_LAST4: "234A"}),
        (mother, {Detail.ID_LAST4: "234A", Detail.AGE: "36"}),
        (brother, RIGHT),
    ):
        with pytest.raises(NotTheDetails):
            await helper.read_out(visit, who, answers, "staff:1", NOON)
    assert await entries(db) == []
    with pytest.raises(DetailsWrong) as refused:
        await helper.read_out(visit, mother, WRONG, "staff:1", NOON)
    assert refused.value.left == 2


async def test_a_locked_door_refuses_mail_and_opens_for_a_caller_who_is_known(
    helper: Helper, admission: AdmissionService, redis: Redis, visit: Visit
) -> None:
    """Wrong codes locked it; who has answered two details may try again, by link and by hand."""
    mother = visit.visitors[0]
    for door in (mother.id, str(visit.visrn)):
        for _ in range(MOST_TRIES):
            await Limits(redis).begin_try(door, [], "", NOON)
    with pytest.raises(Locked):
        await helper.send(visit, mother, "own", "staff:1", NOON)
    read = await helper.read_out(visit, mother, RIGHT, "staff:1", NOON)
    assert await admits(admission, visit, read.otp, read.pin, by_link=False)


async def test_nobody_is_helped_outside_of_the_visits_window(helper: Helper, visit: Visit) -> None:
    """Too early and too late say so, and count no try."""
    mother = visit.visitors[0]
    early, late = visit.starts_at - timedelta(minutes=15, seconds=1), visit.ends_at
    for now, error in ((early, NotOpen), (late, Over)):
        assert isinstance(refused_by_window(visit, now), error)
        with pytest.raises(error):
            await helper.send(visit, mother, "own", "staff:1", now)
        with pytest.raises(error):
            await helper.read_out(visit, mother, RIGHT, "staff:1", now)
    assert refused_by_window(visit, NOON) is None


async def test_without_live_state_no_code_is_read_out(
    make_settings: Callable[..., Settings], db: Database, visit: Visit
) -> None:
    """A limit that can't be counted lets nobody in."""
    settings = make_settings(redis_url=f"redis://127.0.0.1:{free_port()}")
    async with live.connect(settings) as nowhere:
        helper = Helper(db, AdmissionService(settings, db, nowhere), Limits(nowhere))
        with pytest.raises(TryLater):
            await helper.read_out(visit, visit.visitors[0], RIGHT, "staff:1", NOON)
        with pytest.raises(TryLater):
            await helper.send(visit, visit.visitors[0], "own", "staff:1", NOON)
    assert await entries(db) == []
