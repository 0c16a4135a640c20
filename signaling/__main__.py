"""`python -m signaling`: the supervisor and its node processes; with --process N, that one process itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

import structlog
from redis.exceptions import RedisError

from config import logging, settings
from config.errors import BadSettings
from signaling.node.supervisor import Supervisor, command

log = structlog.get_logger("signaling")


def main(argv: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m signaling", description="Room nodes: signalling and media.")
    parser.add_argument("--process", type=int, help="run this one process, without a supervisor")
    arguments = parser.parse_args(argv)
    try:
        loaded = settings.load()
    except BadSettings as error:
        sys.stderr.write("\n".join(error.sentences) + "\n")
        return 1
    logging.configure(loaded)
    if arguments.process is None:
        return Supervisor(loaded.node_processes, command).run()
    # The supervisor needs none of what these import.
    from rooms.media.errors import EngineMissing  # noqa: PLC0415
    from signaling.node.loop import LoopWatch  # noqa: PLC0415
    from signaling.node.process import serve  # noqa: PLC0415
    from signaling.node.selfcheck import CannotServe  # noqa: PLC0415

    structlog.contextvars.bind_contextvars(process=arguments.process)
    try:
        watch = LoopWatch()
        with asyncio.Runner(loop_factory=watch.new_loop) as runner:
            runner.run(serve(loaded, arguments.process, watch))
    except CannotServe as error:
        log.error("node_cannot_serve", reason=str(error))
        return os.EX_CONFIG
    except (EngineMissing, OSError, RedisError) as error:
        log.error("node_cannot_start", error=type(error).__name__, reason=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
