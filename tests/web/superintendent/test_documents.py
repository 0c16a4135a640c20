"""The proof of identity on a desk."""

from __future__ import annotations

from broker.staff import Role
from tests.support.deciding import Office
from tests.support.desk import Desk
from tests.support.superintendent import at_the_desk, requested, with_proof
from tests.support.uploads import pdf, picture


async def test_a_picture_is_sent_to_no_cache_and_may_run_nothing(desk: Desk, office: Office) -> None:
    """Inline, as the JPEG we made, fenced in."""
    visit = await requested(desk, office, people=[await with_proof(desk, office, picture())])
    async with desk.browser() as browser:
        await at_the_desk(browser)
        answer = await browser.get(f"/superintendent/requests/{visit.id}/documents/{visit.visitors[0].id}")
        body = await answer.read()
    assert answer.status == 200
    assert answer.content_type == "image/jpeg"
    assert body.startswith(b"\xff\xd8\xff")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_pdf_is_downloaded_under_a_name_of_ours(desk: Desk, office: Office) -> None:
    """It is never opened within our pages."""
    visit = await requested(desk, office, people=[await with_proof(desk, office, pdf())])
    async with desk.browser() as browser:
        await at_the_desk(browser)
        answer = await browser.get(f"/superintendent/requests/{visit.id}/documents/{visit.visitors[0].id}")
    number = str(visit.visrn).replace("/", "-")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="proof-{number}.pdf"'


async def test_nobody_else_gets_it(desk: Desk, office: Office) -> None:
    """Not another jail, not an operator, not somebody who isn't signed in; and there is none where there is none."""
    await desk.hire("other", Role.SUPERINTENDENT, desk.elsewhere)
    await desk.hire("op", Role.OPERATOR, desk.here)
    visit = await requested(desk, office, people=[await with_proof(desk, office, picture())])
    bare = await requested(desk, office, days=6)
    address = f"/superintendent/requests/{visit.id}/documents/{visit.visitors[0].id}"
    async with desk.browser() as browser:
        assert (await browser.get(address, allow_redirects=False)).status == 303
    for username in ("other", "op"):
        async with desk.browser() as browser:
            await at_the_desk(browser, username)
            assert (await browser.get(address)).status == 403
    async with desk.browser() as browser:
        await at_the_desk(browser)
        for gone in (
            f"/superintendent/requests/{bare.id}/documents/{bare.visitors[0].id}",
            f"/superintendent/requests/{visit.id}/documents/{bare.visitors[0].id}",
            f"/superintendent/requests/{'0' * 32}/documents/{visit.visitors[0].id}",
        ):
            assert (await browser.get(gone)).status == 404
