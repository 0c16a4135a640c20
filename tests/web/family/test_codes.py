"""web.family.codes: the two codes by the link, new ones, and the mail's fate."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.visit import Visit
from config import keys
from tests.support.desk import Browser, Desk, csrf_of
from tests.support.family import Page, codes, come_in, get, mailed_codes, mails, number, other, submit
from web.keys import ADMISSION


async def test_right_codes_lead_to_the_call(desk: Desk) -> None:
    """Both codes from the mail, and the browser is sent to the call page."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        page = await come_in(desk, browser, visit)
        assert (page.status, page.location) == (303, "/call")
        assert (await get(browser, "/call")).status == 200


async def test_admission_gives_the_browser_a_new_session(desk: Desk) -> None:
    """A cookie planted before admission is worth nothing after it."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser, desk.browser() as thief:
        await number(browser, visit)
        planted = _cookie(browser)
        await codes(browser, *await mailed_codes(desk, visit))
        assert _cookie(browser) != planted
        thief.cookie_jar.update_cookies({"session": planted}, desk.server.make_url("/"))
        assert (await get(thief, "/call")).location == "/join"


async def test_the_whole_mail_pasted_into_one_field_is_understood(desk: Desk) -> None:
    """As a browser without scripts pastes it: line breaks become spaces."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await number(browser, visit)
        mail = (await mails(desk, visit))[0]
        assert (await codes(browser, mail.replace("\n", " "), "")).location == "/call"


async def test_wrong_codes_are_not_told_apart_and_not_shown_again(desk: Desk) -> None:
    """Which of the two is wrong helps only a guesser; a code never stands in a page."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await number(browser, visit)
        otp, pin = await mailed_codes(desk, visit)
        pages = [await codes(browser, other(otp), pin), await codes(browser, otp, other(pin))]
    assert [page.status for page in pages] == [422, 422]
    assert pages[0].alert.endswith("You can try 4 more times.")
    assert pages[1].alert.endswith("You can try 3 more times.")
    assert pages[0].alert[:40] == pages[1].alert[:40]
    for page in pages:
        assert page.text.count('aria-invalid="true"') == 2
        for code in (otp, pin, other(otp), other(pin)):
            assert code not in re.sub(r'value="[^"]*"|v-[0-9a-f]{12}', "", page.text)


@pytest.mark.parametrize(
    ("otp", "pin", "said"),
    [
        ("12", "34", "Please type both codes"),
        ("12", "1234", "The OTP has 6 digits."),
        ("123456", "", "The Room PIN has 4 digits."),
    ],
)
async def test_what_can_be_no_codes_is_said_and_not_counted(desk: Desk, otp: str, pin: str, said: str) -> None:
    """Too few digits are no try: the right codes still open after many of them."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await number(browser, visit)
        for _ in range(6):
            page = await codes(browser, otp, pin)
            assert page.status == 422
            assert page.alert.startswith(said)
        assert (await codes(browser, *await mailed_codes(desk, visit))).location == "/call"


async def test_the_fifth_wrong_try_locks_even_the_right_codes_out(desk: Desk) -> None:
    """The lock has its own words and says how long it lasts."""
    visit = await desk.book(starts_in=60, minutes=30)
    async with desk.browser() as browser:
        await number(browser, visit)
        otp, pin = await mailed_codes(desk, visit)
        pages = [await codes(browser, other(otp), pin) for _ in range(5)]
        assert [page.status for page in pages] == [422] * 4 + [429]
        assert "Please wait 15 minutes" in pages[4].alert
        assert (await codes(browser, otp, pin)).status == 429
        desk.clock.advance(15 * 60 + 1)
        await submit(browser, "/join/codes", "/join/resend")
        assert (await codes(browser, *await mailed_codes(desk, visit))).location == "/call"


async def test_codes_older_than_five_minutes_are_said_to_be(desk: Desk) -> None:
    """Expired is not wrong: the page asks for new codes."""
    visit = await desk.book(starts_in=600)
    async with desk.browser() as browser:
        await number(browser, visit)
        right = await mailed_codes(desk, visit)
        desk.clock.advance(301)
        page = await codes(browser, *right)
    assert page.status == 422
    assert page.alert.startswith("These codes are no longer valid.")


async def test_used_codes_do_not_open_for_a_second_browser(desk: Desk) -> None:
    """Two browsers with the same link and codes: the first is let in."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as first, desk.browser() as second:
        await number(first, visit)
        await number(second, visit)
        right = await mailed_codes(desk, visit)
        assert (await codes(first, *right)).location == "/call"
        assert (await codes(second, *right)).alert.startswith("These codes are no longer valid.")


async def test_new_codes_may_be_asked_for_after_a_minute_and_kill_the_old_ones(desk: Desk) -> None:
    """Before that the page says how long to wait; after it, one more mail, and the first one's codes are dead."""
    visit = await desk.book(starts_in=600)
    async with desk.browser() as browser:
        await number(browser, visit)
        old = await mailed_codes(desk, visit)
        desk.clock.advance(20)
        early = await submit(browser, "/join/codes", "/join/resend")
        assert (early.status, early.alert) == (
            429,
            "Codes were sent only just now. You can ask for new ones in 40 seconds.",
        )
        assert 'data-seconds="40"' in early.text
        desk.clock.advance(41)
        assert (await submit(browser, "/join/codes", "/join/resend")).location == "/join/codes"
        assert len(await mails(desk, visit)) == 2
        assert (await codes(browser, *old)).status == 422
        assert (await codes(browser, *await mailed_codes(desk, visit))).location == "/call"


