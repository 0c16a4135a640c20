"""Why something was done to a session or a request, in words, wherever staff read of it.

The audit and the acts that come from it keep a reason by its id, a monitor's perhaps with a note behind it
("conduct: …"), and what somebody wrote as it is. Which ids an entry may hold follows from its event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from broker.audit.events import AuditEvent
from broker.reasons import NAMES, CancelReason, RefusalReason
from broker.sessions.model import IncidentKind
from broker.sessions.noshow import NoShowReason
from config.i18n import N_
from rooms.moderation import WarningNotice
from web.monitor.reasons import Reason
from web.operator.reasons import HoldReason, StaffReason

_ENDS: Mapping[str, str] = {
    StaffReason.CONDUCT: N_("Conduct against the rules"),
    StaffReason.EMERGENCY: N_("Emergency in the jail"),
    StaffReason.IDENTITY_NOT_CONFIRMED: N_("Identity not confirmed"),
    StaffReason.PRISONER_REFUSED: N_("The prisoner does not want to go on"),
    StaffReason.TECHNICAL_FAILURE: N_("Technical failure"),
    StaffReason.VISIT_FINISHED: N_("Both sides are finished"),
}
_HOLDS: Mapping[str, str] = {
    HoldReason.CONDUCT: N_("Conduct against the rules"),
    HoldReason.IDENTITY: N_("Identity to be checked"),
    HoldReason.ROOM: N_("Something in the VC room"),
    HoldReason.SHORT: N_("Short interruption"),
    HoldReason.TECHNICAL: N_("Technical trouble"),
}
_INCIDENTS: Mapping[str, str] = {
    IncidentKind.BEHAVIOUR: N_("Behaviour"),
    IncidentKind.FORBIDDEN_OBJECT: N_("Forbidden object seen"),
    IncidentKind.MEDICAL: N_("Medical emergency"),
    IncidentKind.OTHER: N_("Something else"),
    IncidentKind.RECORDING: N_("Recording or taking pictures"),
    IncidentKind.TECHNICAL: N_("Technical trouble"),
    IncidentKind.THIRD_PERSON: N_("Somebody who is not registered"),
}
_MONITORS: Mapping[str, str] = {
    Reason.CONDUCT: N_("Conduct against the rules"),
    Reason.DRESS: N_("Not decently dressed"),
    Reason.EMERGENCY: N_("Emergency in the jail"),
    Reason.RECORDING: N_("The visit is being recorded"),
    Reason.STRANGER: N_("Somebody is there who is not registered"),
    Reason.SUBJECT: N_("A subject that is not allowed"),
    Reason.TECHNICAL_FAILURE: N_("Technical failure"),
    Reason.OTHER: N_("Another reason (write it)"),
}
_NO_SHOWS: Mapping[str, str] = {
    NoShowReason.CALLED_OFF: N_("They said that they do not come"),
    NoShowReason.NOBODY_CAME: N_("Nobody has come"),
    NoShowReason.NO_ANSWER: N_("Called them, no answer"),
}
_NOTICES: Mapping[str, str] = {
    WarningNotice.BEHAVE: N_("Please speak and behave calmly"),
    WarningNotice.COVER: N_("Please be decently dressed"),
    WarningNotice.FACES: N_("Only registered visitors may be seen"),
    WarningNotice.LANGUAGE: N_("Please speak so that the staff can understand"),
    WarningNotice.RECORDING: N_("Recording and pictures are not allowed"),
    WarningNotice.SUBJECT: N_("This subject is not allowed"),
    WarningNotice.TIME: N_("Please come to an end"),
}
_REFUSALS: Mapping[str, str] = {reason: NAMES[reason] for reason in RefusalReason}

#: The sentence of each id that an entry of an event may hold. What is in none is somebody's own words.
WORDS: Mapping[AuditEvent, Mapping[str, str]] = MappingProxyType(
    {
        AuditEvent.INCIDENT_REPORT: _INCIDENTS,
        AuditEvent.ROOM_BLANK: _MONITORS,
        AuditEvent.ROOM_MUTE: _MONITORS,
        AuditEvent.ROOM_WARN: _NOTICES,
        AuditEvent.VISIT_CANCEL: {reason: NAMES[reason] for reason in CancelReason},
        AuditEvent.VISIT_END: {**_MONITORS, **_ENDS},
        AuditEvent.VISIT_HOLD: _HOLDS,
        AuditEvent.VISIT_LAPSE: _REFUSALS,
        AuditEvent.VISIT_NO_SHOW: _NO_SHOWS,
        AuditEvent.VISIT_REFUSE: _REFUSALS,
    }
)
_NOTED = frozenset({AuditEvent.ROOM_BLANK, AuditEvent.ROOM_MUTE, AuditEvent.VISIT_END})


def say(event: str, why: str, gettext: Callable[[str], str]) -> str:
    """Why, in the language of `gettext`: an id's sentence, the note behind it, or what somebody wrote."""
    words = WORDS.get(AuditEvent(event), {}) if event in set(AuditEvent) else {}
    if why in words:
        return gettext(words[why])
    reason, _, note = why.partition(": ")
    if event not in _NOTED or reason not in words:
        return why
    # "Another reason" says nothing that its note does not say.
    return note if reason == Reason.OTHER else f"{gettext(words[reason])}: {note}"
