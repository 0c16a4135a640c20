"""web.staff.session: a token in a cookie, a record in Redis, and two ends that come whatever the browser does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from config import keys, live
from config.secrets import digest
from config.settings import Settings
from tests.support.asked import asked
from tests.support.clock import ManualClock
from web.keys import CLOCK, REDIS, SETTINGS
from web.staff import session
from web.staff.session import ABSOLUTE, IDLE, StaffSession

SECONDS = st.integers(0, 100_000)


@pytest.fixture
def clock() -> ManualClock:
    """Noon, until told otherwise."""
    return ManualClock()


@pytest.fixture
async def app(settings: Settings, clock: ManualClock) -> AsyncIterator[web.Application]:
    """What a session needs of the application, and no more."""
    made = web.Application()
    made[SETTINGS], made[CLOCK], made[REDIS] = settings, clock, live.connect(settings)
    yield made
    await made[REDIS].aclose()


def with_token(app: web.Application, token: str) -> web.Request:
    """A request of the browser that holds this token."""
    return asked(app, headers={"Cookie": f"staff={token}"})


async def signed_in(app: web.Application, request: web.Request | None = None) -> str:
    """Sign somebody in; return the token their browser is given."""
    response = web.Response()
    await session.begin(request or asked(app), response, 7)
    return response.cookies["staff"].value


@given(SECONDS, SECONDS, SECONDS)
def test_a_session_is_over_from_whichever_end_comes_first(signed: int, active: int, later: int) -> None:
    """And once over it stays over."""
    record = StaffSession(7, signed, signed + active)
    end = min(signed + active + IDLE.total_seconds(), signed + ABSOLUTE.total_seconds())
    now = signed + active + later
    assert record.ended(datetime.fromtimestamp(now, UTC)) is (now >= end)
    assert record.ended(datetime.fromtimestamp(end + later, UTC))


async def test_the_browser_that_signed_in_is_known_and_no_other(app: web.Application) -> None:
    """A guessed token, an empty one and the record's own name in Redis open nothing."""
    token = await signed_in(app)
    found = await session.current(with_token(app, token))
    assert found is not None
    assert found.staff_id == 7
    for guess in ("", "x", digest(token), token[:-1], token + "x"):
        assert await session.current(with_token(app, guess)) is None
    assert await session.current(asked(app)) is None


async def test_redis_never_holds_the_token(app: web.Application) -> None:
    """A copy of the live state signs nobody in; the record goes by itself when idle, the list after a shift."""
    token = await signed_in(app)
    key, listed = keys.staff_session(digest(token)), keys.staff_sessions(7)
    assert set(await app[REDIS].keys("*")) == {key, listed}
    assert token not in str(await app[REDIS].get(key)) + str(await app[REDIS].smembers(listed))
    assert 0 < await app[REDIS].ttl(key) <= IDLE.total_seconds()
    assert 0 < await app[REDIS].ttl(listed) <= ABSOLUTE.total_seconds()


async def test_whoever_signs_in_again_gets_a_new_token_and_the_old_one_dies(app: web.Application) -> None:
    """A token that was planted before the sign-in is worth nothing after it."""
    first = await signed_in(app)
    second = await signed_in(app, with_token(app, first))
    assert second != first
    assert await session.current(with_token(app, first)) is None
    assert await session.current(with_token(app, second)) is not None


async def test_whoever_signs_out_is_forgotten_here_and_there(app: web.Application) -> None:
    """A copied cookie opens nothing; an act that was under way does not bring the session back."""
    token = await signed_in(app)
    request = with_token(app, token)
    record = await session.current(request)
    assert record is not None
    response = web.Response()
    await session.end(request, response)
    assert response.cookies["staff"]["max-age"] == "0"
    app[CLOCK].advance(60)  # type: ignore[attr-defined]
    await session.touch(request, record)
    assert await session.current(request) is None
    assert await app[REDIS].keys("*") == []


async def test_acts_by_hand_put_off_the_idle_end_but_never_the_shifts(app: web.Application, clock: ManualClock) -> None:
    """Somebody who acts every half hour is signed out twelve hours after the sign-in."""
    request = with_token(app, await signed_in(app))
    began = clock.now()
    while (record := await session.current(request)) is not None:
        await session.touch(request, record)
        clock.advance(IDLE.total_seconds() / 2)
    assert clock.now() - began == ABSOLUTE


async def test_a_flurry_of_acts_is_written_once_in_half_a_minute(app: web.Application, clock: ManualClock) -> None:
    """What is lost by that is at most half a minute of the idle time."""
    request = with_token(app, await signed_in(app))
    began = clock.now().timestamp()
    seen = []
    for _ in range(4):
        record = await session.current(request)
        assert record is not None
        seen.append(record.seen_at - began)
        clock.advance(15)
        await session.touch(request, record)
    assert seen == [0, 0, 30, 30]


async def test_over_tls_the_cookie_is_bound_to_the_host_when_set_and_when_taken_back(
    app: web.Application, make_settings: Callable[..., Settings], settings: Settings
) -> None:
    """Secure, the whole site, no domain: otherwise a browser refuses the prefix, and would keep the cookie."""
    app[SETTINGS] = make_settings(redis_url=settings.redis_url, public_url="https://visits.example")
    handed, taken = web.Response(), web.Response()
    await session.begin(asked(app), handed, 7)
    await session.end(asked(app), taken)
    for response in (handed, taken):
        cookie = response.cookies["__Host-staff"]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert handed.cookies["__Host-staff"]["samesite"] == "Lax"
    assert handed.cookies["__Host-staff"]["max-age"] == str(int(ABSOLUTE.total_seconds()))


async def test_somebody_sees_their_sessions_and_ends_one_or_all_others(
    app: web.Application, clock: ManualClock
) -> None:
    """By the digests of their tokens, the one used last first; nobody else's are among them or touched."""
    tokens = []
    for _ in range(3):
        tokens.append(await signed_in(app))
        clock.advance(60)
    other = web.Response()
    await session.begin(asked(app), other, 8)
    first, second, third = (digest(token) for token in tokens)
    assert list(await session.of_staff(app[REDIS], 7, clock.now())) == [third, second, first]
    await session.forget(app[REDIS], second)
    assert await session.current(with_token(app, tokens[1])) is None
    await session.end_all(app[REDIS], 7, keep=third)
    assert list(await session.of_staff(app[REDIS], 7, clock.now())) == [third]
    await session.end_all(app[REDIS], 7)
    assert await session.of_staff(app[REDIS], 7, clock.now()) == {}
    assert await session.current(with_token(app, other.cookies["staff"].value)) is not None


async def test_a_session_that_ended_by_itself_is_not_listed(app: web.Application, clock: ManualClock) -> None:
    """What the page shows is what is open."""
    await signed_in(app)
    clock.advance(IDLE.total_seconds())
    assert await session.of_staff(app[REDIS], 7, clock.now()) == {}


async def test_a_session_remembers_what_it_was_begun_with(app: web.Application, clock: ManualClock) -> None:
    """So that somebody knows their own again."""
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    await session.begin(asked(app, headers={"User-Agent": agent}), web.Response(), 7)
    (record,) = (await session.of_staff(app[REDIS], 7, clock.now())).values()
    assert record.device == "Firefox, Linux"
