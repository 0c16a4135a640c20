"""Admission from the question for codes to the visitor who typed them, on a real database and a real Redis."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from broker.admission.errors import (
    AdmissionError,
    CodesExpired,
    Locked,
    NotOpen,
    Over,
    Throttled,
    TryLater,
    UnreadableCodes,
    WrongCodes,
)
from broker.admission.mailstate import MailProgress
from broker.admission.service import AdmissionService
from broker.errors import BadVisRN
from broker.outbox import OutboxMail
from broker.storage.database import Database
from broker.visit import Visit
from config import keys, live
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.ports import free_port
from tests.support.visits import Place, approved, request

SECOND = timedelta(seconds=1)
UNKNOWN = "27/11/9999999/2026"


async def book(db: Database, place: Place, *, visitors: int = 1, starts_at: datetime = NOON) -> Visit:
    """An approved visit, committed."""
    async with db.begin() as uow:
        visit = await approved(uow, place, request(place, visitors=visitors, starts_at=starts_at))
        await uow.commit()
    return visit


async def mails(db: Database, visit: Visit) -> list[OutboxMail]:
    """Everything queued for the visit."""
    async with db.read() as uow:
        return await uow.outbox.for_visit(visit.id)


def codes_of(mail: OutboxMail) -> tuple[str, str]:
    """OTP and PIN as a program would find them in the text."""
    otp = re.search(r"^OTP: (\d{6})$", mail.text, re.MULTILINE)
    pin = re.search(r"^Room PIN: (\d{4})$", mail.text, re.MULTILINE)
    assert otp
    assert pin
    return otp[1], pin[1]


def wrong(otp: str) -> str:
    """Another OTP."""
    return f"{(int(otp) + 1) % 1_000_000:06d}"


async def test_mailed_codes_let_their_visitor_in_once(service: AdmissionService, db: Database, place: Place) -> None:
    """The codes from the mail buy entry; the same codes again buy nothing, and say that they are used."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    sent = await service.send_codes(visit, visitor, NOON)
    assert (sent.resend_at, sent.expires_at) == (NOON + 60 * SECOND, NOON + 300 * SECOND)
    [mail] = await mails(db, visit)
    assert (mail.to, mail.name, mail.visitor_id) == (visitor.email, "codes", visitor.id)
    assert mail.expires_at == NOON + 300 * SECOND
    otp, pin = codes_of(mail)
    assert await service.check_codes(str(visit.visrn), [visitor], visit, otp, pin, NOON, by_link=True) == visitor
    with pytest.raises(CodesExpired):
        await service.check_codes(str(visit.visrn), [visitor], visit, otp, pin, NOON, by_link=True)


