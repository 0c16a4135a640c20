"""Values that are noted beside an event, in words: by the detail they belong to. One without words stands as it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.lifecycle import Outcome
from broker.vocabulary import RestrictionKind, VisitKind, VisitMode
from config.i18n import N_
from web.calendar.words import REASONS

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.CANCELLED_BY_JAIL: N_("Cancelled by the jail"),
        Outcome.COMPLETED: N_("Completed"),
        Outcome.ENDED_BY_STAFF: N_("Ended by staff"),
        Outcome.ENDED_EARLY_PRISON: N_("Ended early by the prison's side"),
        Outcome.ENDED_EARLY_VISITOR: N_("Ended early by the family"),
        Outcome.IDENTITY_NOT_CONFIRMED: N_("Identity not confirmed"),
        Outcome.NOBODY_CAME: N_("Nobody came"),
        Outcome.NOT_RECORDED: N_("Not written down at the gate"),
        Outcome.PRISONER_REFUSED: N_("The prisoner refused"),
        Outcome.PRISON_ABSENT: N_("The prison's side did not come"),
        Outcome.TECHNICAL_FAILURE: N_("Technical failure"),
        Outcome.VISITOR_ABSENT: N_("The family did not come"),
    }
)

VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "done": {
            "add": N_("added"),
            "block": N_("a time blocked"),
            "change": N_("changed"),
            "dry_run": N_("a file held against it"),
            "hours": N_("visiting hours"),
            "lift": N_("a block lifted"),
            "search": N_("searched by name or number"),
            "station": N_("a terminal or counter added"),
        },
        "kind": {
            **{reason.value: words for reason, words in REASONS.items()},
            RestrictionKind.LEGAL_ONLY.value: N_("Legal visits only"),
            RestrictionKind.NO_VIDEO.value: N_("No video visits"),
            RestrictionKind.NO_VISITS.value: N_("No visits"),
            VisitKind.FAMILY.value: N_("Family visit"),
            VisitKind.LEGAL.value: N_("Legal visit"),
        },
        "mode": {VisitMode.IN_PERSON.value: N_("In person"), VisitMode.VIDEO.value: N_("Video")},
        "outcome": {outcome.value: words for outcome, words in OUTCOMES.items()},
        "part": {
            "account": N_("the account is not in use"),
            "password": N_("username or password"),
            "second_factor": N_("second factor"),
        },
        "second_factor": {
            "none": N_("none"),
            "recovery": N_("a recovery code"),
            "totp": N_("the authenticator"),
        },
    }
)
