"""From a visit to be to its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from broker.people import Identity
from broker.storage.models import RequestRow, VisitorRow, VisitRow
from broker.visit import NewVisit, Request, VisitStatus
from broker.visrn import VisRN


def visit(new: NewVisit, visrn: VisRN, now: datetime) -> VisitRow:
    """The visit's own row: requested."""
    return VisitRow(
        id=new.id,
        visrn_state=visrn.state,
        visrn_jail=visrn.jail,
        visrn_serial=visrn.serial,
        visrn_year=visrn.year,
        jail_id=new.jail_id,
        inmate_id=new.inmate_id,
        account_id=new.account_id,
        rule_version_id=new.rule_version_id,
        kind=new.kind,
        mode=new.mode,
        status=VisitStatus.REQUESTED,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        seconds={},
        created_at=now,
        demo=new.demo,
    )


def visitors(new: NewVisit) -> list[VisitorRow]:
    """One row for each visitor, in order."""
    return [
        VisitorRow(
            id=visitor.id,
            visit_id=new.id,
            position=position,
            name=visitor.name,
            relationship_=visitor.relationship,
            email=visitor.email,
            mobile=visitor.mobile,
            language=visitor.language,
            link_digest=visitor.link_digest,
            otp_counter=0,
            decision=visitor.decision,
            decision_reason="",
            **identity(visitor.identity),
        )
        for position, visitor in enumerate(new.visitors)
    ]


def identity(known: Identity | None) -> dict[str, Any]:
    """The columns of who a visitor is; those of nobody in particular without one."""
    if known is None:
        return {}
    return {
        "father_name": known.father_name,
        "address": known.address,
        "gender": known.gender,
        "birth_date": known.birth_date,
        "age": known.age,
        "nationality": known.nationality,
        "id_type": known.id_type,
        "id_number": known.id_number,
        "id_digest": known.id_digest,
        "document_id": known.document_id,
    }


def request(visit_id: str, asked: Request) -> RequestRow:
    """What was asked for."""
    return RequestRow(visit_id=visit_id, **request_columns(asked))


def request_columns(asked: Request) -> dict[str, Any]:
    """The columns of what was asked for."""
    return {
        "prisoner_name": asked.prisoner.name,
        "prisoner_father": asked.prisoner.father_name,
        "prisoner_age": asked.prisoner.age,
        "prisoner_gender": asked.prisoner.gender,
        "prisoner_number": asked.prisoner.number,
        "preferences": [each.astimezone(UTC).isoformat() for each in asked.preferences],
        "note": asked.note,
        "timezone": asked.timezone,
        "decide_by": asked.decide_by,
        "lapse_at": asked.lapse_at,
        "escalated_at": asked.escalated_at,
    }
