"""What became of the code mail, in words for the one who waits for it."""

from __future__ import annotations

from aiohttp import web

from broker.admission.errors import TryLater
from broker.admission.mailstate import NO_MAIL, MailProgress, MailState
from broker.mail.bounces import Bounce
from broker.visit import Visit, Visitor
from web import language
from web.keys import ADMISSION
from web.timewords import clock_time

NOTHING = {"state": "none", "text": "", "address": ""}
_HIDDEN = "••••"


def masked(address: str) -> str:
    """`s••••@gmail.com`: enough to know one's own address by, whatever its length."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{_HIDDEN}@{domain}"


async def tell(request: web.Request, visit: Visit, visitor: Visitor) -> dict[str, str]:
    """`state`: none, queued, retrying, sent or failed; `text`: the sentence for it; `address`: where to, masked."""
    try:
        states = await request.app[ADMISSION].mail_state(visit.id)
    except TryLater:
        return NOTHING
    state = states.get(visitor.id, NO_MAIL)
    return {
        "state": _word(state),
        "text": _sentence(request, state, visit.jail.timezone),
        "address": masked(state.to) if state.to else "",
    }


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
            return _failed(request, state.error_id)
        case _:
            return ""


def _failed(request: web.Request, error_id: str | None) -> str:
    """What happened to it, and who helps now: more mails to this address arrive no better, unless there was no room."""
    _ = language.catalogue(request).gettext
    if error_id == Bounce.MAILBOX_FULL:
        return _(
            "The mail with your codes came back: your mailbox is full. Delete some mails and ask for new codes, or call"
            " the helpline: they can read the codes to you."
        )
    if error_id == Bounce.ADDRESS_UNKNOWN:
        return _(
            "The mail with your codes came back: there is no such address. Please call the helpline: they can read the"
            " codes to you, or send them to another address that you have given."
        )
    if error_id in set(Bounce):
        return _(
            "The mail with your codes came back. Please call the helpline: they can read the codes to you, or send them"
            " to another address that you have given."
        )
    return _("The mail could not be sent to this address. Please call the helpline: they can help you in.")
