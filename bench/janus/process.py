"""Debian's Janus in a process of its own: VideoRoom, its JSON API on a Unix socket, one address for media.

As Debian configures it: the whole of ICE, and a thread for each peer connection. What differs is what a measurement
needs, and costs Janus nothing: one address, warnings only, no other plugins, no administration, no time limit on
sessions. With `loops` it has so many threads for all media together, which its manual advises for many connections.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ..load.machine import Cores
from ..load.run import Start
from .api import session
from .rooms import JanusServer

START_TIMEOUT = 20.0
STOP_TIMEOUT = 5.0
LOG_LINES = 20

CORE = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{folder}/plugins"
    transports_folder = "{folder}/transports"
    events_folder = "{folder}"
    loggers_folder = "{folder}"
    debug_level = 3
    debug_colors = false
    session_timeout = 0
    {loops}
}}
nat: {{ ice_enforce_list = "{host}" }}
"""
WEBSOCKETS = 'general: {{ json = "compact", ws = true, ws_port = 0, ws_unix = "{folder}/api.sock", wss = false }}\n'
VIDEOROOM = "general: { }\n"


class JanusMissing(Exception):
    """There is no Janus here, or not the parts of it that are needed."""


def _library(name: str) -> Path:
    """Find one of Janus' plugins or transports. Raises JanusMissing."""
    found = sorted(Path("/usr/lib").glob(f"*/janus/{name}"))
    if shutil.which("janus") is None or not found:
        raise JanusMissing("Janus is not installed here. On Debian: apt-get install janus")
    return found[0]


def is_installed() -> bool:
    """Whether Janus can be measured here."""
    try:
        return _library("plugins/libjanus_videoroom.so").exists()
    except JanusMissing:
        return False


def configure(folder: Path, host: str, loops: int) -> None:
    """Write the configuration. loops: threads for all connections together, 0 for one each. Raises JanusMissing."""
    for name in ("plugins/libjanus_videoroom.so", "transports/libjanus_websockets.so"):
        library = _library(name)
        (folder / name).parent.mkdir()
        (folder / name).symlink_to(library)
    filled = {"folder": folder, "host": host, "loops": f"event_loops = {loops}" if loops else ""}
    (folder / "janus.jcfg").write_text(CORE.format(**filled))
    (folder / "janus.transport.websockets.jcfg").write_text(WEBSOCKETS.format(**filled))
    (folder / "janus.plugin.videoroom.jcfg").write_text(VIDEOROOM)


@asynccontextmanager
async def _running(cores: Cores, host: str, loops: int) -> AsyncIterator[JanusServer]:
    """Start Janus on the server's core; stop it afterwards. Raises JanusMissing."""
    with tempfile.TemporaryDirectory(prefix="janus-") as name:
        folder = Path(name)
        configure(folder, host, loops)
        with cores.lent(), (folder / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *("janus", "-F", name), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            await _listening(process, folder)
            async with session(folder / "api.sock") as api:
                yield JanusServer(api, process.pid, host)
        finally:
            await _stop(process)


async def _listening(process: asyncio.subprocess.Process, folder: Path) -> None:
    """Wait until the API's socket is there. Raises JanusMissing with what Janus said when it ends instead."""
    async with asyncio.timeout(START_TIMEOUT):
        while not (folder / "api.sock").exists():
            if process.returncode is not None:
                said = (folder / "log").read_text(errors="replace").splitlines()[-LOG_LINES:]
                raise JanusMissing("\n".join(["Janus does not start:", *said]))
            await asyncio.sleep(0.05)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End Janus, and not politely when hundreds of its connections take their time."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
    except TimeoutError:
        process.kill()
        await process.wait()


def janus(cores: Cores, host: str, loops: int = 0) -> Start:
    """Return what starts Janus with its media at this address, which can't be a loopback one: it offers none."""
    return lambda: _running(cores, host, loops)