async def test_two_tabs_with_the_same_right_codes_one_gets_in(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """Pressing in both tabs at once is one admission."""
    visit = await book(db, place)
    await service.send_codes(visit, visit.visitors[0], NOON)
    otp, pin = codes_of((await mails(db, visit))[0])
    tabs = (service.check_codes(visit.visrn, visit.visitors, visit, otp, pin, NOON) for _ in range(2))
    answers = await asyncio.gather(*tabs, return_exceptions=True)
    assert sum(answer == visit.visitors[0] for answer in answers) == 1
    assert sum(isinstance(answer, CodesExpired | WrongCodes) for answer in answers) == 1


async def test_new_codes_kill_the_old_ones(service: AdmissionService, db: Database, place: Place) -> None:
    """After a second mail only the second mail's codes work."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    await service.send_codes(visit, visitor, NOON)
    await service.send_codes(visit, visitor, NOON + 60 * SECOND)
    old, new = [codes_of(mail) for mail in await mails(db, visit)]
    now = NOON + 61 * SECOND
    with pytest.raises(WrongCodes):
        await service.check_codes(visit.visrn, [visitor], visit, *old, now, by_link=True)
    assert await service.check_codes(visit.visrn, [visitor], visit, *new, now, by_link=True) == visitor


async def test_codes_expire_after_five_minutes(service: AdmissionService, db: Database, place: Place) -> None:
    """By the link the page may say that they are too old."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    await service.send_codes(visit, visitor, NOON)
    codes = codes_of((await mails(db, visit))[0])
    with pytest.raises(CodesExpired):
        await service.check_codes(visit.visrn, [visitor], visit, *codes, NOON + 300 * SECOND, by_link=True)


async def test_asking_again_within_a_minute_is_throttled_and_sends_nothing(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """The refusal says when to ask again, and the codes already sent stay good."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    await service.send_codes(visit, visitor, NOON)
    with pytest.raises(Throttled) as throttled:
        await service.send_codes(visit, visitor, NOON + 59 * SECOND)
    assert throttled.value.retry_at == NOON + 60 * SECOND
    [mail] = await mails(db, visit)
    assert await service.check_codes(visit.visrn, [visitor], visit, *codes_of(mail), NOON + 59 * SECOND) == visitor


async def test_five_wrong_tries_lock_even_the_right_codes_out(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """The fifth wrong try says until when, and right codes don't help before."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    await service.send_codes(visit, visitor, NOON)
    otp, pin = codes_of((await mails(db, visit))[0])
    lefts = []
    for _ in range(4):
        with pytest.raises(WrongCodes) as refused:
            await service.check_codes(visit.visrn, [visitor], visit, wrong(otp), pin, NOON, by_link=True)
        lefts.append(refused.value.left)
    assert lefts == [4, 3, 2, 1]
    for typed in (wrong(otp), otp):
        with pytest.raises(Locked) as locked:
            await service.check_codes(visit.visrn, [visitor], visit, typed, pin, NOON, by_link=True)
        assert locked.value.until == NOON + timedelta(minutes=15)
    with pytest.raises(Locked):
        await service.send_codes(visit, visitor, NOON + 120 * SECOND)


async def test_strangers_guesses_by_hand_lock_nobodys_link(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """Whoever guesses a number locks the door by hand; with the link one still gets codes, and comes in."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    for _ in range(5):
        with pytest.raises((WrongCodes, Locked)):
            await service.check_codes(visit.visrn, visit.visitors, visit, "123456", "1234", NOON)
    with pytest.raises(Locked):
        await service.send_codes_by_hand(visit.visrn, visit, NOON)
    await service.send_codes(visit, visitor, NOON)
    otp, pin = codes_of((await mails(db, visit))[0])
    assert await service.check_codes(visit.visrn, [visitor], visit, otp, pin, NOON, by_link=True) == visitor


async def test_unreadable_codes_are_not_counted_as_tries(service: AdmissionService, db: Database, place: Place) -> None:
    """A slip of the finger costs no try."""
    visit = await book(db, place)
    for _ in range(7):
        with pytest.raises(UnreadableCodes):
            await service.check_codes(visit.visrn, visit.visitors, visit, "12345", "1234", NOON)
    with pytest.raises(WrongCodes) as refused:
        await service.check_codes(visit.visrn, visit.visitors, visit, "123456", "1234", NOON)
    assert refused.value.left == 4


async def test_link_says_when_admission_opens_and_that_it_is_over(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """Outside the window nothing is sent, and who came by the link is told why."""
    visit = await book(db, place)
    with pytest.raises(NotOpen) as early:
        await service.send_codes(visit, visit.visitors[0], NOON - timedelta(minutes=16))
    assert early.value.opens_at == NOON - timedelta(minutes=15)
    with pytest.raises(Over):
        await service.send_codes(visit, visit.visitors[0], visit.ends_at)
    assert await mails(db, visit) == []


async def test_right_codes_after_the_slot_say_that_it_is_over(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """Codes outlive the slot by minutes; they let nobody in then."""
    visit = await book(db, place)
    just_before = visit.ends_at - SECOND
    await service.send_codes(visit, visit.visitors[0], just_before)
    codes = codes_of((await mails(db, visit))[0])
    with pytest.raises(Over):
        await service.check_codes(visit.visrn, visit.visitors, visit, *codes, visit.ends_at)


async def test_by_hand_every_visitor_gets_own_codes_and_is_known_by_them(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """Whose codes are typed tells who came; one's OTP with another's PIN opens nothing."""
    visit = await book(db, place, visitors=3)
    await service.send_codes_by_hand(str(visit.visrn), visit, NOON)
    sent = {mail.visitor_id: codes_of(mail) for mail in await mails(db, visit)}
    assert set(sent) == {visitor.id for visitor in visit.visitors}
    first, second, third = visit.visitors
    with pytest.raises(WrongCodes):
        await service.check_codes(visit.visrn, visit.visitors, visit, sent[first.id][0], sent[second.id][1], NOON)
    for visitor in (third, first, second):
        assert await service.check_codes(visit.visrn, visit.visitors, visit, *sent[visitor.id], NOON) == visitor


async def test_by_hand_no_mail_goes_to_those_inside_or_just_mailed(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """Who is in the room isn't bothered, and who was mailed by the link a moment ago keeps those codes."""
    visit = await book(db, place, visitors=3)
    inside, mailed, other = visit.visitors
    await service.send_codes(visit, mailed, NOON)
    sent = await service.send_codes_by_hand(visit.visrn, visit, NOON + SECOND, inside={inside.id})
    assert sent.resend_at == NOON + 61 * SECOND
    assert [mail.visitor_id for mail in await mails(db, visit)] == [mailed.id, other.id]


async def hand_trace(service: AdmissionService, visrn: str, visit: Visit | None, start: datetime) -> list[object]:
    """What a stranger can see by hand: sends, wrong tries, more sends, until the lock and after the codes' time."""
    seen: list[object] = []

    async def note(call: object) -> None:
        try:
            seen.append(await call)  # type: ignore[misc]
        except AdmissionError as refused:
            seen.append((type(refused), vars(refused)))

    candidates = visit.visitors if visit is not None else ()
    for seconds in (0, 30, 60, 400):
        now = start + seconds * SECOND
        await note(service.send_codes_by_hand(visrn, visit, now))
        await note(service.check_codes(visrn, candidates, visit, "000000", "0000", now))
    await note(service.check_codes(visrn, candidates, visit, "000000", "0000", start + 800 * SECOND))
    await note(service.check_codes(visrn, candidates, visit, "000000", "0000", start + 801 * SECOND))
    await note(service.send_codes_by_hand(visrn, visit, start + 802 * SECOND))
    return seen


@pytest.mark.parametrize("offset", [timedelta(minutes=-15), timedelta(hours=-5), timedelta(hours=5)])
async def test_unknown_visrn_is_answered_exactly_as_a_known_one_by_hand(
    service: AdmissionService, db: Database, place: Place, offset: timedelta
) -> None:
    """Throttles, tries left, locks: the whole conversation is the same, in the visit's window and far from it."""
    visit = await book(db, place, visitors=2)
    known = await hand_trace(service, str(visit.visrn), visit, NOON + offset)
    assert known == await hand_trace(service, UNKNOWN, None, NOON + offset)
    assert [entry[0] for entry in known if isinstance(entry, tuple)].count(Locked) == 3
    assert bool(await mails(db, visit)) == (offset == timedelta(minutes=-15))


async def test_text_that_is_no_visrn_is_refused_before_anything_is_counted(
    service: AdmissionService, redis: Redis
) -> None:
    """Nothing is kept under a name somebody made up."""
    with pytest.raises(BadVisRN):
        await service.send_codes_by_hand("hello", None, NOON)
    with pytest.raises(BadVisRN):
        await service.check_codes("hello", [], None, "123456", "1234", NOON)
    assert await redis.keys("*") == []


async def test_one_ipv6_household_is_one_address(service: AdmissionService, redis: Redis) -> None:
    """Addresses are counted by their /64, stored as a digest, and never as they are."""
    household = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    others = ("2001:db8:1:3::1", "192.0.2.7", "::ffff:192.0.2.8", "::ffff:192.0.2.9", "not an address")
    for serial, client in enumerate((*household, *others), start=1):
        await service.send_codes_by_hand(f"1/1/{serial}/2026", None, NOON, client=client)
    counted = await redis.keys(keys.address_tries("codes", "*"))
    assert sorted([str(await redis.get(name)) for name in counted]) == ["1", "1", "1", "1", "1", "2"]
    assert not any("2001" in name or "192.0" in name for name in counted)


async def test_queued_codes_wake_the_worker(
    service: AdmissionService, db: Database, place: Place, redis: Redis
) -> None:
    """A message on the wake channel follows the commit: the mail is there when it is heard."""
    visit = await book(db, place)
    async with redis.pubsub() as channel:
        await channel.subscribe(keys.OUTBOX)
        assert await channel.get_message(timeout=5) is not None  # the subscription itself
        await service.send_codes(visit, visit.visitors[0], NOON)
        heard = await channel.get_message(ignore_subscribe_messages=True, timeout=5)
        assert (heard or {}).get("type") == "message"
    assert len(await mails(db, visit)) == 1


async def test_nobody_is_sent_anything_or_let_in_while_redis_is_down(
    make_settings: Callable[..., Settings], db: Database, place: Place
) -> None:
    """Fail closed, with one stable id."""
    visit = await book(db, place)
    settings = make_settings(redis_url=f"redis://127.0.0.1:{free_port()}")
    async with live.connect(settings) as nowhere:
        service = AdmissionService(settings, db, nowhere)
        for call in (
            service.send_codes(visit, visit.visitors[0], NOON),
            service.send_codes_by_hand(visit.visrn, visit, NOON),
            service.check_codes(visit.visrn, visit.visitors, visit, "123456", "1234", NOON),
        ):
            with pytest.raises(TryLater) as refused:
                await call
            assert refused.value.id == "try_later"
    assert await mails(db, visit) == []


async def test_codes_are_refused_for_now_while_the_database_is_down(
    make_settings: Callable[..., Settings], redis: Redis, db: Database, place: Place
) -> None:
    """The same answer for the other store; what was typed is not in it."""
    visit = await book(db, place)
    nowhere = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nothing")
    service = AdmissionService(make_settings(), nowhere, redis)
    with pytest.raises(TryLater):
        await service.send_codes(visit, visit.visitors[0], NOON)
    with pytest.raises(TryLater):
        await service.mail_state(visit.id)
    await nowhere.close()


async def test_codes_addresses_and_names_are_in_no_log_line(
    service: AdmissionService, db: Database, place: Place
) -> None:
    """What admission logs carries ids only."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    with capture_logs() as logs:
        await service.send_codes(visit, visitor, NOON, client="192.0.2.7")
        otp, pin = codes_of((await mails(db, visit))[0])
        await service.check_codes(visit.visrn, [visitor], visit, otp, pin, NOON, client="192.0.2.7")
    assert logs
    for secret in (otp, pin, visitor.email, visitor.name, "192.0.2.7"):
        assert secret not in str(logs)


async def test_mail_state_follows_the_newest_code_mail(service: AdmissionService, db: Database, place: Place) -> None:
    """None, queued, failed with its reason: as the page asks for it."""
    visit = await book(db, place)
    [visitor] = visit.visitors
    assert await service.mail_state(visit.id) == {}
    await service.send_codes(visit, visitor, NOON)
    assert (await service.mail_state(visit.id))[visitor.id].progress is MailProgress.QUEUED
    async with db.begin() as uow:
        [mail] = await uow.outbox.claim(NOON, timedelta(seconds=30), 1)
        await uow.outbox.mark_failed(mail.id, "address_refused", None, NOON)
        await uow.commit()
    state = (await service.mail_state(visit.id))[visitor.id]
    assert (state.progress, state.error_id) == (MailProgress.FAILED, "address_refused")
