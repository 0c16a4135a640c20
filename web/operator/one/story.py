"""What happened to a session, in one order: steps on paper, staff's turns and help, monitors' acts, notes, incidents.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from broker.lifecycle import HistoryRow
from broker.sessions.model import Help, Incident, Note
from broker.sessions.turns import Act


class Kind(StrEnum):
    """Which list a line comes from."""

    ACT = "act"
    HELP = "help"
    INCIDENT = "incident"
    NOTE = "note"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `key` tells it from all others, also when more have come; `word`: the status, event, or
    kind of incident; `was`: the status before a step, none for the first; `why` a reason's id or words; `text` what
    somebody wrote; `side` which side a monitor's act was about; `help` all there is to tell of help.
    """

    key: str
    at: datetime
    by: str
    kind: Kind
    word: str
    why: str = field(repr=False, default="")
    text: str = field(repr=False, default="")
    side: str = ""
    was: str | None = None
    help: Help | None = None


def tell(
    history: Iterable[HistoryRow],
    acts: Iterable[Act],
    notes: Iterable[Note],
    incidents: Iterable[Incident],
    helps: Iterable[Help] = (),
) -> tuple[Line, ...]:
    """Everything, newest first. Steps that staff's turns tell already are left out."""
    turns = list(acts)
    told = {(act.at, act.by) for act in turns}
    lines = [
        Line(f"step-{number}", row.at, row.by, Kind.STEP, row.to.value, row.reason, was=row.from_ and row.from_.value)
        for number, row in enumerate(history)
        if row.from_ is not row.to and (row.at, row.by) not in told
    ]
    lines += [
        Line(f"act-{act.seq}", act.at, act.by, Kind.ACT, act.event.value, act.why, side=act.side) for act in turns
    ]
    lines += [Line(f"help-{each.seq}", each.at, each.by, Kind.HELP, each.event.value, help=each) for each in helps]
    lines += [Line(f"note-{note.id}", note.at, note.by, Kind.NOTE, "", text=note.text) for note in notes]
    lines += [
        Line(f"incident-{each.id}", each.at, each.by, Kind.INCIDENT, each.kind.value, each.severity.value, each.text)
        for each in incidents
    ]
    lines.sort(key=lambda line: line.at)
    # Turned round rather than sorted so: of two steps of one instant the later one is the newer.
    return tuple(lines[::-1])
