"""What staff have done in a room, and what of it is still to be carried out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from rooms import moderation as mod
from rooms.effects import SetModeration, TellWarning
from rooms.moderation import UNMODERATED, Moderation


class StaffActs:
    """The moderation and the warnings as they stand in Redis; warnings known from the beginning count as shown."""

    def __init__(self, moderation: Mapping[str, Moderation] | None, warnings: Iterable[mod.Warning]) -> None:
        self.moderation: Mapping[str, Moderation] = dict(moderation or {})
        self._enforced: Mapping[str, Moderation] = {}
        self._warnings = tuple(warnings)

    def enforce(self) -> list[SetModeration]:
        """Have the media room take and give back what has changed since the last time."""
        wanted, enforced = self.moderation, self._enforced
        self._enforced = wanted
        return [
            SetModeration(who, wanted.get(who, UNMODERATED))
            for who in sorted(wanted.keys() | enforced.keys())
            if wanted.get(who, UNMODERATED) != enforced.get(who, UNMODERATED)
        ]

    def warn(self, given: Iterable[mod.Warning], seated: Iterable[str]) -> list[TellWarning]:
        """Take the warnings given so far, and show the new ones to those they are for."""
        known = {warning.id for warning in self._warnings}
        new = [warning for warning in given if warning.id not in known]
        self._warnings = (*self._warnings, *new)[-mod.MOST_WARNINGS :]
        return [TellWarning(to, warning) for warning in new for to in seated if warning.is_for(to)]

    def greet(self, participant: str, now: datetime) -> list[TellWarning]:
        """Show somebody who comes, or comes back, what was given in the last minute."""
        return [TellWarning(participant, warning) for warning in mod.current(self._warnings, participant, now)]
