"""What a stranger may know of a visit, in words: that there is a request and where it stands. No person, no day, no
time, and not whether the two are talking right now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from broker.lifecycle import VisitStatus
from web import language


@dataclass(frozen=True, slots=True)
class Standing:
    """One state as a page shows it: `state` for scripts and styles, a line that says it, and what to do now."""

    state: str
    title: str
    text: str


def standing(request: web.Request, status: VisitStatus) -> Standing:
    """Where a visit stands."""
    _ = language.catalogue(request).gettext
    match status:
        case VisitStatus.REQUESTED:
            return Standing(
                "waiting",
                _("The jail has your request"),
                _("It is not decided yet. You need to do nothing: a mail comes as soon as it is."),
            )
        case VisitStatus.ASKED:
            return Standing(
                "asked",
                _("The jail has a question for you"),
                _("It is in the newest mail about this visit. Please answer it: until then nothing is decided."),
            )
        case VisitStatus.APPROVED | VisitStatus.OPEN:
            return Standing(
                "approved",
                _("The visit is approved"),
                _("Day, time and what you need for it are in the mail about it."),
            )
        case VisitStatus.REFUSED:
            return Standing(
                "refused",
                _("The visit was not approved"),
                _("The reason is in the mail about it, with what you can do now."),
            )
        case VisitStatus.CANCELLED:
            return Standing(
                "cancelled",
                _("The visit was cancelled"),
                _("The reason is in the mail about it. You can ask for another visit."),
            )
        case VisitStatus.CLOSED:
            return _over(_)


def _over(_: Callable[[str], str]) -> Standing:
    """The same for every visit that is over: how it went is for those who were in it."""
    text = _(
        "You can ask for the next one. If you could not come in, or lost time through no fault of yours, and no mail"
        " tells you more, please call the helpline."
    )
    return Standing("over", _("The visit is over"), text)


def unknown(request: web.Request) -> str:
    """There is no visit with that number."""
    _ = language.catalogue(request).gettext
    return _("We know no visit with this number. Please compare it with your mail, digit by digit.")


def too_often(request: web.Request, minutes: int) -> str:
    """Asked too often from one address."""
    told = language.catalogue(request).ngettext(
        "Numbers were looked up many times from where you are. Please wait %(minutes)s minute.",
        "Numbers were looked up many times from where you are. Please wait %(minutes)s minutes.",
        minutes,
    )
    return told % {"minutes": minutes}
