"""A form's proof on the running application: taken once."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from redis.exceptions import RedisError

from config import keys
from tests.support.asked import asked
from tests.support.desk import Browser, Desk
from tests.support.proofs import payload, proof
from web.keys import CLOCK, SETTINGS
from web.proof import gate, work
from web.proof.errors import ProofBad, ProofError, ProofMissing
from web.proof.gate import words
from web.proof.work import LIFETIME, Purpose


async def look(browser: Browser, proof_of_work: str) -> str:
    """Send the form of /status for a number that nobody has; what the page says is the matter."""
    page = await (await browser.get("/status")).text()
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    sent = {"csrf": token, "visrn": "27/11/999/2026", "proof": proof_of_work}
    answer = await browser.post("/status", data=sent, allow_redirects=False)
    assert answer.status in {404, 422}
    text = await answer.text()
    return "taken" if answer.status == 404 else text.partition('role="alert"')[2].partition("</p>")[0]


async def test_a_proof_is_taken_once(desk: Desk) -> None:
    """The second form with it is refused, whoever sends it."""
    async with desk.browser() as browser, desk.browser() as other:
        made = await proof(browser, "status")
        assert await look(browser, made) == "taken"
        assert "sent twice" in await look(browser, made)
        assert "sent twice" in await look(other, made)
        assert await look(browser, await proof(browser, "status")) == "taken"


async def test_of_many_who_replay_it_at_once_one_is_taken(desk: Desk) -> None:
    """Remembering it is one step."""
    async with desk.browser() as browser:
        made = await proof(browser, "status")
        answers = await asyncio.gather(*(look(browser, made) for _ in range(12)))
    assert answers.count("taken") == 1


async def test_a_form_without_a_proof_says_what_to_do(desk: Desk) -> None:
    """The page can be sent before its script was done, or without scripts."""
    async with desk.browser() as browser:
        assert "press the button again" in await look(browser, "")


async def test_a_proof_of_another_form_is_refused(desk: Desk) -> None:
    """One for signing in opens no look-up."""
    async with desk.browser() as browser:
        assert "sent twice" in await look(browser, await proof(browser, "account"))


async def test_a_proof_is_remembered_for_as_long_as_it_lives(desk: Desk) -> None:
    """And not for ever."""
    async with desk.browser() as browser:
        assert await look(browser, await proof(browser, "status")) == "taken"
    (name,) = [name async for name in desk.redis.scan_iter(keys.proof_used("*"))]
    assert LIFETIME.total_seconds() - 60 < await desk.redis.ttl(name) <= LIFETIME.total_seconds() + 1


async def test_a_challenge_is_for_a_form_that_exists(desk: Desk) -> None:
    """Anything else is no page of ours; and none of it is kept by anybody."""
    async with desk.browser() as browser:
        for purpose in ("", "?for=", "?for=everything"):
            assert (await browser.get(f"/proof{purpose}")).status == 404
        answer = await browser.get("/proof?for=register")
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies


async def test_without_redis_no_proof_is_taken(wired: web.Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be remembered could be used again: closed, not open."""
    made = payload(work.challenge(wired[SETTINGS].secret_key, Purpose.STATUS, wired[CLOCK].now()))

    async def sent(*_: object) -> str:
        return made

    monkeypatch.setattr(gate, "field", sent)
    with pytest.raises(RedisError):
        await gate.check(asked(wired, "/status", method="POST"), Purpose.STATUS)


@pytest.mark.parametrize("error", [ProofMissing(), ProofBad()])
async def test_every_refusal_has_words(wired: web.Application, error: ProofError) -> None:
    """In whole sentences."""
    assert words(asked(wired), error).endswith("again.")
