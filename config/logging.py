"""Structured logs: JSON lines in production, readable lines in the demonstration; never a code, a token or a person.

Secrets are taken out by key wherever they are nested, by their look inside of texts, and tracebacks carry no variables.
Ids of the request, the visit and the room are bound once through structlog's contextvars.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.settings import Settings

#: Libraries that tell more than an operator wants to read.
_QUIET = ("aioice", "aiortc", "aiosqlite", "alembic", "asyncio", "sqlalchemy.engine")

GONE = "[redacted]"

#: Words of a key whose value is a secret or a person.
_SECRET_WORD = re.compile(
    r"authorization|codes?|cookie|csrf|email|key|link|mail|mobile|names?|otp|password|phone|pin|query|secret|session"
    r"|text|ticket|to|token|totp|username"
)
#: Keys with such a word in them that are about something else.
_HARMLESS = frozenset({"close_code", "mail_id", "node_name", "status_code", "exc_name"})
#: What is not the caller's: structlog's processors write it.
_OURS = frozenset({"level", "logger", "timestamp"})
_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*")

_LOOKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), GONE),  # a mail address
    # A link is a secret; the names of routes are not.
    (
        re.compile(
            r"(/join/|/pass/|/staff/invite/|/dev/terminal/)(?!(?:codes|resend|\{token\})(?:[\s/\"']|$))[^\s/?\"']+"
        ),
        rf"\1{GONE}",
    ),
    (re.compile(r"\?[^\s\"']+"), "?" + GONE),  # what follows a path
    (re.compile(r"\+\d[\d -]{7,}\d"), GONE),  # a telephone number
)
#: A code or PIN inside of a sentence; VisRNs (with slashes), times and ports of addresses stay.
_CODE = re.compile(r"(?<![\w/:.-])\d{4,8}(?![\w/:-]|\.\d)")
#: Without any of these nothing above is in a text: most have none, and a node says thousands of lines in a second.
_SUSPICIOUS = re.compile(r"[@/?+]|\d{4}")


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; where one cannot be written, says only that, and not, as its base does, all that was in it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"a log line of {record.name} could not be written\n")


def configure(settings: Settings) -> None:
    """Set up structlog and the standard library's logging to write the same lines to standard error."""
    renderer: Processor
    if settings.is_production:
        traceback: Processor = structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
        )
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        traceback = structlog.processors.format_exc_info
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # first: what is not said costs no more than this
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, traceback, redact, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take secrets out of a log event. A structlog processor, to run after tracebacks have become data or text."""
    return {key: value if key in _OURS else _said_by_caller(key, value) for key, value in event.items()}


def _said_by_caller(key: str, value: Any) -> Any:
    return _traceback(value) if key == "exception" else _value(key, value)


def _value(key: str, value: Any) -> Any:
    return GONE if _is_secret(key) else _inside(value)


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return key not in _HARMLESS and any(_SECRET_WORD.fullmatch(word.lower()) for word in _WORDS.findall(key))


def _inside(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {str(key): _value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_inside(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else _text(str(value))


def _text(text: str) -> str:
    if _SUSPICIOUS.search(text) is None:
        return text
    for look, instead in _LOOKS:
        text = look.sub(instead, text)
    return _CODE.sub(GONE, text)


def _traceback(value: Any) -> Any:
    """Redact a traceback: as text, its own lines about files stay; as data, only what the errors say is touched."""
    if isinstance(value, str):
        lines = value.splitlines()
        return "\n".join(line if line.lstrip().startswith("File ") else _text(line) for line in lines)
    if isinstance(value, list):
        return [_traceback(item) for item in value]
    if isinstance(value, Mapping):
        return {key: item if key == "frames" else _said(key, item) for key, item in value.items()}
    return value


def _said(key: str, value: Any) -> Any:
    if key == "exceptions":
        return _traceback(value)
    return _inside(value)
