"""From rows to the domain's frozen values."""

from __future__ import annotations

from datetime import datetime

from broker.lifecycle import HistoryRow
from broker.people import Identity, Inmate, Jail, Terminal, Visitor
from broker.storage.models import (
    InmateRow,
    JailRow,
    RequestRow,
    TerminalRow,
    VisitHistoryRow,
    VisitorRow,
    VisitRow,
)
from broker.visit import Prisoner, Request, Slot, Visit
from broker.visrn import VisRN


def jail(row: JailRow) -> Jail:
    """The jail of a row."""
    return Jail(row.id, row.state_code, row.code, row.name, row.city, row.timezone, row.helpline)


def terminal(row: TerminalRow) -> Terminal:
    """The terminal of a row, without its secret."""
    return Terminal(row.id, row.jail_id, row.name, paired=row.secret_digest is not None, mode=row.mode)


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
        row.status,
        row.no_objection,
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
        row.decision,
        row.decision_reason,
        _identity(row),
    )


def _identity(row: VisitorRow) -> Identity | None:
    """Who the visitor is; None for one whom staff booked without asking."""
    if row.id_type is None:
        return None
    return Identity(
        father_name=row.father_name,
        address=row.address,
        gender=row.gender,
        birth_date=row.birth_date,
        age=row.age,
        nationality=row.nationality,
        id_type=row.id_type,
        id_number=row.id_number,
        id_digest=row.id_digest or "",
        document_id=row.document_id,
    )


def request(row: RequestRow) -> Request:
    """What a family asked for."""
    return Request(
        prisoner=Prisoner(
            row.prisoner_name, row.prisoner_father, row.prisoner_age, row.prisoner_gender, row.prisoner_number
        ),
        preferences=tuple(datetime.fromisoformat(each) for each in row.preferences),
        note=row.note,
        timezone=row.timezone,
        decide_by=row.decide_by,
        lapse_at=row.lapse_at,
        escalated_at=row.escalated_at,
    )


def visit(row: VisitRow) -> Visit:
    """The visit of a row whose jail, terminal, inmate and visitors are loaded."""
    return Visit(
        id=row.id,
        visrn=VisRN(row.visrn_state, row.visrn_jail, row.visrn_serial, row.visrn_year),
        jail=jail(row.jail),
        terminal=None if row.terminal is None else terminal(row.terminal),
        inmate=None if row.inmate is None else inmate(row.inmate),
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
        mode=row.mode,
        account_id=row.account_id,
        rule_version_id=row.rule_version_id,
        created_at=row.created_at,
        demo=row.demo,
    )


def history(row: VisitHistoryRow) -> HistoryRow:
    """The step of a row."""
    return HistoryRow(row.visit_id, row.at, row.by, row.from_, row.to, row.reason)
