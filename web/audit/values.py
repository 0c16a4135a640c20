"""Values that are noted beside an event, in words: by the detail they belong to. One without words stands as it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from broker.audit.form import Format
from broker.lifecycle import Outcome
from broker.sessions.addresses import Whose
from broker.sessions.details import Detail
from broker.vocabulary import RestrictionKind, VisitKind, VisitMode
from config.i18n import N_
from web.calendar.words import REASONS
from web.inmates.words import CATEGORIES, COLUMNS
from web.losses.words import CAUSES as LOSSES
from web.reports.words import DIMENSIONS, SETS
from web.staff.wording.accounts import PURPOSES
from web.staff.wording.alerts import ALERTS, SEVERITIES
from web.terminal.commands import CommandName

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

#: Whose fault lost minutes were, by cause and side as they are noted ("terminal_down/prison").
CAUSES: Mapping[str, str] = MappingProxyType({f"{cause}/{side}": words for (cause, side), words in LOSSES.items()})

VALUES: Mapping[str, Mapping[Any, str]] = MappingProxyType(
    {
        "alert": ALERTS,
        "asked": {
            Detail.AGE: N_("age"),
            Detail.BIRTH_YEAR: N_("year of birth"),
            Detail.ID_LAST4: N_("the end of the proof's number"),
            Detail.MOBILE_LAST4: N_("the end of the mobile number"),
        },
        "by": DIMENSIONS,
        "category": CATEGORIES,
        "changed": COLUMNS,
        "command": {
            CommandName.RELOAD: N_("to load its page anew"),
            CommandName.TEST: N_("to test camera and microphone"),
        },
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
        "format": {Format.CSV: N_("a table (CSV)"), Format.JSONL: N_("JSON lines")},
        "from": {"monitor": N_("the monitor's page")},
        "kind": {
            **{reason.value: words for reason, words in REASONS.items()},
            RestrictionKind.LEGAL_ONLY: N_("Legal visits only"),
            RestrictionKind.NO_VIDEO: N_("No video visits"),
            RestrictionKind.NO_VISITS: N_("No visits"),
            VisitKind.FAMILY: N_("Family visit"),
            VisitKind.LEGAL: N_("Legal visit"),
        },
        "list": {"day": N_("the visits of a day"), "incidents": N_("the incidents of a day")},
        "mode": {VisitMode.IN_PERSON: N_("In person"), VisitMode.VIDEO: N_("Video")},
        "outcome": OUTCOMES,
        "page": {
            "help": N_("the help with codes"),
            "looks": N_("who looked into which room"),
            "record": N_("the record of the call"),
        },
        "part": {
            "account": N_("the account is not in use"),
            "password": N_("username or password"),
            "second_factor": N_("second factor"),
        },
        "purpose": PURPOSES,
        "second_factor": {
            "none": N_("none"),
            "recovery": N_("a recovery code"),
            "totp": N_("the authenticator"),
        },
        "severity": SEVERITIES,
        "show": SETS,
        "side": {"both": N_("both sides"), "family": N_("the visitors' side"), "prison": N_("the prison's side")},
        "step": {"code_made": N_("a code was made"), "paired": N_("the browser was paired")},
        "to": {
            Whose.ACCOUNT: N_("the account that asked for the visit"),
            Whose.OTHER_VISITOR: N_("another visitor of the same visit"),
            Whose.OWN: N_("their own address"),
        },
    }
)
