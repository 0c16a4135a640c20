"""What superintendents do and see, each once: cases for `tests.support.audited`."""

from __future__ import annotations

import io
import re
from datetime import time, timedelta
from urllib.parse import urlencode

import aiohttp

from broker.deciding.bans import NewBan, email_digest
from broker.vocabulary import ReviewCause
from tests.support.audited import Stage, case, look
from tests.support.desk import Browser, csrf_of, post
from tests.support.gate import in_person
from tests.support.superintendent import in_days, known_person, requested, with_proof
from tests.support.uploads import picture
from web.superintendent.desk.forms import stamp

HEAD = "number,name,father_name,age,gender,category\n"
PERSON = {"name": "Imran Shaikh", "father_name": "Yusuf Shaikh", "age": "41", "gender": "male", "category": "convict"}

look("GET /superintendent", "request:list", lambda _: "/superintendent")
look("GET /superintendent/bans", "ban:list", lambda _: "/superintendent/bans")
look("GET /inmates", "inmate:list", lambda _: "/inmates?q=Kolte")
look("GET /inmates/{id}/edit", "inmate:read", lambda stage: f"/inmates/{stage.office.inmate.id}/edit")
look(
    "GET /superintendent/inmates/{id}", "inmate:read", lambda stage: f"/superintendent/inmates/{stage.office.inmate.id}"
)
look("GET /gate", "visit:list", lambda _: "/gate")


@case("GET /superintendent/requests/{id}", "request:read")
async def _request(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office, days=3)
    await stage.mark()
    return await browser.get(f"/superintendent/requests/{visit.id}?look_for=Kolte", allow_redirects=False)


