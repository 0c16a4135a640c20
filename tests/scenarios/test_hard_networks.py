"""Calls over hard networks, as `./run bench network` holds them: another address in mid-call, no UDP, no IPv4.

It brings its own system, in network namespaces of its own, and its own browsers.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.live,
    pytest.mark.skipif(
        os.geteuid() != 0 or not Path("/dev/net/tun").exists(), reason="network namespaces are made by root, on Linux"
    ),
]

ROOT = Path(__file__).resolve().parents[2]
CALLS = ("move/chromium", "move/firefox", "turn-tls/chromium", "turn-tcp/firefox", "ipv6/chromium")
SECONDS = 5
PATIENCE = 400.0
SIDES = ("heard", "told")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calls() -> dict[str, dict[str, Any]]:
    """What came of each call."""
    arguments = ["network", "--only", ",".join(CALLS), "--seconds", str(SECONDS)]
    bench = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        printed, _ = await asyncio.wait_for(bench.communicate(), PATIENCE)
    finally:
        if bench.returncode is None:
            bench.terminate()
            await bench.wait()
    assert bench.returncode == 0
    results = json.loads(printed.splitlines()[-1])["results"]
    return {f"{result['scenario']}/{result['browser']}": result for result in results}


def held(call: dict[str, Any]) -> dict[str, Any]:
    """The call, once it is known that there was one."""
    assert not call["failed"], call["failed"]
    return call


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
async def test_a_call_goes_along_to_another_network_within_three_seconds(
    calls: dict[str, dict[str, Any]], browser: str
) -> None:
    """Wi-Fi goes, mobile data comes, and the socket goes with the addresses: both sides hear each other by then."""
    call = held(calls[f"move/{browser}"])
    for side in SIDES:
        assert call[side]["recovered"] is not None, f"{side}: nothing more was heard"
        assert 0 < call[side]["recovered"] < 3
        assert call[side]["frozen"] < 4


@pytest.mark.parametrize("name", ["turn-tls/chromium", "turn-tcp/firefox"])
async def test_a_network_without_udp_has_a_call_all_the_same(calls: dict[str, dict[str, Any]], name: str) -> None:
    """Over TLS or TCP at 443 to a TURN server, with the credentials of the entry; every second has its sound."""
    call = held(calls[name])
    assert call["path"] == f"relay {name[5:8]} IPv4"
    for side in SIDES:
        assert call[side]["voice"] == 1
        assert call[side]["fps"] > 0


async def test_a_network_without_ipv4_has_a_call(calls: dict[str, dict[str, Any]]) -> None:
    """Pages, socket and media, on IPv6 alone."""
    call = held(calls["ipv6/chromium"])
    assert call["path"] == "host udp IPv6"
    for side in SIDES:
        assert call[side]["voice"] == 1
        assert call[side]["fps"] > 0
