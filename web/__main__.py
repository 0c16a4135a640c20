"""`python -m web`: the process that serves pages. Room nodes are `python -m signaling`, mail is `python -m broker`."""

from __future__ import annotations

import socket
import sys

import structlog
from aiohttp import web

from broker.storage.errors import DatabaseAway
from config import logging, settings, turn
from config.addresses import Place, refusal, why_not
from config.errors import BadSettings, MulakatError, reason_of
from web.app import create_app
from web.serving.access import AccessLogger

#: Seconds a stopping process gives to requests that are being answered; streams end at once by themselves.
SHUTDOWN_SECONDS = 5.0

log = structlog.get_logger("web")


def main() -> int:
    """Serve until SIGTERM or SIGINT. 2 for settings that can't be used; 1, and why in the log, for what can't start."""
    try:
        loaded = settings.load()
    except BadSettings as bad:
        sys.stderr.write(f"{bad}\n")
        return 2
    logging.configure(loaded)
    secret = loaded.turn_secret.get_secret_value()
    for doubt in turn.doubts(loaded.turn_urls, secret, production=loaded.is_production):
        log.warning("turn" if loaded.turn_urls else "no_turn", advice=doubt)
    try:
        web.run_app(
            create_app(loaded),
            host=loaded.host,
            port=loaded.port,
            access_log_class=AccessLogger,
            print=lambda _: log.info("serving", host=loaded.host, port=loaded.port, url=loaded.public_url),
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
    except DatabaseAway as away:
        log.error("web_cannot_start", reason=str(away), host=away.host, port=away.port)
        return 1
    except MulakatError as refused:
        log.error("web_cannot_start", reason=str(refused))
        return 1
    except OSError as error:
        place = Place(socket.SOCK_STREAM, loaded.host, loaded.port, "MULAKAT_HOST")
        mend = "Set MULAKAT_PORT to another."
        taken = refusal(place)
        reason = why_not(taken, place, named="The TCP port for pages", mend=mend) if taken else reason_of(error)
        log.error("web_cannot_start", reason=reason, host=loaded.host, port=loaded.port)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
