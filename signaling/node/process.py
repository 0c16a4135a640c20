"""One room node process, from its settings to its last socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable

import structlog
from aiohttp import web

from config import live
from config.clock import SystemClock
from config.settings import Settings
from rooms.host import SteadyClock
from rooms.media import MediaNode
from signaling.node import garbage
from signaling.node.app import NODE, create_app
from signaling.node.loop import LoopWatch
from signaling.node.selfcheck import CannotServe, check, look_around

log = structlog.get_logger(__name__)


async def serve(
    settings: Settings, process: int, watch: LoopWatch | None = None, on_serving: Callable[[], None] = lambda: None
) -> None:
    """Run node process number `process` until SIGTERM or SIGINT.

    watch: of the loop that this runs in. on_serving: called once it does. Raises CannotServe where nothing would work,
    and EngineMissing, OSError or RedisError if it can't start.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    port, url = settings.node_port_of(process), settings.node_url_of(process)
    look(settings, port, everything=process == 0)
    clock = SteadyClock(SystemClock())
    media = MediaNode(settings.media_host, port, settings.media_addresses, clock, engine=settings.media_engine)
    redis = live.connect(settings)
    app = create_app(settings, redis, media, clock, url, watch=watch)
    runner = web.AppRunner(app, access_log=None)
    pid = settings.var_dir / f"node-{process}.pid"
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.node_host, port).start()
        pid.parent.mkdir(parents=True, exist_ok=True)
        pid.write_text(f"{os.getpid()}\n")
        log.info("node_serves", port=port, url=url)
        on_serving()
        garbage.begin()
        collecting = asyncio.create_task(garbage.collect_when_quiet(lambda: app[NODE].host.rooms))
        await stop.wait()
        collecting.cancel()
        log.info("node_leaves")
    finally:
        with contextlib.suppress(OSError):
            pid.unlink()
        await runner.cleanup()
        await redis.aclose()
        garbage.end()


def look(settings: Settings, port: int, *, everything: bool) -> None:
    """Say what is wrong with the settings and the machine; raises CannotServe if no call could be made.

    everything: also what the processes of a machine have in common, and one of them says.
    """
    findings = check(settings, look_around(settings, port))
    for finding in findings:
        if everything or finding.fatal:
            say = log.error if finding.fatal else log.warning
            say("self_check", fatal=finding.fatal, advice=finding.sentence, **finding.facts)
    fatal = [finding.sentence for finding in findings if finding.fatal]
    if fatal:
        raise CannotServe(" ".join(fatal))