async def test_a_reload_after_asking_for_new_codes_shows_the_codes_page(desk: Desk) -> None:
    """The address of a form's answer can be opened by hand."""
    visit = await desk.book(starts_in=600)
    async with desk.browser() as browser:
        await number(browser, visit)
        assert (await get(browser, "/join/resend")).location == "/join/codes"


async def test_without_a_number_there_is_no_codes_page(desk: Desk) -> None:
    """Whoever comes from nowhere starts at the number."""
    async with desk.browser() as browser:
        assert (await get(browser, "/join/codes")).location == "/join"


async def test_the_slots_end_closes_the_codes_page(desk: Desk) -> None:
    """Right codes a moment too late are told when it ended."""
    visit = await desk.book(minutes=1)
    async with desk.browser() as browser:
        await number(browser, visit)
        right = await mailed_codes(desk, visit)
        desk.clock.advance(60)
        assert "This visit is over" in (await get(browser, "/join/codes")).words
        token = await csrf_of(browser)
        late = await browser.post("/join/codes", data={"csrf": token, "otp": right[0], "pin": right[1]})
        assert late.status == 410


async def test_without_a_room_node_right_codes_are_not_lost(desk: Desk) -> None:
    """The page says whose fault it is; once a node lives, one press leads in without new codes."""
    visit = await desk.book(starts_in=60)
    nodes = await desk.redis.zrange(keys.NODES, 0, -1)
    await desk.redis.delete(keys.NODES)
    async with desk.browser() as browser:
        page = await come_in(desk, browser, visit)
        assert page.status == 503
        assert "Your codes are right" in page.words
        assert nodes
        await desk.announce_node()
        assert (await submit(browser, "/join/codes")).location == "/call"


async def test_the_mails_fate_is_told_by_the_link(desk: Desk) -> None:
    """On its way, being tried again, sent, and given up: each with its own sentence."""
    visit = await desk.book(starts_in=600)
    now = desk.clock.now()
    async with desk.browser() as browser:
        await number(browser, visit)
        told = [await _fate(browser)]
        async with desk.db.begin() as uow:
            mail = next(m for m in await uow.outbox.for_visit(visit.id) if m.name == "codes")
            await uow.outbox.mark_failed(mail.id, "mail_deferred", now, now)
            await uow.commit()
        told.append(await _fate(browser))
        async with desk.db.begin() as uow:
            await uow.outbox.mark_sent(mail.id, now)
            await uow.commit()
        told.append(await _fate(browser))
    assert [state for state, _ in told] == ["queued", "retrying", "sent"]
    assert len({text for _, text in told}) == 3


async def test_a_mail_that_was_given_up_is_told_on_the_page_itself(desk: Desk) -> None:
    """Without a script too: the page sends to the helpline."""
    visit = await desk.book(starts_in=600)
    now = desk.clock.now()
    async with desk.browser() as browser:
        await number(browser, visit)
        async with desk.db.begin() as uow:
            mail = next(m for m in await uow.outbox.for_visit(visit.id) if m.name == "codes")
            await uow.outbox.mark_failed(mail.id, "mail_refused", None, now)
            await uow.commit()
        page = await get(browser, "/join/codes")
    assert "The mail could not be sent to this address. Please call the helpline" in page.words


async def test_a_mail_that_came_back_is_no_mail_that_was_sent(desk: Desk) -> None:
    """After the bounce, after a reload and after new codes that come back too: what happened, and who helps. Codes to
    another registered address are told by that address.
    """
    visit = await desk.book(starts_in=600)
    async with desk.browser() as browser:
        await number(browser, visit)
        for why, words in (("mailbox_full", "your mailbox is full"), ("address_unknown", "there is no such address")):
            await _came_back(desk, visit, why)
            shown = _shown(await get(browser, "/join/codes"))
            assert words in shown
            assert "helpline: they can read the codes to you" in shown
            assert "We sent them to" not in shown
            assert "spam folder" not in shown
            desk.clock.advance(60)
            await submit(browser, "/join/codes", "/join/resend")
            again = _shown(await get(browser, "/join/codes"))
            assert "We sent them to" in again
            assert words not in again
        admission, visitor = desk.app[ADMISSION], visit.visitors[0]
        desk.clock.advance(60)
        await admission.send_codes_for_staff(
            visit, visitor, desk.clock.now(), also=lambda _: None, to="home@other.example"
        )
        assert "h••••@other.example" in (await get(browser, "/join/codes")).words


def _shown(page: Page) -> str:
    """What a reader sees of it, without what is hidden."""
    return replace(page, text=re.sub(r"<p[^>]* hidden>.*?</p>", "", page.text, flags=re.DOTALL)).words


async def _came_back(desk: Desk, visit: Visit, why: str) -> None:
    """The newest code mail is taken by a server, and sent back."""
    async with desk.db.begin() as uow:
        now = desk.clock.now()
        await uow.outbox.claim(now, timedelta(seconds=30), 10)
        mail = [m for m in await uow.outbox.for_visit(visit.id) if m.name == "codes"][-1]
        await uow.outbox.mark_sent(mail.id, now)
        assert await uow.outbox.mark_bounced(mail.id, why) is not None
        await uow.commit()


async def _fate(browser: Browser) -> tuple[str, str]:
    told = await (await browser.get("/join/codes/mail.json")).json()
    return told["state"], told["text"]


def _cookie(browser: Browser) -> str:
    return next(cookie.value for cookie in browser.cookie_jar if cookie.key == "session")
