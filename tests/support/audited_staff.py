"""What everybody else of the staff, and other systems, do and see, each once: cases for `tests.support.audited`."""

from __future__ import annotations

import re
from datetime import timedelta

import aiohttp
import pyotp
from aiohttp import ClientResponse

from broker.members import service
from broker.staff import Role
from broker.vocabulary import KeyPurpose
from tests.support.api import make_key
from tests.support.audited import ADMIN, AUDITOR, NOBODY, OPERATOR, Stage, case, look
from tests.support.desk import PASSWORD, Browser, csrf_of, post
from tests.support.members import invitation, links
from web.keys import SETTINGS
from web.rules.forms import typed_rule

WORDS = "mango rickshaw lamp river"

look("GET /members", "staff:list", lambda _: "/members", who=ADMIN)
look("GET /members/{id}", "staff:read", lambda stage: f"/members/{stage.people[OPERATOR].id}", who=ADMIN)
look("GET /audit", "audit:read", lambda _: "/audit?event=visit%3A", who=AUDITOR)


@case("POST /audit/export", "audit:export", who=AUDITOR)
async def _export(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/audit/export", format="csv", event="visit:")


@case("POST /rules/edit", "rule:edit", who=ADMIN)
async def _rule(stage: Stage, browser: Browser) -> ClientResponse:
    form = typed_rule(stage.office.version, stage.desk.clock.now().date() + timedelta(days=2))
    fields = [*({**form.values, "last_day": "14", "note": "Order 7"}).items()]
    fields += [(name, word) for name, words in form.chosen.items() for word in sorted(words)]
    shown = await _send(browser, [*fields, ("act", "preview")])
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', await shown.text())
    assert seen
    return await _send(browser, [*fields, ("act", "make"), ("seen", seen[1])])


async def _send(browser: Browser, fields: list[tuple[str, str]]) -> ClientResponse:
    data = [("csrf", await csrf_of(browser)), *fields]
    return await browser.post("/rules/edit?state=27", data=data, allow_redirects=False)


@case("POST /members/invite", "staff:invite", who=ADMIN)
async def _invite(stage: Stage, browser: Browser) -> ClientResponse:
    fields = {"name": "Bina Rao", "username": "bina", "email": "bina@prisons.example", "role": "operator"}
    return await post(browser, "/members/invite", scope="jails", jails=str(stage.office.jail.id), **fields)


@case("POST /members/{id}", "staff:edit", who=ADMIN)
async def _change(stage: Stage, browser: Browser) -> ClientResponse:
    fields = {"name": "Asha", "role": "monitor", "scope": "jails", "jails": str(stage.office.jail.id)}
    return await post(browser, f"/members/{stage.people[OPERATOR].id}", **fields)


@case("POST /members/{id}/link", "staff:reset", who=ADMIN)
async def _link(stage: Stage, browser: Browser) -> ClientResponse:
    async with stage.desk.db.read() as uow:
        row = await uow.staff.by_username("bina")
    assert row
    return await post(browser, f"/members/{row.staff.id}/link")


@case("POST /members/{id}/{act}", "staff:disable", who=ADMIN)
async def _disable(stage: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, f"/members/{stage.people['om'].id}/disable")


@case("POST /members/{id}/{act}", "staff:enable", who=ADMIN)
async def _enable(stage: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, f"/members/{stage.people['om'].id}/enable")


@case("POST /keys", "api_key:create", who=ADMIN)
async def _key(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/keys", name="Prison ERP", place="state:27")


@case("POST /keys/{id}/revoke", "api_key:revoke", who=ADMIN)
async def _revoke(stage: Stage, browser: Browser) -> ClientResponse:
    async with stage.desk.db.read() as uow:
        key = (await uow.api_keys.all())[0]
    return await post(browser, f"/keys/{key.id}/revoke")


@case("POST /staff/account/authenticator", "staff:second_factor", who=OPERATOR)
async def _authenticator(stage: Stage, browser: Browser) -> ClientResponse:
    page = await (await browser.get("/staff/account/authenticator")).text()
    found = re.search(r'qr__key digits">([A-Z2-7 ]+)<', page)
    assert found
    code = pyotp.TOTP(found[1].replace(" ", "")).at(stage.desk.clock.now())
    return await post(browser, "/staff/account/authenticator", present=PASSWORD, totp=code)


@case("POST /staff/account/codes", "staff:codes", who=OPERATOR)
async def _codes(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/staff/account/codes", present=PASSWORD)


@case("POST /staff/account/password", "staff:password", who=OPERATOR)
async def _password(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/staff/account/password", present=PASSWORD, password=WORDS, again=WORDS)


@case("POST /staff/sign-in", "staff:sign_in", who=NOBODY)
async def _sign_in(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/staff/sign-in", username="om", password=PASSWORD)


@case("POST /staff/sign-in", "staff:sign_in_fail", who=NOBODY)
async def _wrong_password(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/staff/sign-in", username="om", password="wrong")


@case("POST /staff/sign-in", "staff:sign_in_fail", who=NOBODY)
async def _wrong_name(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/staff/sign-in", username="stranger", password=PASSWORD)


@case("POST /staff/sign-in", "staff:sign_in_fail", who=NOBODY)
async def _wrong_code(_: Stage, browser: Browser) -> ClientResponse:
    return await post(browser, "/staff/sign-in", username=OPERATOR, password=WORDS, totp="000000")


@case("POST /staff/invite/{token}", "staff:enrol", who=NOBODY)
async def _enrol(stage: Stage, browser: Browser) -> ClientResponse:
    new = invitation("dev", Role.OPERATOR, stage.office.jail.id)
    by, now = stage.people[ADMIN], stage.desk.clock.now()
    before = set(await links(stage.desk.db))
    await service.invite(stage.desk.db, stage.desk.app[SETTINGS], new, by, now)
    (token,) = set(await links(stage.desk.db)) - before
    await stage.mark()
    return await post(browser, f"/staff/invite/{token}", password=WORDS, again=WORDS)


async def _ask(
    stage: Stage,
    browser: Browser,
    method: str,
    path: str,
    content: bytes = b"",
    *,
    purpose: KeyPurpose = KeyPurpose.REGISTER,
) -> ClientResponse:
    key = await make_key(stage.desk, jail_id=stage.office.jail.id, purpose=purpose)
    headers = {"Authorization": f"Bearer {key}"}
    return await browser.request(method, path, data=aiohttp.BytesPayload(content), headers=headers)


@case("GET /api/v1/inmates", "inmate:list", who=NOBODY)
async def _api_list(stage: Stage, browser: Browser) -> ClientResponse:
    return await _ask(stage, browser, "GET", "/api/v1/inmates")


@case("GET /api/v1/reports", "report:read", who=NOBODY)
async def _api_reports(stage: Stage, browser: Browser) -> ClientResponse:
    path = "/api/v1/reports?from=2026-01-01&to=2026-01-31"
    return await _ask(stage, browser, "GET", path, purpose=KeyPurpose.REPORTS)


@case("PUT /api/v1/inmates/{number}", "inmate:edit", who=NOBODY)
async def _api_put(stage: Stage, browser: Browser) -> ClientResponse:
    line = b'{"name": "A B", "father_name": "C", "age": 30, "gender": "male", "category": "convict"}'
    return await _ask(stage, browser, "PUT", "/api/v1/inmates/C/21/26", line)


@case("POST /api/v1/inmates", "register:import", who=NOBODY)
async def _api_post(stage: Stage, browser: Browser) -> ClientResponse:
    lines = b"number,name,father_name,age,gender,category\nC/22/26,A,B,40,male,convict\nC/23/26,C,D,40,male,convict\n"
    return await _ask(stage, browser, "POST", "/api/v1/inmates", lines)
