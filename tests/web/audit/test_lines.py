"""web.audit.lines: entries in words."""

from __future__ import annotations

from datetime import UTC, datetime

from broker.audit.chain import Details, Entry
from broker.audit.events import AuditEvent
from broker.staff import Role, StaffName
from web.audit.known import Known
from web.audit.lines import Reader

AT = datetime(2026, 3, 2, 20, 45, 7, tzinfo=UTC)
KNOWN = Known(
    staff={12: StaffName(12, "asha", "Asha Rao", Role.OPERATOR)},
    visits={"a" * 32: "27/11/5/2026"},
    jails={3: "Yerwada"},
    keys={"api_key:4": "Prison ERP"},
)


def reader(language: str = "en") -> Reader:
    """On the clock of India."""
    return Reader(KNOWN, language, "Asia/Kolkata")


def test_names_stand_in_the_place_of_numbers_and_seconds_are_shown() -> None:
    """Who, when on the reader's clock, which visit and where."""
    entry = Entry(AT, "staff:12", AuditEvent.VISIT_HOLD, 3, "a" * 32, "terminal:7", "A quarrel", {"n": 2}, seq=9)
    line = reader().line(entry)
    assert (line.who, line.role, line.what) == ("Asha Rao", "Operator", "Put a session on hold")
    assert (line.day, line.time) == ("3 Mar 2026", "02:15:07")
    assert (line.visit, line.jail, line.about, line.why) == ("27/11/5/2026", "Yerwada", "Terminal 7", "A quarrel")
    assert line.details == (("n", "2"),)


def test_whoever_is_no_member_of_staff_is_named_by_kind() -> None:
    """The worker, a family, another system, somebody unknown; whoever is not there any more keeps the number."""
    expected = {
        "system:worker": ("The system", "by itself"),
        "system:ghost": ("The system", ""),
        "visitor:abc": ("A visitor", ""),
        "account:abc": ("A family", ""),
        "api_key:4": ("Prison ERP", "Another system"),
        "unknown": ("Unknown", ""),
        "staff:99": ("staff:99", ""),
    }
    for by, shown in expected.items():
        line = reader().line(Entry(AT, by, AuditEvent.VISIT_READ))
        assert (line.who, line.role) == shown, by


def test_an_id_of_ours_is_nothing_to_read() -> None:
    """A visitor, a watch and a warning have only such a one; whose picture it was, and where, is said all the same."""
    details: Details = {"alert": "dark", "participant": "c" * 32, "warning": "d" * 32}
    line = reader().line(Entry(AT, "staff:12", AuditEvent.ALERT_TICK, subject=f"visitor:{'e' * 32}", details=details))
    assert line.about == "Visitor"
    assert dict(line.details)["participant"] == "Visitor"
    assert not any(each * 16 in str(line.details) for each in "cd")
    assert reader().subject(f"monitor-{'f' * 16}") == "Watch"
    terminal = reader().line(Entry(AT, "staff:12", AuditEvent.ALERT_TICK, details={"participant": "terminal-7"}))
    assert dict(terminal.details)["participant"] == "Terminal 7"
    silence = reader().line(Entry(AT, "staff:12", AuditEvent.ALERT_TICK, details={"participant": ""}))
    assert silence.details == ()


def test_what_is_not_there_any_more_is_shown_by_its_number() -> None:
    """An entry outlives what it speaks of, and an event its place in the code."""
    line = reader().line(Entry(AT, "staff:12", "ghost:seen", 99, "b" * 32, "ghost:1"))
    assert (line.what, line.jail, line.visit, line.about) == ("ghost:seen", "#99", "b" * 32, "ghost:1")


def test_ids_of_ours_are_said_in_words() -> None:
    """Reasons, roles, jails and yes or no; in the reader's language."""
    details: Details = {
        "role": "superintendent",
        "jails": [3, 4],
        "special": True,
        "wants": ["better_id"],
        "inmate": None,
    }
    entry = Entry(AT, "system:invite", AuditEvent.VISIT_REFUSE, subject="staff:12", why="no_allowance", details=details)
    line = reader().line(entry)
    assert (line.about, line.why) == ("Member of staff Asha Rao", "No visits left for now")
    assert dict(line.details) == {
        "role": "Superintendent",
        "jails": "Yerwada, #4",
        "outside of the rules": "yes",
        "asked for": "A better picture of the identity proof",
        "person in prison": "–",
    }
    assert reader("hi").line(entry).what == "एक अनुरोध नामंज़ूर किया"