@case("GET /superintendent/visits/{id}", "visit:read")
async def _visit(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await stage.approved(days=3)
    await stage.mark()
    return await browser.get(f"/superintendent/visits/{visit.id}", allow_redirects=False)


@case("GET /superintendent/requests/{id}/documents/{visitor}", "document:read")
async def _document(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office, people=[await with_proof(stage.desk, stage.office, picture())])
    await stage.mark()
    return await browser.get(f"/superintendent/requests/{visit.id}/documents/{visit.visitors[0].id}")


@case("GET /superintendent/bans/new", "visit:read")
async def _ban_form(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office, days=3)
    await stage.mark()
    return await browser.get(f"/superintendent/bans/new?visit={visit.id}&visitor={visit.visitors[0].id}")


@case("GET /superintendent/lockdown", "visit:list")
async def _lockdown_form(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    await requested(stage.desk, stage.office, days=13)
    await stage.mark()
    day = in_days(stage.desk, 13).date().isoformat()
    return await browser.get(f"/superintendent/lockdown?{urlencode({'day': day, 'reason': 'lockdown'})}")


@case("POST /superintendent/requests/{id}/approve", "visit:approve")
async def _approve(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office)
    await stage.mark()
    fields = {"inmate": str(stage.office.inmate.id), "slot": stamp(visit.starts_at), "may": visit.visitors[0].id}
    return await post(browser, f"/superintendent/requests/{visit.id}/approve", **fields)


@case("POST /superintendent/requests/{id}/special", "visit:approve")
async def _special(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office, days=6)
    await stage.mark()
    fields = {"inmate": str(stage.office.inmate.id), "may": visit.visitors[0].id, "special": "A death in the family"}
    when = {"special_day": in_days(stage.desk, 6).date().isoformat(), "special_time": "20:00", "special_minutes": "30"}
    return await post(browser, f"/superintendent/requests/{visit.id}/special", **fields, **when)


@case("POST /superintendent/requests/{id}/refuse", "visit:refuse")
async def _refuse(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office)
    await stage.mark()
    return await post(browser, f"/superintendent/requests/{visit.id}/refuse", reason="id_unclear")


@case("POST /superintendent/requests/{id}/ask", "visit:ask")
async def _ask(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office)
    await stage.mark()
    return await post(browser, f"/superintendent/requests/{visit.id}/ask", wants="better_id")


@case("POST /superintendent/approve", "visit:approve")
async def _approve_many(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    known = await known_person(stage.desk, stage.office, "Kamala Kolte")
    visit = await requested(stage.desk, stage.office, days=9, people=[known])
    await stage.mark()
    return await post(browser, "/superintendent/approve", visit=visit.id)


@case("POST /superintendent/visits/{id}/move", "visit:move")
async def _move(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await stage.approved(days=4)
    await stage.mark()
    fields = {"move_to": stamp(in_days(stage.desk, 4, time(13))), "move_text": "The room is painted."}
    return await post(browser, f"/superintendent/visits/{visit.id}/move", **fields)


@case("POST /superintendent/visits/{id}/cancel", "visit:cancel")
async def _cancel(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await stage.approved(days=4)
    await stage.mark()
    return await post(browser, f"/superintendent/visits/{visit.id}/cancel", cancel_reason="equipment")


@case("POST /superintendent/visits/{id}/keep", "review:settle")
async def _keep(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await stage.approved(days=4, at=time(11))
    async with stage.desk.db.begin() as uow:
        await uow.decisions.raise_review(visit.id, ReviewCause.DAY_BLOCKED, "", stage.desk.clock.now())
        await uow.commit()
    await stage.mark()
    return await post(browser, f"/superintendent/visits/{visit.id}/keep", keep_text="It can be held")


@case("POST /superintendent/bans/new", "ban:create")
async def _ban(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    fields = {"name": "S. K.", "reason": "Threatened staff", "email": "nobody@family.example"}
    return await post(browser, "/superintendent/bans/new", **fields)


@case("POST /superintendent/bans/{id}/lift", "ban:lift")
async def _lift_ban(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    new = NewBan("M", "A quarrel", jail_id=stage.office.jail.id, email_digest=email_digest("m@family.example"))
    async with stage.desk.db.begin() as uow:
        ban = await uow.bans.add(new, "staff:1", stage.desk.clock.now())
        await uow.commit()
    return await post(browser, f"/superintendent/bans/{ban.id}/lift")


@case("POST /superintendent/lockdown", "calendar:edit", "visit:cancel")
async def _lockdown(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    visit = await requested(stage.desk, stage.office, days=14)
    await stage.mark()
    day = in_days(stage.desk, 14).date().isoformat()
    fields = {"day": day, "reason": "lockdown", "note": "No visits.", "visit": visit.id}
    return await post(browser, "/superintendent/lockdown", **fields)


@case("POST /superintendent/inmates/{id}/restrict", "restriction:edit")
async def _restrict(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    fields = {"restriction": "no_video", "restriction_reason": "Found with a telephone"}
    return await post(browser, f"/superintendent/inmates/{stage.office.other.id}/restrict", **fields)


@case("POST /superintendent/inmates/{id}/restrictions/{restriction}/lift", "restriction:lift")
async def _lift_restriction(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    async with stage.desk.db.read() as uow:
        (restriction,) = await uow.restrictions.of(stage.office.other.id)
    path = f"/superintendent/inmates/{stage.office.other.id}/restrictions/{restriction.id}/lift"
    return await post(browser, path)


@case("POST /superintendent/inmates/{id}/quota", "quota:adjust")
async def _quota(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    day = in_days(stage.desk, 0).date().isoformat()
    fields = {"quota_kind": "family", "quota_mode": "video", "quota_day": day, "quota_amount": "-1", "quota_note": "x"}
    return await post(browser, f"/superintendent/inmates/{stage.office.other.id}/quota", **fields)


@case("POST /superintendent/calendar/hours", "calendar:edit")
async def _hours(_: Stage, browser: Browser) -> aiohttp.ClientResponse:
    fields = {"mode": "video", "weekday": "0", "first": "07:00", "last": "08:00", "gap": "0"}
    return await post(browser, "/superintendent/calendar/hours", **fields)


@case("POST /superintendent/calendar/hours/remove", "calendar:edit")
async def _no_hours(_: Stage, browser: Browser) -> aiohttp.ClientResponse:
    return await post(browser, "/superintendent/calendar/hours/remove", key="video-0-0700")


@case("POST /superintendent/calendar/blocks", "calendar:edit")
async def _block(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    day = in_days(stage.desk, 20).date().isoformat()
    fields = {"station": "", "from_day": day, "to_day": day, "reason": "weather", "note": ""}
    return await post(browser, "/superintendent/calendar/blocks", **fields)


@case("POST /superintendent/calendar/blocks/{id}/lift", "calendar:edit")
async def _unblock(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    async with stage.desk.db.read() as uow:
        blocks = await uow.calendars.blocks(stage.office.jail.id, in_days(stage.desk, 19), in_days(stage.desk, 22))
    return await post(browser, f"/superintendent/calendar/blocks/{blocks[0].id}/lift")


@case("POST /superintendent/calendar/stations", "calendar:edit")
async def _station(_: Stage, browser: Browser) -> aiohttp.ClientResponse:
    return await post(browser, "/superintendent/calendar/stations", mode="video")


@case("POST /inmates/new", "inmate:edit")
async def _new_inmate(_: Stage, browser: Browser) -> aiohttp.ClientResponse:
    return await post(browser, "/inmates/new", number="C/9/26", nationality="IN", status="held", **PERSON)


@case("POST /inmates/{id}/edit", "inmate:edit")
async def _edit_inmate(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    path = f"/inmates/{stage.office.other.id}/edit"
    return await post(browser, path, nationality="IN", status="held", **PERSON)


async def _upload(browser: Browser, stage: Stage, lines: str) -> str:
    form = aiohttp.FormData(
        {"csrf": await csrf_of(browser), "gone": "kept", "jail": str(stage.office.jail.id)}, default_to_multipart=True
    )
    form.add_field("file", io.BytesIO((HEAD + lines).encode()), filename="register.csv", content_type="text/csv")
    answer = await browser.post("/inmates/import", data=form, allow_redirects=False)
    return answer.headers["Location"]


@case("GET /inmates/import/{token}", "inmate:list")
async def _dry_run(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    return await browser.get(await _upload(browser, stage, "C/11/26,A B,C,41,male,convict\n"))


@case("POST /inmates/import/{token}", "register:import")
async def _import(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    lines = "C/12/26,A B,C,41,male,convict\nC/13/26,D E,F,41,male,convict\n"
    where = await _upload(browser, stage, lines)
    shown = re.search(r'name="shown" value="(\w+)"', await (await browser.get(where)).text())
    assert shown
    await stage.mark()
    return await post(browser, where, shown=shown[1])


@case("GET /gate", "visit:read")
async def _pass(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    now = stage.desk.clock.now()
    visit = await in_person(stage.desk.db, stage.desk.here, starts_at=now + timedelta(hours=3), now=now)
    return await browser.get(f"/gate?pass={visit.visrn}")


@case("POST /gate/visits/{visit}/let-in", "gate:admit")
async def _let_in(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    now = stage.desk.clock.now()
    visit = await in_person(stage.desk.db, stage.desk.here, starts_at=now + timedelta(minutes=5), now=now)
    return await post(browser, f"/gate/visits/{visit.id}/let-in", visitor=visit.visitors[0].id)


@case("POST /gate/visits/{visit}/did-not-come", "visit:close", "visit:no_show")
async def _did_not_come(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
    now = stage.desk.clock.now()
    visit = await in_person(stage.desk.db, stage.desk.here, starts_at=now - timedelta(minutes=30), now=now)
    return await post(browser, f"/gate/visits/{visit.id}/did-not-come")
