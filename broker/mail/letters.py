"""The mails of a visit, each as one function from the visit to a Message in the visitor's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from broker.mail.compose import Message, compose
from broker.outbox import OutboxMail
from broker.visit import Visit, VisitKind, Visitor

_MINUTE = timedelta(minutes=1)


def addressed(
    name: str, message: Message, visit: Visit, visitor: Visitor, now: datetime, *, expires_at: datetime | None = None
) -> OutboxMail:
    """Put a letter into an envelope to a visitor, for the outbox; `expires_at` for one that carries codes."""
    return OutboxMail(
        name=name,
        to=visitor.email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        created_at=now,
        visit_id=visit.id,
        visitor_id=visitor.id,
        expires_at=expires_at,
    )


def approved(visit: Visit, visitor: Visitor, link: str, opens_at: datetime) -> Message:
    """The visit is approved: when (in the jail's time), the visitor's own link, what to have ready.

    `opens_at` is when admission opens (UTC).
    """
    zone = ZoneInfo(visit.jail.timezone)
    return compose(
        "approved",
        visitor.language,
        {
            "visitor": visitor.name,
            "visrn": str(visit.visrn),
            "jail": visit.jail.name,
            "city": visit.jail.city,
            "date": format_date(visit.starts_at.astimezone(zone).date(), "full", locale=visitor.language),
            "starts": _time(visit.starts_at, zone),
            "ends": _time(visit.ends_at, zone),
            "opens": _time(opens_at, zone),
            "offset": _offset(visit.starts_at, zone),
            "link": link,
            "legal": visit.kind is VisitKind.LEGAL,
            "helpline": visit.jail.helpline,
        },
    )


def codes(visit: Visit, visitor: Visitor, otp: str, pin: str, expires_at: datetime) -> Message:
    """Fresh codes, valid until `expires_at` (UTC); each stands on its own line, behind a label never translated."""
    zone = ZoneInfo(visit.jail.timezone)
    return compose(
        "codes",
        visitor.language,
        {
            "otp": otp,
            "pin": pin,
            "visrn": str(visit.visrn),
            "until": _time(expires_at, zone),
            "offset": _offset(expires_at, zone),
            "helpline": visit.jail.helpline,
        },
    )


def _time(at: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes; seconds are cut off, so that nothing is promised for longer than it lasts."""
    return at.astimezone(zone).strftime("%H:%M")


def _offset(at: datetime, zone: ZoneInfo) -> str:
    """The zone's distance from UTC at that time: `UTC+05:30`."""
    away = at.astimezone(zone).utcoffset() or timedelta(0)
    minutes = abs(away) // _MINUTE
    sign = "-" if away < timedelta(0) else "+"
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"
