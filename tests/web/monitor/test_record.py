"""web.monitor.record: what the relay counted, and what staff did."""

from __future__ import annotations

import pytest

from broker.staff import Role
from broker.storage.models import VisitRecordRow
from broker.visit import Visit, VisitKind
from tests.support.desk import Browser, Desk, post, sign_in
from tests.support.monitoring import events_of, family, live, prison


async def measured(desk: Desk, visit: Visit, *, heard: int = 0) -> None:
    """Write the call's record as the worker does when a visit is closed."""
    ways = [
        [family(visit), prison(visit), "audio", 44_000],
        [family(visit), "monitor-1", "video", 12_345],
        *([[prison(visit), "monitor-1", "audio", heard]] if heard else []),
    ]
    async with desk.db.begin() as uow:
        uow.session.add(
            VisitRecordRow(
                visit_id=visit.id, offered=900, family_seconds=880, prison_seconds=890, had=875, lost=25,
                ended_at=desk.clock.now(), ways=ways,
            )
        )  # fmt: skip
        await uow.commit()


async def test_a_lawyers_record_shows_that_no_sound_went_to_monitors(desk: Desk, monitor: Browser) -> None:
    """In the relay's own counters, by its number as by its id; the look at it is recorded."""
    visit = await live(desk, await desk.book(kind=VisitKind.LEGAL))
    assert "written when the visit is closed" in await (await monitor.get(f"/monitor/record/{visit.id}")).text()
    await measured(desk, visit)
    page = await (await monitor.get(f"/monitor/record/{visit.visrn}")).text()
    assert "To monitors: picture 12,345 packets, sound 0 packets." in page
    assert 'data-monitors-audio="0"' in page
    assert '<tr data-from="family" data-to="prison"><td data-label="Sent by">Lawyer</td>' in page
    assert '<td data-label="Received by">Prison\'s side</td>' in page
    assert ("visit:read", "staff:1") in await events_of(desk)


async def test_a_family_visits_record_counts_the_sound_that_was_heard(desk: Desk, monitor: Browser) -> None:
    """The number is the counter's, not the kind's."""
    visit = await live(desk, await desk.book())
    await measured(desk, visit, heard=777)
    assert 'data-monitors-audio="777"' in await (await monitor.get(f"/monitor/record/{visit.id}")).text()


async def test_a_record_names_what_staff_did_and_why(desk: Desk, monitor: Browser) -> None:
    """Who, when, what; a reason in words, somebody's own words as they were."""
    visit = await live(desk, await desk.book())
    path = f"/monitor/rooms/{visit.id}"
    await post(monitor, f"{path}/mute", side="family", reason="other", note="he shouted")
    await post(monitor, f"{path}/warn", side="both", notice="recording")
    await post(monitor, f"{path}/end", reason="stranger", note="a man")
    page = await (await monitor.get(f"/monitor/record/{visit.id}")).text()
    for words in (
        "<strong>Muted the family</strong>: he shouted",
        "<strong>Warned both sides</strong>: Recording and pictures are not allowed",
        "<strong>Ended the visit</strong>: Somebody is there who is not registered: a man",
        "Name of mira",
    ):
        assert words in page


async def test_a_record_leads_back_to_the_wall_and_to_its_day(desk: Desk, monitor: Browser) -> None:
    """For whoever may open them: an auditor has neither."""
    visit = await live(desk, await desk.book())
    page = await (await monitor.get(f"/monitor/record/{visit.id}")).text()
    day = f"/monitor/looks?jail={desk.here.jail.id}&amp;day={desk.clock.now().date().isoformat()}"
    assert '<a class="button button--small" href="/monitor" data-action="wall">' in page
    assert f'href="{day}"' in page
    answer = await monitor.get(day.replace("&amp;", "&"))
    assert str(visit.visrn) in await answer.text()
    await desk.hire("noor", Role.AUDITOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "noor")
        record = await (await browser.get(f"/monitor/record/{visit.id}")).text()
    assert str(visit.visrn) in record
    assert 'href="/monitor' not in record.partition("<main")[2]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.STATE_ADMIN, 200), (Role.SYSTEM_ADMIN, 200), (Role.SUPERINTENDENT, 200), (Role.OPERATOR, 403)],
)
async def test_a_record_is_for_who_watches_reports_or_audits(desk: Desk, role: Role, status: int) -> None:
    """Within their scope; what is no visit is not there."""
    mine, theirs = await desk.book(), await desk.book(desk.elsewhere)
    await desk.hire("reader", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "reader")
        assert (await browser.get(f"/monitor/record/{mine.id}")).status == status
        assert (await browser.get(f"/monitor/record/{theirs.id}")).status == 403
        assert (await browser.get("/monitor/record/27/11/9999/2026")).status == (404 if status == 200 else 403)
        assert (await browser.get("/monitor/record/nothing")).status == (404 if status == 200 else 403)
