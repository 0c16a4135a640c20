"""web.members.keys: keys of other systems, made and revoked within one's reach."""

from __future__ import annotations

import re

from broker.staff import Reach, Role
from broker.vocabulary import KeyPurpose
from tests.support.desk import Desk, post, sign_in
from tests.support.members import hire


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(desk: Desk) -> None:
    """The list knows its name and its place, never the secret."""
    await hire(desk.db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))
    async with desk.browser() as browser:
        await sign_in(browser, "admin.mh")
        made = await post(browser, "/keys", name="Prison ERP", place="state:27")
        found = re.search(r"data-api-key>(mulakat_[\w-]+)<", await made.text())
        assert found
        page = await (await browser.get("/keys")).text()
        assert "Prison ERP" in page
        assert found[1] not in page
        async with desk.db.read() as uow:
            key = await uow.api_keys.by_token(found[1])
        assert key is not None
        assert (key.state_code, key.jail_id, key.purpose) == (27, None, KeyPurpose.REGISTER)
        assert (await post(browser, f"/keys/{key.id}/revoke")).status == 303
        assert "Revoked" in await (await browser.get("/keys")).text()
        async with desk.db.read() as uow:
            assert await uow.api_keys.by_token(found[1]) is None


async def test_a_key_is_for_registers_or_for_reports(desk: Desk) -> None:
    """Whoever makes it says which, and the list shows it."""
    await hire(desk.db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))
    async with desk.browser() as browser:
        await sign_in(browser, "admin.mh")
        await post(browser, "/keys", name="Department", place="state:27", purpose="reports")
        assert re.search(r"<td [^>]*>Read reports</td>", await (await browser.get("/keys")).text())
    async with desk.db.read() as uow:
        assert [key.purpose for key in await uow.api_keys.all()] == [KeyPurpose.REPORTS]


async def test_nobody_makes_or_revokes_keys_beyond_their_reach(desk: Desk) -> None:
    """Another state's, a whole state for whom has one jail, and by roles that may not at all."""
    await desk.hire("admin.here", Role.STATE_ADMIN, desk.here)
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.db.begin() as uow:
        key, _ = await uow.api_keys.add("Other", state_code=19, by="staff:1", now=desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        await sign_in(browser, "admin.here")
        for place in ("state:27", "state:19", f"jail:{desk.elsewhere.jail.id}", "jail:4711"):
            assert (await post(browser, "/keys", name="x", place=place)).status == 403
        for name, place in (("", "state:27"), ("x", ""), ("x", "jail:x")):
            assert (await post(browser, "/keys", name=name, place=place)).status == 422
        assert (await post(browser, f"/keys/{key.id}/revoke")).status == 404
        assert "Other" not in await (await browser.get("/keys")).text()
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        assert (await browser.get("/keys")).status == 403
