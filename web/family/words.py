"""Refusals of admission in the reader's words. Waiting is told in minutes: a clock would need the jail's zone, and the
page for a number typed by hand must not know the jail of a visit.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from aiohttp import web

from broker.admission.codes import OTP_DIGITS, PIN_DIGITS
from broker.admission.errors import (
    AdmissionError,
    CodesExpired,
    Locked,
    Throttled,
    UnreadableCodes,
    WrongCodes,
)
from web import language
from web.family.joining import Door


def bad_visrn(request: web.Request) -> str:
    """What was typed is no VisRN."""
    _ = language.catalogue(request).gettext
    return _(
        "That is not a Visit Reference Number. It has four numbers with lines between them, such as 25/35/55/2021."
    )


def other_visit(request: web.Request) -> str:
    """The number is well formed, and not the one of this link; whether it exists is not said."""
    _ = language.catalogue(request).gettext
    return _(
        "This number does not belong to this link. Please use the number that stands in the same mail as the link."
    )


def refusal(request: web.Request, error: AdmissionError, now: datetime, door: Door) -> str:
    """One sentence or two: what is the matter, and what to do."""
    _ = language.catalogue(request).gettext
    match error:
        case UnreadableCodes():
            return unreadable(request, error)
        case WrongCodes(left=left):
            return wrong(request, left, door)
        case CodesExpired():
            return _("These codes are no longer valid. Codes work once, and for 5 minutes. Please ask for new codes.")
        case Locked(until=until):
            return locked(request, until - now)
        case Throttled(retry_at=retry_at):
            return resend_later(request, retry_at - now)
        case _:
            return _("We can't check codes at this moment. Please try again in a minute.")


def unreadable(request: web.Request, error: UnreadableCodes) -> str:
    """What was typed can't be codes. It is not counted as a try."""
    _ = language.catalogue(request).gettext
    if error.otp and error.pin:
        return _("Please type both codes from the mail: the OTP has %(otp)s digits, the Room PIN has %(pin)s.") % {
            "otp": OTP_DIGITS,
            "pin": PIN_DIGITS,
        }
    if error.otp:
        return _("The OTP has %(digits)s digits. Please look at it again in the mail.") % {"digits": OTP_DIGITS}
    return _("The Room PIN has %(digits)s digits. Please look at it again in the mail.") % {"digits": PIN_DIGITS}


def wrong(request: web.Request, left: int, door: Door) -> str:
    """The codes do not fit; which of the two is not said."""
    words = language.catalogue(request)
    if door == "link":
        told = words.ngettext(
            "These codes are not right. Please compare both with the newest mail. You can try %(left)s more time.",
            "These codes are not right. Please compare both with the newest mail. You can try %(left)s more times.",
            left,
        )
    else:
        told = words.ngettext(
            "These codes do not fit this number, or are no longer valid. You can try %(left)s more time.",
            "These codes do not fit this number, or are no longer valid. You can try %(left)s more times.",
            left,
        )
    return told % {"left": left}


def locked(request: web.Request, wait: timedelta) -> str:
    """Too many wrong tries."""
    minutes = _minutes(wait)
    told = language.catalogue(request).ngettext(
        "Wrong codes were typed too often. Please wait %(minutes)s minute, then ask for new codes.",
        "Wrong codes were typed too often. Please wait %(minutes)s minutes, then ask for new codes.",
        minutes,
    )
    return told % {"minutes": minutes}


def resend_later(request: web.Request, wait: timedelta) -> str:
    """Codes were asked for too soon after the last ones."""
    words = language.catalogue(request)
    seconds = max(1, math.ceil(wait.total_seconds()))
    if seconds <= 60:
        told = words.ngettext(
            "Codes were sent only just now. You can ask for new ones in %(seconds)s second.",
            "Codes were sent only just now. You can ask for new ones in %(seconds)s seconds.",
            seconds,
        )
        return told % {"seconds": seconds}
    minutes = _minutes(wait)
    told = words.ngettext(
        "Codes were asked for many times. You can ask for new ones in %(minutes)s minute.",
        "Codes were asked for many times. You can ask for new ones in %(minutes)s minutes.",
        minutes,
    )
    return told % {"minutes": minutes}


def _minutes(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds() / 60))
