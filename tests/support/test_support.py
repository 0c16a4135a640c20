"""The shared servers and browsers are real: each does once what the tests build on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage

import aiosmtplib
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from config import live
from config.settings import Settings
from tests.support.clock import ManualClock
from tests.support.smtp import SmtpServer

CALL_ITSELF = """async () => {
    const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: true});
    const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
    here.onicecandidate = event => there.addIceCandidate(event.candidate);
    there.onicecandidate = event => here.addIceCandidate(event.candidate);
    stream.getTracks().forEach(track => here.addTrack(track, stream));
    await here.setLocalDescription();
    await there.setRemoteDescription(here.localDescription);
    await there.setLocalDescription();
    await here.setRemoteDescription(there.localDescription);
    for (let tries = 0; tries < 200; tries++) {
        for (const report of (await there.getStats()).values()) {
            if (report.type === "inbound-rtp" && report.framesDecoded > 3) return report.framesDecoded;
        }
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    return 0;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def empty_page() -> AsyncIterator[str]:
    """The address of an empty page: cameras are for pages of an origin only."""

    async def empty(_request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Empty</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", empty)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_browser_calls_itself_with_its_invented_camera(
    browsers: dict[str, Browser], name: str, empty_page: str
) -> None:
    """Each browser gets a camera unasked, connects over loopback and decodes what it sent."""
    page = await browsers[name].new_page()
    await page.goto(empty_page)
    assert await page.evaluate(CALL_ITSELF) > 3
    await page.close()


async def test_database_is_empty_and_keeps_what_is_written(database_url: str) -> None:
    """Both databases take a table that no earlier test can have left."""
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO things VALUES (7)"))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT id FROM things"))).scalar_one() == 7
    await engine.dispose()


async def test_redis_is_empty_and_keeps_what_is_written(make_settings: Callable[..., Settings], live_url: str) -> None:
    """Both servers answer the project's own client, and hold nothing of earlier tests."""
    async with live.connect(make_settings(redis_url=live_url)) as redis:
        assert await redis.dbsize() == 0
        await redis.set("thing", "7")
        assert await redis.get("thing") == "7"


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "विषय"
    mail.set_content("मुलाक़ात")
    return mail


async def test_smtp_server_refuses_as_told_and_then_takes(smtp_server: SmtpServer) -> None:
    """A refusal reaches the sender as it was said; the next message is kept, in its own script."""
    client = aiosmtplib.SMTP(hostname=smtp_server.host, port=smtp_server.port, start_tls=False)
    smtp_server.refuse("451 4.3.0 try again")
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        async with client:
            await client.send_message(_mail())
    assert refused.value.code == 451
    async with client:
        await client.send_message(_mail())
    [taken] = await smtp_server.wait()
    assert taken["Subject"] == "विषय"
    assert taken.get_content().strip() == "मुलाक़ात"
    assert smtp_server.attempts == 2


def test_manual_clock_moves_only_by_hand_and_only_forward() -> None:
    """Both of its times go on by what is asked, and never back."""
    clock = ManualClock()
    before, ticks = clock.now(), clock.monotonic()
    assert clock.now() == before
    assert (clock.advance(1.5) - before).total_seconds() == 1.5
    assert clock.monotonic() - ticks == 1.5
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
