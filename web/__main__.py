"""`python -m web`: the process that serves pages. Room nodes are `python -m signaling`, mail is `python -m broker`."""

from __future__ import annotations

import sys

import structlog
from aiohttp import web

from config import logging, settings
from config.errors import BadSettings
from web.app import create_app
from web.serving.access import AccessLogger

#: Seconds a stopping process gives to requests that are being answered; streams end at once by themselves.
SHUTDOWN_SECONDS = 5.0


def main() -> int:
    """Serve until SIGTERM or SIGINT; 2 for settings that can't be used."""
    try:
        loaded = settings.load()
    except BadSettings as bad:
        sys.stderr.write(f"{bad}\n")
        return 2
    logging.configure(loaded)
    log = structlog.get_logger("web")
    log.info("serving", host=loaded.host, port=loaded.port, url=loaded.public_url)
    if not loaded.turn_urls:
        log.warning("no_turn", advice="Who is on a network that blocks UDP gets no call. See MULAKAT_TURN_URLS.")
    web.run_app(
        create_app(loaded),
        host=loaded.host,
        port=loaded.port,
        access_log_class=AccessLogger,
        print=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
