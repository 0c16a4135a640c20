"""What one participant may receive from another: the one table of the project that decides it.

Everything the relay forwards is decided here, once for each (sender, receiver, kind), whenever something in the
room changes. The packet path never decides: it holds the legs this table has allowed and nothing else.

The rules, in words:

* only a live room forwards; in a room that waits, is held or has ended nothing moves;
* a monitor receives and never sends;
* on a lawyer's visit a monitor sees and does not hear (Prisons Act s. 40: within sight, out of hearing);
* muting or blanking a participant takes that from the other participants. Monitors keep it, because whoever muted
  must be able to judge when to end it.

What is not in the table is not forwarded. A wall is given no packets, but what it is given is decided here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a track carries."""

    AUDIO = "audio"
    VIDEO = "video"


class Phase(StrEnum):
    """Where a room stands. `ended` is final."""

    ENDED = "ended"
    HELD = "held"
    LIVE = "live"
    WAITING = "waiting"


class Role(StrEnum):
    """Who a participant is in the room."""

    MONITOR = "monitor"
    TERMINAL = "terminal"
    VISITOR = "visitor"


class Privilege(StrEnum):
    """The kind of visit, as far as what staff may hear depends on it."""

    FAMILY = "family"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Moderation:
    """What staff have taken from a participant's sending, for the time being."""

    muted: bool = False
    blanked: bool = False


UNMODERATED = Moderation()

NOTHING: frozenset[Kind] = frozenset()
PICTURE: frozenset[Kind] = frozenset({Kind.VIDEO})
BOTH: frozenset[Kind] = frozenset({Kind.AUDIO, Kind.VIDEO})

TABLE: Mapping[tuple[Privilege, Role, Role], frozenset[Kind]] = {
    # visit, sender, receiver
    (Privilege.FAMILY, Role.TERMINAL, Role.VISITOR): BOTH,
    (Privilege.FAMILY, Role.VISITOR, Role.TERMINAL): BOTH,
    (Privilege.FAMILY, Role.VISITOR, Role.VISITOR): BOTH,
    (Privilege.FAMILY, Role.TERMINAL, Role.MONITOR): BOTH,
    (Privilege.FAMILY, Role.VISITOR, Role.MONITOR): BOTH,
    (Privilege.LEGAL, Role.TERMINAL, Role.VISITOR): BOTH,
    (Privilege.LEGAL, Role.VISITOR, Role.TERMINAL): BOTH,
    (Privilege.LEGAL, Role.VISITOR, Role.VISITOR): BOTH,
    (Privilege.LEGAL, Role.TERMINAL, Role.MONITOR): PICTURE,
    (Privilege.LEGAL, Role.VISITOR, Role.MONITOR): PICTURE,
}


def allowed(
    sender: Role,
    receiver: Role,
    kind: Kind,
    *,
    privilege: Privilege,
    phase: Phase,
    moderation: Moderation = UNMODERATED,
) -> bool:
    """Whether `kind` of `sender`'s media goes to `receiver` now. `moderation` is the sender's."""
    if phase is not Phase.LIVE:
        return False
    if kind not in TABLE.get((privilege, sender, receiver), NOTHING):
        return False
    if receiver is Role.MONITOR:
        return True
    return not (moderation.muted if kind is Kind.AUDIO else moderation.blanked)


def on_wall(sender: Role, kind: Kind, *, privilege: Privilege, phase: Phase) -> bool:
    """Whether a wall may have anything of `kind` of `sender`: a keyframe of video, the level of audio.

    No more than a monitor in the room would be given. On a lawyer's visit not even how loud somebody is.
    """
    return allowed(sender, Role.MONITOR, kind, privilege=privilege, phase=phase)


def speaks_upstream(receiver: Role) -> bool:
    """Whether a receiver's own reports and requests may reach those it receives from.

    A monitor's never do: no report, no request for a retransmission or a keyframe, no estimate of its line.
    """
    return receiver is not Role.MONITOR
