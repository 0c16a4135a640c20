"""/status: a number and a proof in, where the request stands out; and nothing else."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser as RealBrowser
from sqlalchemy import update

from broker.storage.models import AccountRow, VisitRow
from broker.visit import Visit, VisitStatus
from tests.support.desk import Browser, Desk
from tests.support.family import Page, get, submit
from tests.support.proofs import proof
from tests.support.reading import readable
from tests.support.visits import asked, request
from web.account import session as account_session
from web.status import pages

ACCOUNT = "a" * 32


async def look(browser: Browser, number: str) -> Page:
    """Type a number, with a proof, and press the button."""
    return await submit(browser, "/status", visrn=number, proof=await proof(browser, "status"))


async def stored(desk: Desk, *, account_id: str | None = None) -> Visit:
    """A request that waits for its decision."""
    async with desk.db.begin() as uow:
        visit = await uow.visits.add(asked(desk.here), desk.clock.now())
        if account_id is not None:
            uow.session.add(_account(desk, account_id))
            await uow.session.flush()
            await uow.session.execute(update(VisitRow).where(VisitRow.id == visit.id).values(account_id=account_id))
        await uow.commit()
    return visit


def _account(desk: Desk, account_id: str) -> AccountRow:
    return AccountRow(
        id=account_id,
        email="savita@family.example",
        mobile="",
        language="en",
        timezone="Asia/Kolkata",
        profile={},
        created_at=desk.clock.now(),
        demo=False,
    )


def private(visit: Visit) -> list[str]:
    """What no stranger may read."""
    visitor = visit.visitors[0]
    people = [visitor.name, visitor.email, visitor.mobile, "Sanjay", "Kolte", visit.id, visitor.id]
    return [*people, visit.starts_at.strftime("%H:%M"), visit.starts_at.strftime("%B")]


async def test_a_number_and_a_proof_tell_where_the_request_stands(desk: Desk) -> None:
    """And no person, no day, no time."""
    visit = await stored(desk)
    async with desk.browser() as browser:
        sent = await look(browser, f"  {visit.visrn} ")
        assert (sent.status, sent.location) == (303, "/status/shown")
        shown = await get(browser, "/status/shown")
    assert 'data-standing="waiting"' in shown.text
    assert str(visit.visrn) in shown.words
    assert desk.here.jail.helpline in shown.words
    assert [word for word in private(visit) if word in shown.text] == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (VisitStatus.ASKED, "asked"),
        (VisitStatus.CANCELLED, "cancelled"),
        (VisitStatus.REFUSED, "refused"),
        (VisitStatus.REQUESTED, "waiting"),
    ],
)
async def test_the_page_follows_the_decision(desk: Desk, status: VisitStatus, state: str) -> None:
    """Loaded again it says what is so now; it needs no other proof for the same number."""
    visit = await stored(desk)
    async with desk.browser() as browser:
        await look(browser, str(visit.visrn))
        async with desk.db.begin() as uow:
            await uow.session.execute(update(VisitRow).where(VisitRow.id == visit.id).values(status=status))
            await uow.commit()
        assert f'data-standing="{state}"' in (await get(browser, "/status/shown")).text


async def test_an_approved_visit_tells_no_time(desk: Desk) -> None:
    """Those who meet know it from their mail."""
    visit = await desk.book(starts_in=86_400)
    async with desk.browser() as browser:
        await look(browser, str(visit.visrn))
        shown = await get(browser, "/status/shown")
    assert 'data-standing="approved"' in shown.text
    assert [word for word in private(visit) if word in shown.text] == []


async def test_an_unknown_number_is_told_so_and_kept_in_its_field(desk: Desk) -> None:
    """A slip of the finger is put right where it stands."""
    async with desk.browser() as browser:
        page = await look(browser, "27/11/999/2026")
    assert page.status == 404
    assert page.value("visrn") == "27/11/999/2026"
    assert 'href="#visrn"' in page.text
    assert "We know no visit" in page.words


async def test_what_is_no_number_costs_no_proof(desk: Desk) -> None:
    """It is refused before the proof is looked at."""
    visit = await stored(desk)
    async with desk.browser() as browser:
        made = await proof(browser, "status")
        assert (await submit(browser, "/status", visrn="my visit", proof=made)).status == 422
        assert (await submit(browser, "/status", visrn=str(visit.visrn), proof=made)).status == 303


async def test_a_browser_that_proved_nothing_is_shown_nothing(desk: Desk) -> None:
    """Nor one that proved something an hour ago."""
    visit = await stored(desk)
    async with desk.browser() as browser:
        assert (await get(browser, "/status/shown")).location == "/status"
        await look(browser, str(visit.visrn))
        desk.clock.advance(pages.REMEMBERED.total_seconds())
        assert (await get(browser, "/status/shown")).location == "/status"


async def test_many_numbers_from_one_place_are_slowed_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs cost little; going through all numbers shall cost more."""
    monkeypatch.setattr(pages, "MOST_LOOKS", 2)
    async with desk.browser() as browser:
        for _ in range(2):
            assert (await look(browser, "27/11/999/2026")).status == 404
        page = await look(browser, "27/11/999/2026")
    assert page.status == 429
    assert "Please wait" in page.words


async def test_whoever_is_signed_in_is_led_to_all_of_their_own_visit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a proof; a number of somebody else's is looked up like any other."""
    own = await stored(desk, account_id=ACCOUNT)
    other = await desk.book()

    async def signed_in(request):  # type: ignore[no-untyped-def]
        async with desk.db.read() as uow:
            return await uow.accounts.get(ACCOUNT)

    monkeypatch.setattr(pages, "current_account", signed_in)
    async with desk.browser() as browser:
        assert (await submit(browser, "/status", visrn=str(own.visrn))).location == f"/account/visits/{own.id}"
        assert (await submit(browser, "/status", visrn=str(other.visrn))).status == 422
        await look(browser, str(other.visrn))
        shown = await get(browser, "/status/shown")
    assert f"/account/visits/{other.id}" not in shown.text
    assert account_session.current_account is not signed_in


async def test_a_visit_that_staff_booked_can_be_looked_up_too(desk: Desk) -> None:
    """There is no request behind it."""
    async with desk.db.begin() as uow:
        visit = await uow.visits.add(request(desk.here, starts_at=desk.clock.now()), desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        assert (await look(browser, str(visit.visrn))).status == 303


async def test_the_number_can_come_with_the_address(desk: Desk) -> None:
    """As a link in a letter has it; it is shown as text, whatever it is."""
    async with desk.browser() as browser:
        assert (await get(browser, "/status?visrn=27/11/4/2026")).value("visrn") == "27/11/4/2026"
        assert "<script>x" not in (await get(browser, "/status?visrn=%3Cscript%3Ex")).text


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("size", [(360, 740), (1366, 768)])
async def test_the_pages_can_be_read_by_everybody(
    browsers: dict[str, RealBrowser], shown: Desk, size: tuple[int, int]
) -> None:
    """The form, its refusal and the answer: no finding of axe, nothing to scroll sideways for, in either scheme."""
    visit = await stored(shown)
    context = await browsers["chromium"].new_context(viewport={"width": size[0], "height": size[1]})
    page = await context.new_page()
    await page.goto(str(shown.server.make_url("/status")))
    for number, arrived in (("", "form"), ("27/11/999/2026", "[role=alert]"), (str(visit.visrn), "[data-standing]")):
        if number:
            await page.fill("[name=visrn]", number)
            await page.click("button[type=submit]")
        await page.wait_for_selector(arrived)
        await readable(page, arrived)
    await context.close()
