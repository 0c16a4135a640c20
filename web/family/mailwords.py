"""What became of the code mail, in words for the one who waits for it."""

from __future__ import annotations

from aiohttp import web

from broker.admission.errors import TryLater
from broker.admission.mailstate import NO_MAIL, MailProgress, MailState
from broker.visit import Visit, Visitor
from web import language
from web.keys import ADMISSION
from web.timewords import clock_time

NOTHING = {"state": "none", "text": ""}
_HIDDEN = "••••"


def masked(address: str) -> str:
    """`s••••@gmail.com`: enough to know one's own address by, whatever its length."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{_HIDDEN}@{domain}"


async def tell(request: web.Request, visit: Visit, visitor: Visitor) -> dict[str, str]:
    """`state`: none, queued, retrying, sent or failed; `text`: the sentence for it."""
    try:
        states = await request.app[ADMISSION].mail_state(visit.id)
    except TryLater:
        return NOTHING
    state = states.get(visitor.id, NO_MAIL)
    return {"state": _word(state), "text": _sentence(request, state, visit.jail.timezone)}


def _word(state: MailState) -> str:
    if state.progress is MailProgress.QUEUED and state.error_id:
        return "retrying"
    return state.progress.value


def _sentence(request: web.Request, state: MailState, zone: str) -> str:
    _ = language.catalogue(request).gettext
    match _word(state):
        case "queued":
            return _("The mail is on its way.")
        case "retrying":
            return _("The mail could not be sent yet. We keep trying; you need to do nothing.")
        case "sent" if state.at is not None:
            time = clock_time(state.at, zone, language.of(request))
            return _("The mail was sent at %(time)s. It can take a minute to arrive.") % {"time": time}
        case "failed":
            return _("The mail could not be sent to this address. Please call the helpline: they can help you in.")
        case _:
            return ""
