"""What the audit's words are to people: a sentence for each event, names of what events and subjects are about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.audit.events import AuditEvent
from config.i18n import N_

_COMMAND = N_("by a command on the server")

#: What was done, said of whoever did it.
EVENTS: Mapping[AuditEvent, str] = MappingProxyType(
    {
        AuditEvent.ALERT_TICK: N_("Ticked off an alert"),
        AuditEvent.API_KEY_CREATE: N_("Made a key for another system"),
        AuditEvent.API_KEY_REVOKE: N_("Revoked the key of another system"),
        AuditEvent.AUDIT_EXPORT: N_("Exported the audit"),
        AuditEvent.AUDIT_READ: N_("Read the audit"),
        AuditEvent.AUDIT_REKEY: N_("Sealed the audit with a new key"),
        AuditEvent.BAN_CREATE: N_("Banned a visitor"),
        AuditEvent.BAN_LIFT: N_("Took a ban back"),
        AuditEvent.BAN_LIST: N_("Looked at the list of bans"),
        AuditEvent.CALENDAR_EDIT: N_("Changed the calendar"),
        AuditEvent.CODES_READ_OUT: N_("Asked a caller for details, to read codes out"),
        AuditEvent.CODES_SEND: N_("Had the codes sent again"),
        AuditEvent.DOCUMENT_READ: N_("Opened a proof of identity"),
        AuditEvent.GATE_ADMIT: N_("Let a visitor in at the gate"),
        AuditEvent.INCIDENT_REPORT: N_("Reported an incident"),
        AuditEvent.INMATE_EDIT: N_("Changed a line of the register"),
        AuditEvent.INMATE_LIST: N_("Looked through the register"),
        AuditEvent.INMATE_READ: N_("Looked at the record of a person in prison"),
        AuditEvent.JAIL_CREATE: N_("Added a jail"),
        AuditEvent.LOSS_ATTRIBUTE: N_("Found the cause of lost minutes"),
        AuditEvent.LOSS_CONFIRM: N_("Confirmed the cause of lost minutes"),
        AuditEvent.LOSS_CORRECT: N_("Corrected the cause of lost minutes"),
        AuditEvent.MAKEUP_OFFER: N_("Offered another visit for lost minutes"),
        AuditEvent.MAKEUP_TAKE: N_("Took the visit that was offered for lost minutes"),
        AuditEvent.NOTE_WRITE: N_("Wrote a note"),
        AuditEvent.QUOTA_ADJUST: N_("Changed an allowance by hand"),
        AuditEvent.REGISTER_IMPORT: N_("Imported the register"),
        AuditEvent.REPORT_EXPORT: N_("Exported a report"),
        AuditEvent.REPORT_READ: N_("Read a report"),
        AuditEvent.REQUEST_LIST: N_("Looked through the requests"),
        AuditEvent.REQUEST_READ: N_("Opened a request"),
        AuditEvent.RESTRICTION_EDIT: N_("Restricted the visits of a person in prison"),
        AuditEvent.RESTRICTION_LIFT: N_("Took a restriction back"),
        AuditEvent.REVIEW_SETTLE: N_("Left a visit as it is after looking at it again"),
        AuditEvent.ROOM_BLANK: N_("Took the picture away from one side"),
        AuditEvent.ROOM_LIST: N_("Opened the list of live rooms"),
        AuditEvent.ROOM_MUTE: N_("Took the sound away from one side"),
        AuditEvent.ROOM_UNBLANK: N_("Gave the picture back to one side"),
        AuditEvent.ROOM_UNMUTE: N_("Gave the sound back to one side"),
        AuditEvent.ROOM_WARN: N_("Sent a warning into a room"),
        AuditEvent.ROOM_WATCH: N_("Watched a live room"),
        AuditEvent.ROOM_WATCH_END: N_("Stopped watching a live room"),
        AuditEvent.RULE_EDIT: N_("Made a new version of a rule"),
        AuditEvent.STAFF_CODES: N_("Made new recovery codes"),
        AuditEvent.STAFF_DISABLE: N_("Disabled a staff account"),
        AuditEvent.STAFF_EDIT: N_("Changed a staff account"),
        AuditEvent.STAFF_ENABLE: N_("Opened a staff account again"),
        AuditEvent.STAFF_ENROL: N_("Opened their account with an invitation"),
        AuditEvent.STAFF_INVITE: N_("Invited somebody to the staff"),
        AuditEvent.STAFF_LIST: N_("Looked through the staff accounts"),
        AuditEvent.STAFF_PASSWORD: N_("Changed their own password"),
        AuditEvent.STAFF_READ: N_("Looked at a staff account"),
        AuditEvent.STAFF_RESET: N_("Took password and second factor from a staff account, and sent a new link"),
        AuditEvent.STAFF_SECOND_FACTOR: N_("Set up a new second factor"),
        AuditEvent.STAFF_SIGN_IN: N_("Signed in to the staff's pages"),
        AuditEvent.STAFF_SIGN_IN_FAIL: N_("Tried to sign in and was refused"),
        AuditEvent.TERMINAL_COMMAND: N_("Sent a command to a terminal"),
        AuditEvent.TERMINAL_PAIR: N_("Paired a terminal"),
        AuditEvent.VISIT_APPROVE: N_("Approved a visit"),
        AuditEvent.VISIT_ASK: N_("Asked the family for something"),
        AuditEvent.VISIT_CANCEL: N_("Cancelled a visit"),
        AuditEvent.VISIT_CLOSE: N_("Closed a visit with its outcome"),
        AuditEvent.VISIT_END: N_("Ended a session"),
        AuditEvent.VISIT_ESCALATE: N_("Marked a request as late"),
        AuditEvent.VISIT_HOLD: N_("Put a session on hold"),
        AuditEvent.VISIT_LAPSE: N_("Refused a request that nobody had decided"),
        AuditEvent.VISIT_LIST: N_("Opened the visits of the day"),
        AuditEvent.VISIT_MOVE: N_("Moved a visit to another time"),
        AuditEvent.VISIT_NO_SHOW: N_("Wrote down that nobody came"),
        AuditEvent.VISIT_READ: N_("Opened a visit"),
        AuditEvent.VISIT_REFUSE: N_("Refused a request"),
        AuditEvent.VISIT_RESUME: N_("Let a session go on"),
        AuditEvent.VISIT_START: N_("Started a session"),
    }
)

#: What events of one resource are about, for a list to choose from.
RESOURCES: Mapping[str, str] = MappingProxyType(
    {
        "alert": N_("Alerts"),
        "api_key": N_("Keys of other systems"),
        "audit": N_("The audit itself"),
        "ban": N_("Bans"),
        "calendar": N_("The calendar"),
        "codes": N_("Codes"),
        "document": N_("Proofs of identity"),
        "gate": N_("The gate"),
        "incident": N_("Incidents"),
        "inmate": N_("People in prison"),
        "jail": N_("Jails"),
        "loss": N_("Lost minutes"),
        "makeup": N_("Visits for lost minutes"),
        "note": N_("Notes"),
        "quota": N_("Allowances"),
        "register": N_("The register"),
        "report": N_("Reports"),
        "request": N_("Requests"),
        "restriction": N_("Restrictions"),
        "review": N_("Visits to look at again"),
        "room": N_("Live rooms"),
        "rule": N_("Rules"),
        "staff": N_("Staff"),
        "terminal": N_("Terminals"),
        "visit": N_("Visits"),
    }
)

#: What an entry is about, by the word before the number.
SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "account": N_("Family's account"),
        "api_key": N_("Key"),
        "ban": N_("Ban"),
        "block": N_("Blocked time"),
        "inmate": N_("Person in prison"),
        "jail": N_("Jail"),
        "losses": N_("Lost minutes"),
        "monitor": N_("Watch"),
        "restriction": N_("Restriction"),
        "staff": N_("Member of staff"),
        "state": N_("State"),
        "terminal": N_("Terminal"),
        "visitor": N_("Visitor"),
    }
)

#: What a search may be about, by the word before the colon; watches are found by what was done.
KINDS: Mapping[str, str] = MappingProxyType({kind: label for kind, label in SUBJECTS.items() if kind != "monitor"})

#: Who acted, where it was no member of staff, by the word before the colon.
ACTORS: Mapping[str, str] = MappingProxyType(
    {
        "account": N_("A family"),
        "api_key": N_("Another system"),
        "system": N_("The system"),
        "unknown": N_("Unknown"),
        "visitor": N_("A visitor"),
    }
)

#: What of the system it was, by the word behind its colon.
SYSTEM: Mapping[str, str] = MappingProxyType(
    {
        "audit": _COMMAND,
        "demo": N_("for the demonstration"),
        "import": _COMMAND,
        "invite": _COMMAND,
        "jail": _COMMAND,
        "rules": _COMMAND,
        "worker": N_("by itself"),
    }
)

#: Labels of what is noted beside an event. A key without one stands there as it is.
DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "added": N_("added"),
        "alert": N_("what was amiss"),
        "amount": N_("visits"),
        "asked": N_("what was asked"),
        "by": N_("divided by"),
        "category": N_("category"),
        "changed": N_("changed"),
        "command": N_("command"),
        "day": N_("day"),
        "done": N_("what was done"),
        "event": N_("event"),
        "every_jail": N_("all jails"),
        "format": N_("format"),
        "from": N_("where it was done"),
        "given_back": N_("given back to the allowance"),
        "gone": N_("no longer there"),
        "had": N_("had"),
        "hours": N_("visiting hours"),
        "in_the_place_of": N_("in the place of"),
        "incident": N_("number of the incident"),
        "inmate": N_("person in prison"),
        "jails": N_("jails"),
        "kind": N_("kind"),
        "list": N_("list"),
        "mode": N_("mode"),
        "offered": N_("offered"),
        "outcome": N_("outcome"),
        "page": N_("page"),
        "part": N_("what was wrong"),
        "participant": N_("participant"),
        "purpose": N_("what it opens"),
        "refused": N_("visitors refused"),
        "reviews": N_("visits to look at again"),
        "right": N_("answered right"),
        "role": N_("role"),
        "role_before": N_("role before"),
        "rule": N_("rule version"),
        "second_factor": N_("second factor"),
        "seconds": N_("for how long"),
        "severity": N_("how bad it was"),
        "show": N_("what was shown"),
        "side": N_("side"),
        "since": N_("from"),
        "slots": N_("times that were offered"),
        "special": N_("outside of the rules"),
        "starts_at": N_("begins at"),
        "states": N_("states"),
        "step": N_("step"),
        "subject": N_("about"),
        "terminal": N_("terminal"),
        "to": N_("to"),
        "until": N_("until"),
        "version": N_("version"),
        "visitor": N_("visitor"),
        "visits": N_("which visits"),
        "wants": N_("asked for"),
        "warning": N_("warning"),
        "who": N_("who"),
        "with_text": N_("with a text"),
    }
)

#: What is wrong with a search.
PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "no_such_visit": N_("There is no visit with this number."),
        "nobody": N_("Nobody of the staff is called so."),
        "no_time": N_("This is no time."),
        "until_first": N_("This is before the beginning."),
    }
)
