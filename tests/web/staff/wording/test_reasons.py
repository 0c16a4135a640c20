"""web.staff.wording.reasons: no staff page says an id in the place of a reason."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import pytest
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.lifecycle import VisitStatus
from broker.monitoring.store import IN_A_ROOM
from broker.reasons import CancelReason, RefusalReason
from broker.sessions.model import IncidentKind, Severity
from broker.sessions.noshow import NoShowReason
from broker.sessions.turns import INTERVENTIONS, TURNS
from config.i18n import LANGUAGES, translations
from rooms.moderation import WarningNotice
from rooms.wall.alert import AlertKind
from web.audit.words import ACTORS
from web.keys import TEMPLATES
from web.monitor.reasons import Reason
from web.operator.reasons import HoldReason, StaffReason
from web.staff.wording.reasons import WORDS, say

STORED: dict[AuditEvent, Iterable[type[StrEnum]]] = {
    AuditEvent.INCIDENT_REPORT: [IncidentKind],
    AuditEvent.ROOM_BLANK: [Reason],
    AuditEvent.ROOM_MUTE: [Reason],
    AuditEvent.ROOM_WARN: [WarningNotice],
    AuditEvent.VISIT_CANCEL: [CancelReason],
    AuditEvent.VISIT_END: [Reason, StaffReason],
    AuditEvent.VISIT_HOLD: [HoldReason],
    AuditEvent.VISIT_LAPSE: [RefusalReason],
    AuditEvent.VISIT_NO_SHOW: [NoShowReason],
    AuditEvent.VISIT_REFUSE: [RefusalReason],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_an_entry_may_hold_has_its_sentence(language: str) -> None:
    """A new member of a list fails until it has one, in each language; no sentence is an id."""
    assert set(WORDS) == set(STORED)
    for event, lists in STORED.items():
        ids = {reason.value for each in lists for reason in each}
        assert set(WORDS[event]) == ids
        for reason in ids:
            said = say(event, reason, translations(language).gettext)
            assert " " in said or said[0].isupper() or not said.isascii(), (event, reason)
            assert (said == WORDS[event][reason]) is (language == "en"), (event, reason)


def test_a_note_stands_behind_its_reason_and_own_words_as_they_are() -> None:
    """Another reason is its note; a typed warning is no reason with a note, and neither is what a chief wrote."""
    assert say("visit:end", "conduct: he threw a plate", str) == "Conduct against the rules: he threw a plate"
    assert say("room:mute", "other: a dog barks", str) == "a dog barks"
    assert say("room:warn", "time: it is short", str) == "time: it is short"
    assert say("ban:create", "other", str) == "other"
    assert say("ghost:seen", "other", str) == "other"


@pytest.mark.parametrize(
    ("template", "call", "words"),
    [
        ("monitor", 'words.done({"event": word, "details": {}}, false)', IN_A_ROOM),
        ("operator", "words.event(word)", TURNS | INTERVENTIONS),
        ("operator", "word | severity", Severity),
        ("operator", "word | alert", AlertKind),
        ("superintendent", "words.status(word)", VisitStatus),
        (
            "superintendent",
            "words.actor(word)",
            [*(f"{kind}:12" for kind in ACTORS), "system:demo", "staff:12", "unknown"],
        ),
    ],
)
async def test_what_was_done_and_by_whom_is_said_in_words(
    wired: web.Application, template: str, call: str, words: Iterable[str]
) -> None:
    """In a session's history and in a visit's record."""
    source = f'{{% import "{template}/words.html" as words with context %}}{{{{ {call} }}}}'
    for word in words:
        said = {code: wired[TEMPLATES][code].from_string(source).render(word=word).strip() for code in LANGUAGES}
        assert word not in set(said.values())
        assert ":" not in said["en"].partition(": ")[0]
        assert len(set(said.values())) == len(LANGUAGES), (word, said)
