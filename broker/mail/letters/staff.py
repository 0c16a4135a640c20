"""Letters to staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from broker.mail.letters.envelope import Letter, write

_HOUR = timedelta(hours=1)


def staff_invite(name: str, language: str, link: str, expires_at: datetime, now: datetime) -> Letter:
    """An account to be opened by `link`, which works once until `expires_at` (UTC)."""
    hours = max(1, (expires_at - now) // _HOUR)
    return write("staff_invite", language, {"visitor": name, "link": link, "hours": hours})


def escalated(name: str, language: str, count: int, link: str) -> Letter:
    """So many requests wait longer than they should."""
    return write("escalated", language, {"visitor": name, "count": count, "link": link})
