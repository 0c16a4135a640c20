"""One request on one page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from broker.deciding.bans import NewBan, email_digest
from broker.staff import Role
from broker.vocabulary import InmateStatus, RestrictionKind
from tests.support.deciding import Office, person, prisoner_of
from tests.support.desk import Desk
from tests.support.superintendent import at_the_desk, in_days, read, requested, with_proof
from tests.support.uploads import pdf, picture


async def page_of(desk: Desk, visit_id: str, query: str = "") -> str:
    """The request as the superintendent sees it."""
    async with desk.browser() as browser:
        await at_the_desk(browser)
        return await read(browser, f"/superintendent/requests/{visit_id}{query}")


def ticked(html: str) -> list[str]:
    """The people of the register that are chosen already."""
    return re.findall(r'name="inmate" value="(\d+)"[^>]*? checked', html)


async def test_who_fits_in_everything_is_chosen_already(desk: Desk, office: Office) -> None:
    """Number and details leave no doubt; the approval is one press away."""
    visit = await requested(desk, office)
    html = await page_of(desk, visit.id)
    assert ticked(html) == [str(office.inmate.id)]
    assert "Number and details fit" in html
    assert "held for them" in html


async def test_a_likeness_is_never_turned_into_a_choice(desk: Desk, office: Office) -> None:
    """The differences are marked, and somebody has to pick."""
    visit = await requested(desk, office, prisoner=prisoner_of(office.inmate, name="Sanjay Kolthe", number="", age=30))
    html = await page_of(desk, visit.id)
    assert ticked(html) == []
    assert 'data-differs="name"' in html
    assert 'data-differs="age"' in html
    assert 'data-differs="father_name"' not in html
    picked = await page_of(desk, visit.id, f"?inmate={office.other.id}")
    assert ticked(picked) == [str(office.other.id)]


async def test_a_number_that_is_nobodys_is_no_choice(desk: Desk, office: Office) -> None:
    """Nor one of another jail."""
    visit = await requested(desk, office, prisoner=prisoner_of(office.inmate, number=""))
    for nobody in (str(desk.elsewhere.inmate.id), "999999", "x", "9" * 30):
        html = await page_of(desk, visit.id, f"?inmate={nobody}")
        assert "Whom they want to meet" in html


async def test_somebody_else_can_be_looked_up(desk: Desk, office: Office) -> None:
    """By name or number, in this jail's register."""
    unlike = prisoner_of(office.inmate, name="Completely Different", father_name="Nobody", number="", age=70)
    visit = await requested(desk, office, prisoner=unlike)
    assert "Nobody in the register is like this" in await page_of(desk, visit.id)
    html = await page_of(desk, visit.id, "?look_for=UT/2/26")
    assert re.findall(r'name="inmate" value="(\d+)"', html) == [str(office.other.id)]
    assert "Nobody else in the register fits" in await page_of(desk, visit.id, "?look_for=Zzz")


async def test_what_stands_against_it_is_said(desk: Desk, office: Office) -> None:
    """Bans and restrictions with their reasons, and the refusal they suggest."""
    visit = await requested(desk, office, people=[person(email="m@family.example")])
    ban = NewBan("M", "Smuggled a telephone", jail_id=office.jail.id, email_digest=email_digest("m@family.example"))
    async with desk.db.begin() as uow:
        await uow.bans.add(ban, "staff:1", desk.clock.now())
        await uow.restrictions.add(
            office.inmate.id, RestrictionKind.LEGAL_ONLY, "By order of the court", None, "staff:1", desk.clock.now()
        )
        await uow.commit()
    html = await page_of(desk, visit.id)
    assert "Smuggled a telephone" in html
    assert "By order of the court" in html
    assert re.search(r'<option value="banned" selected>', html)
    assert not re.search(r'name="may"[^>]*checked', html)


async def test_a_released_person_is_proposed_to_be_refused_as_such(desk: Desk, office: Office) -> None:
    """Released isn't away."""
    visit = await requested(desk, office)
    async with desk.db.begin() as uow:
        await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, desk.clock.now())
        await uow.commit()
    assert re.search(r'<option value="released" selected>', await page_of(desk, visit.id))


async def test_the_last_allowance_shows_the_next_allowed_day(desk: Desk, office: Office) -> None:
    """What is left, by which rule, and what to offer when nothing is."""
    visit = await requested(desk, office)
    html = await page_of(desk, visit.id)
    assert 'data-quota-left="2"' in html
    assert "undertrials 2 visits a month" in html
    on = in_days(desk, 5).date()
    async with desk.db.begin() as uow:
        await uow.quotas.adjust(
            office.inmate.id,
            visit.kind,
            visit.mode,
            on,
            2,
            note="Used on paper",
            by="staff:1",
            now=desk.clock.now(),
            version=office.version,
        )
        await uow.commit()
    html = await page_of(desk, visit.id)
    assert 'data-quota-left="0"' in html
    first_of_next = (on.replace(day=28) + timedelta(days=4)).replace(day=1)
    assert f'name="offer_from" value="{first_of_next.isoformat()}"' in html
    assert re.search(r'<option value="no_allowance" selected>', html)


async def test_a_picture_is_shown_and_a_pdf_only_downloaded(desk: Desk, office: Office) -> None:
    """A PDF is never drawn by us."""
    shown = await requested(desk, office, people=[await with_proof(desk, office, picture())])
    loaded = await requested(desk, office, days=6, people=[await with_proof(desk, office, pdf())])
    html = await page_of(desk, shown.id)
    assert f'src="/superintendent/requests/{shown.id}/documents/{shown.visitors[0].id}"' in html
    html = await page_of(desk, loaded.id)
    assert "Download the proof (PDF)" in html
    assert "data-paper" not in html


async def test_a_decided_request_leads_to_its_visit(desk: Desk, office: Office) -> None:
    """There is one page about one visit at a time."""
    visit = await desk.book(starts_in=86_400)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        answer = await browser.get(f"/superintendent/requests/{visit.id}", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"/superintendent/visits/{visit.id}")


async def test_a_state_administrator_sees_the_case_and_no_decision(desk: Desk, office: Office) -> None:
    """Reading is not deciding."""
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    visit = await requested(desk, office, people=[replace(person(), name="<b>Savita</b>")])
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        html = await read(browser, f"/superintendent/requests/{visit.id}")
    assert "data-action" not in html.replace('data-action="sign-out"', "")
    assert "&lt;b&gt;Savita" in html
