"""Refusals about codes and visits in the reader's words: what is the matter, and what to do."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from aiohttp import web

from broker.onetime.errors import CodeExpired, Locked, OneTimeError, Throttled, UnreadableCode, WrongCode
from web import language


def code_refused(request: web.Request, error: OneTimeError, now: datetime) -> str:
    """Why a code was not sent, or not taken."""
    _ = language.catalogue(request).gettext
    match error:
        case UnreadableCode():
            return _("The code has 6 digits. Please look at it again in the mail.")
        case WrongCode(left=left):
            return _wrong(request, left)
        case CodeExpired():
            return _("This code is no longer valid. A code works once, and for 10 minutes. Please ask for a new one.")
        case Locked(until=until):
            return _locked(request, until - now)
        case Throttled(retry_at=retry_at):
            return _throttled(request, retry_at - now)
        case _:
            return _("We can't check codes at this moment. Please try again in a minute.")


def bad_email(request: web.Request) -> str:
    """What was typed is no address."""
    _ = language.catalogue(request).gettext
    return _("That is not a mail address. It has a name, then @, then a place, such as asha@example.com.")


def _wrong(request: web.Request, left: int) -> str:
    told = language.catalogue(request).ngettext(
        "This code is not right. Please compare it with the newest mail. You can try %(left)s more time.",
        "This code is not right. Please compare it with the newest mail. You can try %(left)s more times.",
        left,
    )
    return told % {"left": left}


def _locked(request: web.Request, wait: timedelta) -> str:
    minutes = _minutes(wait)
    told = language.catalogue(request).ngettext(
        "Wrong codes were typed too often. Please wait %(minutes)s minute, then ask for a new code.",
        "Wrong codes were typed too often. Please wait %(minutes)s minutes, then ask for a new code.",
        minutes,
    )
    return told % {"minutes": minutes}


def _throttled(request: web.Request, wait: timedelta) -> str:
    minutes = _minutes(wait)
    told = language.catalogue(request).ngettext(
        "A code was asked for already. You can ask for a new one in %(minutes)s minute.",
        "Codes were asked for many times. You can ask for a new one in %(minutes)s minutes.",
        minutes,
    )
    return told % {"minutes": minutes}


def _minutes(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds() / 60))
