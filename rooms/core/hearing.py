"""When somebody whose media path is up by its own word is not heard any more. Pure.

A closed tab, a phone without power and a pulled cable say no goodbye: the path counts as up until consent runs out,
half a minute later. Whoever looks at the room must not be told so long that all is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rooms.moderation import Moderation
from rooms.people import Member

#: Sound comes every 20 ms. A phone that changes its network is away for longer than this, and is not heard either.
MEDIA_QUIET, MEDIA_QUIET_DETACHED = timedelta(seconds=4), timedelta(seconds=2)
#: Who sends nothing (a hold, all switched off) is heard by connectivity checks alone, and those come each 6 s at least.
CHECKS_QUIET, CHECKS_QUIET_DETACHED = timedelta(seconds=12), timedelta(seconds=7)
#: Pages report their connection every 5 s; what is older says nothing about now.
QUALITY_KEPT = timedelta(seconds=20)
# A monotonic time read twice on the wall clock differs by microseconds; that is no news.
_SAME = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Sign:
    """When a participant's transport last carried media, and when anything at all was last heard on it."""

    media: datetime | None
    checked: datetime | None


def listen(member: Member, sign: Sign | None, moderation: Moderation, now: datetime, *, live: bool) -> None:
    """Bring up to date what is known of a member by ear: `silent_since`, and whether its quality is still news."""
    if member.judged_at is not None and now - member.judged_at > QUALITY_KEPT:
        member.quality = member.judged_at = None
    if sign is None or not member.connected:
        member.silent_since = member.expected_since = None
        return
    sends = (member.audio and not moderation.muted) or (member.video and not moderation.blanked)
    member.expected_since = (member.expected_since or now) if live and sends else None
    detached = member.detached_at is not None
    if member.expected_since is not None:
        heard = [sign.media, member.expected_since]
        quiet = MEDIA_QUIET_DETACHED if detached else MEDIA_QUIET
    else:
        heard = [sign.media, sign.checked]
        quiet = CHECKS_QUIET_DETACHED if detached else CHECKS_QUIET
    last = max((at for at in heard if at is not None), default=now)
    if now - last < quiet:
        member.silent_since = None
    elif member.silent_since is None or abs(last - member.silent_since) >= _SAME:
        member.silent_since = last
