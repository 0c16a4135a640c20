"""`python -m web`: the process that serves pages."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import aiohttp

from broker.storage.migrate import migrate
from config.settings import Settings
from tests.support.settings import SECRET_KEY

START_SECONDS = 20.0


async def test_settings_that_cannot_be_used_are_said_at_once() -> None:
    """Each reason on its own line, and the process ends."""
    environment = {**os.environ, "MULAKAT_NODE_PROCESSES": "0", "MULAKAT_LOG_LEVEL": "LOUD"}
    child = await _start(environment)
    _, said = await asyncio.wait_for(child.communicate(), START_SECONDS)
    assert child.returncode == 2
    assert {line.split(":")[0] for line in said.decode().splitlines()} == {
        "MULAKAT_NODE_PROCESSES",
        "MULAKAT_LOG_LEVEL",
    }


async def test_it_serves_until_it_is_told_to_stop(settings: Settings) -> None:
    """SIGTERM ends it cleanly, and its log shows routes."""
    await migrate(settings.database_url)
    environment = {
        **os.environ,
        "MULAKAT_VAR_DIR": str(settings.var_dir),
        "MULAKAT_SECRET_KEY": SECRET_KEY,
        "MULAKAT_REDIS_URL": settings.redis_url,
        "PORT": str(settings.port),
    }
    child = await _start(environment)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{settings.port}") as browser:
        async with asyncio.timeout(START_SECONDS):
            await _until_it_answers(browser)
        await browser.get("/join/q7Jv0SecretLinkToken_42x")
    child.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(child.communicate(), START_SECONDS)
    assert child.returncode == 0, log.decode()
    assert "request" in log.decode()
    assert "SecretLinkToken" not in log.decode()


async def _start(environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "web", env=environment, stderr=asyncio.subprocess.PIPE
    )


async def _until_it_answers(browser: aiohttp.ClientSession) -> None:
    while True:
        try:
            if (await browser.get("/healthz")).status == 200:
                return
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.1)
