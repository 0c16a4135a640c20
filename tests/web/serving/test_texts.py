"""web.serving.texts: the call's sentences for its scripts."""

from __future__ import annotations

import pytest

from config.i18n import LANGUAGES
from tests.support.desk import Desk
from web.client_text import SENTENCES


@pytest.mark.parametrize("code", LANGUAGES)
async def test_each_language_has_every_sentence(desk: Desk, code: str) -> None:
    """No key is missing anywhere; a page that has the table already is told so."""
    async with desk.browser() as browser:
        answer = await browser.get(f"/text/{code}.json")
        assert set(await answer.json()) == set(SENTENCES)
        again = await browser.get(f"/text/{code}.json", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status == 304


async def test_a_language_that_is_not_spoken_is_not_found(desk: Desk) -> None:
    """Nothing is guessed."""
    async with desk.browser() as browser:
        assert (await browser.get("/text/fr.json")).status == 404
