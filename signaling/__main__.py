"""`python -m signaling`: the supervisor and its node processes; with --process N, that one process itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing runs yet that would have to be ended in good order

import structlog
from redis.exceptions import RedisError

from config import live, logging, settings
from config.errors import BadSettings, reason_of
from signaling.node.supervisor import Supervisor, command, say_serving

log = structlog.get_logger("signaling")


def main(argv: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m signaling", description="Room nodes: signalling and media.")
    parser.add_argument("--process", type=int, help="run this one process, without a supervisor")
    parser.add_argument("--serving", type=int, metavar="FD", help="with --process: write a line there once it serves")
    arguments = parser.parse_args(argv)
    try:
        loaded = settings.load()
    except BadSettings as error:
        sys.stderr.write("\n".join(error.sentences) + "\n")
        return 1
    logging.configure(loaded)
    if arguments.process is None:
        return Supervisor(loaded.node_processes, command).run()
    on_serving = partial(say_serving, arguments.serving) if arguments.serving is not None else lambda: None
    return _run_one(loaded, arguments.process, on_serving)


def _run_one(loaded: settings.Settings, process: int, on_serving: Callable[[], None]) -> int:
    """Run one node process; return the exit status. The supervisor needs none of what this imports."""
    from rooms.media.errors import EngineMissing  # noqa: PLC0415
    from signaling.node.loop import LoopWatch  # noqa: PLC0415
    from signaling.node.process import serve  # noqa: PLC0415
    from signaling.node.selfcheck import CannotServe  # noqa: PLC0415

    structlog.contextvars.bind_contextvars(process=process)
    try:
        watch = LoopWatch()
        with asyncio.Runner(loop_factory=watch.new_loop) as runner:
            runner.run(serve(loaded, process, watch, on_serving))
    except CannotServe:
        log.error("node_cannot_serve")  # each reason has been logged
        return os.EX_CONFIG
    except EngineMissing as missing:
        log.error("node_cannot_start", reason=f"MULAKAT_MEDIA_ENGINE is compiled, but {missing}.")
        return os.EX_CONFIG
    except RedisError as error:
        reason = "Redis does not answer: see MULAKAT_REDIS_URL."
        log.error("node_cannot_start", error=type(error).__name__, reason=reason, **live.place(loaded))
        return 1
    except OSError as error:
        log.error(
            "node_cannot_start",
            error=type(error).__name__,
            reason=reason_of(error),
            host=loaded.node_host,
            media_host=loaded.media_host,
            port=loaded.node_port_of(process),
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
