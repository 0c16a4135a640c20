"""What staff may take from a participant's sending, and the warnings they may give: values, without I/O.

Both are kept in Redis beside the room's claim, so that they hold on whichever node the room is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rooms.seats import from_iso, to_iso

#: Characters a typed warning may have.
LONGEST_TEXT = 300
#: Characters a warning's id may have.
LONGEST_ID = 64
#: Warnings kept for one room; the oldest are given up first.
MOST_WARNINGS = 50
#: How long a warning is shown to somebody who comes, or comes back, after it was given.
CURRENT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Moderation:
    """What staff have taken from a participant's sending, for the time being."""

    muted: bool = False
    blanked: bool = False


UNMODERATED = Moderation()


def moderation_to_json(moderation: Mapping[str, Moderation]) -> str:
    """Write the moderation of a room's participants as it stands in the room's hash."""
    return json.dumps({who: {"muted": each.muted, "blanked": each.blanked} for who, each in moderation.items()})


def moderation_from_json(text: str | None) -> dict[str, Moderation]:
    """Read a room's moderation, by participant; raises KeyError or ValueError on anything else."""
    found = json.loads(text) if text else {}
    return {str(who): Moderation(bool(each["muted"]), bool(each["blanked"])) for who, each in found.items()}


class WarningNotice(StrEnum):
    """Prepared warnings, said in each reader's own language."""

    BEHAVE = "behave"  # speak and behave calmly
    COVER = "cover"  # be dressed, or cover yourself
    FACES = "faces"  # nobody but the registered visitors may be seen
    LANGUAGE = "language"  # speak so that staff understand
    RECORDING = "recording"  # no recording and no pictures
    SUBJECT = "subject"  # this may not be spoken about
    TIME = "time"  # come to an end, the time is nearly over


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the word everybody uses; write moderation.Warning
    """A warning by staff: a prepared notice or a typed text, never both.

    `to` names participants; empty, it is for everybody with a seat. `given_at` is set by the registry. Raises
    ValueError if it says nothing, or more than a warning may.
    """

    id: str
    to: tuple[str, ...] = ()
    notice: str = ""
    text: str = ""
    given_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.id) <= LONGEST_ID:
            raise ValueError(f"a warning's id has 1 to {LONGEST_ID} characters")
        if bool(self.notice) is bool(self.text.strip()):
            raise ValueError("a warning has a notice or a text")
        if self.notice and self.notice not in tuple(WarningNotice):
            raise ValueError("no such prepared notice")
        if len(self.text) > LONGEST_TEXT:
            raise ValueError(f"a typed warning has at most {LONGEST_TEXT} characters")

    def is_for(self, participant: str) -> bool:
        """Say whether somebody with a seat is meant."""
        return not self.to or participant in self.to

    def is_current(self, now: datetime) -> bool:
        """Say whether somebody who comes now is still to be shown it."""
        return self.given_at is not None and now < self.given_at + CURRENT

    def given(self, at: datetime) -> Warning:
        """Return the warning with the time it was given."""
        return replace(self, given_at=at)

    def to_json(self) -> str:
        """Return what stands in Redis; the warning must have been given."""
        if self.given_at is None:
            raise ValueError("a warning that was not given is not kept")
        at = to_iso(self.given_at)
        return json.dumps({"id": self.id, "to": self.to, "notice": self.notice, "text": self.text, "given_at": at})

    @classmethod
    def from_json(cls, text: str) -> Warning:
        """Read what to_json wrote; raises KeyError or ValueError on anything else."""
        data = json.loads(text)
        return cls(
            id=data["id"],
            to=tuple(data["to"]),
            notice=data["notice"],
            text=data["text"],
            given_at=from_iso(data["given_at"]),
        )


def current(warnings: Iterable[Warning], participant: str, now: datetime) -> list[Warning]:
    """Return the warnings somebody with a seat is to be shown when they come at `now`."""
    return [warning for warning in warnings if warning.is_for(participant) and warning.is_current(now)]
