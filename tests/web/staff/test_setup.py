"""web.staff.setup: the secret that a page shows is the one that is later proved."""

from __future__ import annotations

from aiohttp import web

from broker.members.secrets import new_totp_secret
from tests.support.asked import asked
from web.staff import setup


async def test_a_browser_is_shown_the_same_secret_until_it_is_used(wired: web.Application) -> None:
    """Loading the page again must not invalidate what the app has scanned; another subject gets another one."""
    request = asked(wired)
    first = setup.waiting_secret(request, "staff:1")
    assert setup.waiting_secret(request, "staff:1") == first
    assert setup.waiting_secret(request, "staff:2") != first
    setup.forget_secret(request)
    assert setup.waiting_secret(request, "staff:1") != first
    assert setup.waiting_secret(asked(wired), "staff:1") != first


def test_the_picture_is_in_the_page_and_the_key_can_be_typed() -> None:
    """No address carries the secret."""
    assert setup.picture(new_totp_secret(), "asha").startswith("data:image/svg+xml")
    assert setup.spelled("JBSWY3DPEHPK3PXP") == "JBSW Y3DP EHPK 3PXP"
