"""web.monitor.acting: the forms of a monitor's acts."""

from __future__ import annotations

import pytest

from broker.staff import Role
from rooms.wall.alert import AlertKind
from tests.support.desk import Browser, Desk, post, sign_in
from tests.support.monitoring import amiss, live
from web.monitor.acting import GOOD, SAID

JSON = "application/json"
FIELDS = {
    "mute": {"side": "family", "reason": "conduct"},
    "unmute": {"side": "family"},
    "blank": {"side": "prison", "reason": "dress"},
    "unblank": {"side": "prison"},
    "warn": {"side": "both", "notice": "behave"},
    "end": {"reason": "emergency"},
}
DONE = {
    "mute": "muted",
    "unmute": "unmuted",
    "blank": "blanked",
    "unblank": "unblanked",
    "warn": "warned",
    "end": "ended",
}


async def test_each_act_is_done_and_said_to_a_script(desk: Desk, monitor: Browser) -> None:
    """In the order in which a visit may need them; a refusal is 409 and says why."""
    visit = await live(desk, await desk.book())
    for act, done in DONE.items():
        answer = await post(monitor, f"/monitor/rooms/{visit.id}/{act}", accept=JSON, **FIELDS[act])
        assert (answer.status, (await answer.json())["done"]) == (200, done)
    again = await post(monitor, f"/monitor/rooms/{visit.id}/end", accept=JSON, **FIELDS["end"])
    assert (again.status, (await again.json())["error"]) == (409, "room_over")
    assert (await again.json())["message"] == "Nothing was done: this visit is over."


async def test_without_a_script_the_page_it_came_from_says_it(desk: Desk, monitor: Browser) -> None:
    """The wall with its filter and page, or the rooms that are followed."""
    visit = await live(desk, await desk.book())
    path = f"/monitor/rooms/{visit.id}/mute"
    answer = await post(monitor, path, side="family", reason="conduct", jail="1", page="2")
    assert (answer.status, answer.headers["Location"]) == (303, "/monitor?said=muted&jail=1&page=2")
    answer = await post(monitor, path, side="family", reason="conduct", rooms=visit.id, layout="4")
    assert answer.headers["Location"] == f"/monitor/follow?said=done_already&rooms={visit.id}&layout=4"


async def test_a_tick_is_seen_by_name_by_every_monitor(desk: Desk, monitor: Browser) -> None:
    """Who comes second reads that a colleague was faster."""
    visit = await live(desk, await desk.book())
    alert = await amiss(desk, visit, AlertKind.SILENCE)
    fields = {"alert": alert.key, "since": alert.since.isoformat()}
    path = f"/monitor/rooms/{visit.id}/tick"
    assert (await post(monitor, path, accept=JSON, **fields)).status == 200
    await desk.hire("nitin", Role.MONITOR, desk.here)
    async with desk.browser() as other:
        await sign_in(other, "nitin")
        assert "Ticked off by Name of mira at" in await (await other.get("/monitor")).text()
        answer = await post(other, path, accept=JSON, **fields)
        assert (await answer.json())["error"] == "already_ticked"


@pytest.mark.parametrize("act", [*FIELDS, "tick"])
async def test_only_who_may_moderate_does(desk: Desk, act: str) -> None:
    """Seeing the list, or running the day, is not enough."""
    visit = await live(desk, await desk.book())
    for name, role in (("admin", Role.STATE_ADMIN), ("op", Role.OPERATOR)):
        await desk.hire(name, role, desk.here)
        async with desk.browser() as browser:
            await sign_in(browser, name)
            answer = await post(browser, f"/monitor/rooms/{visit.id}/{act}", accept=JSON, **FIELDS.get(act, {}))
            assert answer.status == 403
    assert (await desk.registry.room(visit.id)).moderation == {}


@pytest.mark.parametrize("said", sorted(SAID))
async def test_every_outcome_has_a_sentence(monitor: Browser, said: str) -> None:
    """Bad news looks like it."""
    page = await (await monitor.get(f"/monitor?said={said}")).text()
    shown = page.split("data-said", 1)[1].split("</div>", 1)[0]
    assert len(shown.split(">", 1)[1].strip()) > 5
    assert ("said--bad" in page.split("data-said", 1)[0]) == (said not in GOOD)
