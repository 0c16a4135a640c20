"""`python -m web`: the process that serves pages."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp

from broker.storage.migrate import migrate
from config.settings import Settings
from tests.support.ports import free_port
from tests.support.settings import SECRET_KEY

START_SECONDS = 60.0


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


async def test_production_without_its_database_ends_with_a_sentence(tmp_path: Path) -> None:
    """Before it says that it serves; where it was looked for stands beside, and there is no traceback."""
    port = free_port()
    production = {
        "MULAKAT_ENVIRONMENT": "production",
        "MULAKAT_VAR_DIR": str(tmp_path),
        "MULAKAT_SECRET_KEY": SECRET_KEY,
        "MULAKAT_PUBLIC_URL": "https://mulakat.example",
        "MULAKAT_NODE_URL": "wss://mulakat.example:{port}/ws",
        "MULAKAT_DATABASE_URL": f"postgresql+asyncpg://mulakat@127.0.0.1:{port}/mulakat",
        "MULAKAT_REDIS_URL": "redis://127.0.0.1:1",
        "MULAKAT_SMTP_HOST": "smtp.example",
        "MULAKAT_MAIL_FROM": "Mulakat <visits@mulakat.example>",
        "MULAKAT_TURN_SECRET": "0123456789abcdef",
        "PORT": str(free_port()),
    }
    child = await _start({**os.environ, **production})
    _, said = await asyncio.wait_for(child.communicate(), START_SECONDS)
    assert child.returncode == 1
    lines = [json.loads(line) for line in said.decode().splitlines()]
    assert [line["event"] for line in lines] == ["no_turn", "web_cannot_start"]
    assert "MULAKAT_TURN_SECRET is set" in lines[0]["advice"]
    assert "takes no connection" in lines[1]["reason"]
    assert (lines[1]["host"], lines[1]["port"]) == ("127.0.0.1", port)


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    """In a sentence with the setting that moves it, the number beside it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        child = await _start({**os.environ, "MULAKAT_VAR_DIR": str(tmp_path), "PORT": str(port)})
        _, said = await asyncio.wait_for(child.communicate(), START_SECONDS)
    assert child.returncode == 1
    assert "web_cannot_start" in said.decode()
    assert "The TCP port for pages is taken. Set MULAKAT_PORT to another." in said.decode()
    assert str(port) in said.decode()
    assert "Traceback" not in said.decode()


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
