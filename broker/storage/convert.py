"""From rows to the domain's frozen values."""

from __future__ import annotations

from broker.lifecycle import HistoryRow
from broker.outbox import OutboxMail
from broker.people import Inmate, Jail, Terminal, Visitor
from broker.storage.models import InmateRow, JailRow, OutboxRow, TerminalRow, VisitHistoryRow, VisitorRow, VisitRow
from broker.visit import Slot, Visit
from broker.visrn import VisRN


def jail(row: JailRow) -> Jail:
    """The jail of a row."""
    return Jail(row.id, row.state_code, row.code, row.name, row.city, row.timezone, row.helpline)


def terminal(row: TerminalRow) -> Terminal:
    """The terminal of a row, without its secret."""
    return Terminal(row.id, row.jail_id, row.name, paired=row.secret_digest is not None)


def inmate(row: InmateRow) -> Inmate:
    """The inmate of a row."""
    return Inmate(
        row.id,
        row.jail_id,
        row.number,
        row.name,
        row.father_name,
        row.age,
        row.gender,
        row.category,
        row.nationality,
    )


def visitor(row: VisitorRow) -> Visitor:
    """The visitor of a row."""
    return Visitor(
        row.id,
        row.visit_id,
        row.name,
        row.relationship_,
        row.email,
        row.mobile,
        row.language,
        row.otp_counter,
    )


def visit(row: VisitRow) -> Visit:
    """The visit of a row whose jail, terminal, inmate and visitors are loaded."""
    return Visit(
        id=row.id,
        visrn=VisRN(row.visrn_state, row.visrn_jail, row.visrn_serial, row.visrn_year),
        jail=jail(row.jail),
        terminal=None if row.terminal is None else terminal(row.terminal),
        inmate=inmate(row.inmate),
        kind=row.kind,
        status=row.status,
        slot=None if row.terminal_id is None else Slot(row.terminal_id, row.starts_at, row.ends_at),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        visitors=tuple(visitor(v) for v in row.visitors),
        outcome=row.outcome,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        seconds={who: float(seconds) for who, seconds in row.seconds.items()},
    )


def history(row: VisitHistoryRow) -> HistoryRow:
    """The step of a row."""
    return HistoryRow(row.visit_id, row.at, row.by, row.from_, row.to, row.reason)


def mail(row: OutboxRow) -> OutboxMail:
    """The message of a row."""
    return OutboxMail(
        id=row.id,
        name=row.name,
        to=row.to,
        subject=row.subject,
        text=row.text,
        html=row.html,
        created_at=row.created_at,
        visit_id=row.visit_id,
        visitor_id=row.visitor_id,
        channel=row.channel,
        expires_at=row.expires_at,
        due_at=row.due_at,
        status=row.status,
        attempts=row.attempts,
        error_id=row.error_id,
        sent_at=row.sent_at,
    )
