"""When a family stood before a shut door: codes had been asked for, and none had arrived. Pure.

By the mails with codes alone: who opened a page and never asked for codes was not at the door. A mail has arrived when
a server took it and did not send it back; codes read out by telephone arrive at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from broker.closing import SETTLING
from broker.losses.spans import Span, Spans, union, without
from broker.losses.tracks import Clock
from broker.outbox import MailStatus, OutboxMail

CODES = "codes"
_SETTLING = int(SETTLING.total_seconds())
_SECOND = timedelta(seconds=1)

Pair = tuple[datetime, datetime]


def shut_out(
    mails: Iterable[OutboxMail], read_out: Iterable[tuple[str, datetime]], opens_at: datetime, ends_at: datetime
) -> tuple[Pair, ...]:
    """When, while admission was open (from `opens_at` to `ends_at`), somebody waited for codes and nobody had any.

    `mails`: the visit's; `read_out`: whom staff read codes to, and when. Newer codes kill the older ones of the same
    visitor; who had some and let their time run out could have come. What a mail takes on a good day is no shut door.
    """
    clock = Clock(opens_at)
    end = clock.at(ends_at)
    waited, had = list[Span](), list[Span]()
    for asked in _by_visitor(mails, read_out, clock, ends_at).values():
        nexts = [*(at for at, _ in asked[1:]), end]
        for (at, arrived), until in zip(asked, nexts, strict=True):
            here = until if arrived is None else min(max(arrived, at), until)
            waited.append((at, here))
            had.append((here, until))
    shut: Spans = without(union(waited), had)
    return tuple(
        (opens_at + start * _SECOND, opens_at + stop * _SECOND) for start, stop in shut if stop - start > _SETTLING
    )


def _by_visitor(
    mails: Iterable[OutboxMail], read_out: Iterable[tuple[str, datetime]], clock: Clock, ends_at: datetime
) -> dict[str, list[tuple[int, int | None]]]:
    """When each visitor's codes were made, oldest first, and when they arrived: None for never."""
    made = [
        (mail.visitor_id or "", mail.created_at, mail.sent_at if mail.status is MailStatus.SENT else None)
        for mail in mails
        if mail.name == CODES
    ]
    made += [(visitor, at, at) for visitor, at in read_out]
    found: dict[str, list[tuple[int, int | None]]] = {}
    for visitor, at, arrived in sorted(made, key=lambda each: (*each[:2], each[2] or ends_at)):
        if 0 <= clock.at(at) < clock.at(ends_at):
            known = None if arrived is None else clock.at(arrived)
            found.setdefault(visitor, []).append((clock.at(at), known))
    return found
