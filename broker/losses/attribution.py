"""Where the minutes of a visit went: every second of its slot was had, was nobody's loss, or has one cause. Pure.

The causes are tried in the order of `CAUSES`, and the first that fits a second is its cause. Who leaves by their own
act has lost nothing; who gives up because the other side was gone has lost it to whatever took the other side away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, zip_longest

from broker.closing import SETTLING, Record
from broker.losses.spans import Span, Spans, common, holding, holds, total, without
from broker.losses.timeline import Around, Timeline, read
from broker.losses.tracks import Track
from broker.vocabulary import LossCause, LossSide
from config.facts import EndReason

_SETTLING = int(SETTLING.total_seconds())


class Why(StrEnum):
    """What the measurements show of a stretch of a slot."""

    CODES_LOST = "codes_lost"
    CONDUCT = "conduct"
    ENDED = "ended"
    FAMILY_LEFT = "family_left"
    FAMILY_LOST = "family_lost"
    FAMILY_NOT_THERE = "family_not_there"
    FINISHED = "finished"
    HAD = "had"
    HELD = "held"
    JAIL_SILENT = "jail_silent"
    LATE_START = "late_start"
    MEDIA_LOST = "media_lost"
    NEITHER_THERE = "neither_there"
    NODE_LOST = "node_lost"
    PAGE_SILENT = "page_silent"
    PRISON_LEFT = "prison_left"
    PRISON_NOT_THERE = "prison_not_there"
    SETTLING = "settling"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch [start, end) of the slot in whole seconds. Lost: `cause` says to what, `side` where it lay. Neither:
    had, or nobody's loss.
    """

    start: int
    end: int
    why: Why
    cause: LossCause | None = None
    side: LossSide | None = None

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start

    @property
    def lost(self) -> bool:
        """Whether it is a loss."""
        return self.cause is not None

    def alike(self, other: Piece) -> bool:
        """Whether both were for one reason."""
        return (self.why, self.cause, self.side) == (other.why, other.cause, other.side)


@dataclass(frozen=True, slots=True)
class Reading:
    """The pieces of a slot, one after the other, without a gap; `offered`, `had`, `lost` and what is nobody's loss in
    whole seconds, and the first is the sum of the others.
    """

    pieces: tuple[Piece, ...]

    @property
    def offered(self) -> int:
        """The slot's length."""
        return sum(piece.seconds for piece in self.pieces)

    @property
    def had(self) -> int:
        """Both sides connected at once."""
        return sum(piece.seconds for piece in self.pieces if piece.why is Why.HAD)

    @property
    def lost(self) -> int:
        """Lost to some cause."""
        return sum(piece.seconds for piece in self.pieces if piece.lost)

    @property
    def first(self) -> int | None:
        """The second at which both were first connected."""
        return next((piece.start for piece in self.pieces if piece.why is Why.HAD), None)

    def losses(self) -> dict[tuple[LossCause, LossSide], tuple[Piece, ...]]:
        """The lost pieces by cause and side, in the order in which each first came."""
        found: dict[tuple[LossCause, LossSide], tuple[Piece, ...]] = {}
        for piece in self.pieces:
            if piece.cause is not None and piece.side is not None:
                key = piece.cause, piece.side
                found[key] = (*found.get(key, ()), piece)
        return found


Verdict = tuple[Why, LossCause | None, LossSide | None]
_HAD: Verdict = (Why.HAD, None, None)
_PRISON, _FAMILY = LossSide.PRISON, LossSide.FAMILY
# What staff chose when they ended it: nobody's loss, or the family's own doing. Anything else is the prison's.
_ENDED: dict[str, Verdict] = {
    "conduct": (Why.CONDUCT, LossCause.STAFF_ENDED, _FAMILY),
    "identity_not_confirmed": (Why.CONDUCT, LossCause.STAFF_ENDED, _FAMILY),
    "prisoner_refused": (Why.FINISHED, None, None),
    "visit_finished": (Why.FINISHED, None, None),
}
_STAFFS: Verdict = (Why.ENDED, LossCause.STAFF_ENDED, _PRISON)
_NOT_THERE: Verdict = (Why.FAMILY_NOT_THERE, LossCause.NOBODY_CAME, _FAMILY)
# What goes on being so when staff give it up and end it.
_ABSENT = frozenset({Why.CODES_LOST, Why.FAMILY_NOT_THERE, Why.NEITHER_THERE})


def _node(line: Timeline, at: int) -> Verdict | None:
    return (Why.NODE_LOST, LossCause.NODE_DOWN, _PRISON) if holds(line.node, at) else None


def _family_absent(line: Timeline, at: int) -> Verdict | None:
    """Absent is who could have come: not who waits for codes that do not arrive, and not who missed nothing, as the
    prison had no terminal for the visit from its first second to its last.
    """
    if holds(line.family.present, at):
        return None
    if holds(line.shut_out, at):
        return (Why.CODES_LOST, LossCause.NO_CODES, _PRISON)
    return (Why.NEITHER_THERE, LossCause.TERMINAL_DOWN, _PRISON) if line.unready else _NOT_THERE


def _late_start(line: Timeline, at: int) -> Verdict | None:
    begun = bool(line.started) and at >= line.started[0][0]
    return None if begun else (Why.LATE_START, LossCause.STAFF_ENDED, _PRISON)


def _held(line: Timeline, at: int) -> Verdict | None:
    return (Why.HELD, LossCause.STAFF_ENDED, _PRISON) if holds(line.held, at) else None


def _prison(line: Timeline, at: int) -> Verdict | None:
    """The page and the media path fail together, or the media path alone: that tells a terminal from its network, and
    so does the silence of the terminals beside it. An outage is judged as a whole: the two are never noticed in the
    same second.
    """
    outage = holding(without([(0, line.end)], line.prison.up), at)
    if outage is None:
        return None
    if _most(line.silent, outage):
        if _most(line.neighbours_silent, outage):
            return (Why.JAIL_SILENT, LossCause.PRISON_NETWORK, _PRISON)
        return (Why.PAGE_SILENT, LossCause.TERMINAL_DOWN, _PRISON)
    if holds(line.prison.present, at):
        return (Why.MEDIA_LOST, LossCause.PRISON_NETWORK, _PRISON)
    return (Why.PRISON_NOT_THERE, LossCause.NOBODY_CAME, _PRISON)


def _most(spans: Spans, outage: Span) -> bool:
    """Whether they fill at least half of an outage."""
    return 2 * total(common(spans, [outage])) >= outage[1] - outage[0]


def _family(line: Timeline, at: int) -> Verdict | None:
    return None if holds(line.family.up, at) else (Why.FAMILY_LOST, LossCause.FAMILY_NETWORK, _FAMILY)


#: From the cause that leaves no other a chance to the one that is left over.
CAUSES: tuple[Callable[[Timeline, int], Verdict | None], ...] = (
    _node,
    _family_absent,
    _late_start,
    _held,
    _prison,
    _family,
)


def attribute(record: Record, around: Around) -> Reading:
    """Every second of a visit's slot, and where it went. The order of the facts, and repeats, change nothing."""
    line = read(record, around)
    edges = line.edges()
    cut = [Piece(start, end, *_verdict(line, record, start)) for start, end in pairwise(edges)]
    return Reading(_settled(_merged(cut)))


def _verdict(line: Timeline, record: Record, at: int) -> Verdict:
    if at >= line.end:
        return _after_the_end(line, record)
    if holds(line.had, at):
        return _HAD
    for track, other, why in (
        (line.family, line.prison, Why.FAMILY_LEFT),
        (line.prison, line.family, Why.PRISON_LEFT),
    ):
        away = holding(track.left(line.end), at)
        if away is not None:
            return _before(line, record, away[0]) if _gave_up(other, away[0]) else (why, None, None)
    return next(verdict for cause in CAUSES if (verdict := cause(line, at)) is not None)


def _gave_up(other: Track, at: int) -> bool:
    """Whether who left then had waited in vain: of the other side nothing had come for a while."""
    waited = range(max(0, at - _SETTLING), at)
    return at >= _SETTLING and not any(holds(other.up, second) for second in waited)


def _before(line: Timeline, record: Record, at: int) -> Verdict:
    return _verdict(line, record, at - 1)


def _after_the_end(line: Timeline, record: Record) -> Verdict:
    """The room was ended before its slot was over: by what staff said, unless it was lost to something else anyway."""
    last = _before(line, record, line.end) if line.end else None
    if last is not None and last[0] in {Why.FAMILY_LEFT, Why.PRISON_LEFT, *_ABSENT}:
        return last
    if record.end is EndReason.NO_SHOW and last is None:
        return _NOT_THERE
    if record.staff_reason == "technical_failure" and last is not None and last[1] is not None:
        return last
    return _ENDED.get(record.staff_reason or "", _STAFFS)


def _merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].alike(piece):
            merged[-1] = replace(merged[-1], end=piece.end)
        else:
            merged.append(piece)
    return tuple(merged)


def _settled(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Finding each other takes a moment: at the beginning it is nobody's loss, later it belongs to what parted them."""
    begun = next((number for number, piece in enumerate(pieces) if piece.why is Why.HAD), 0)
    settled: list[Piece] = []
    if begun and pieces[begun].start <= _SETTLING:
        settled.append(Piece(0, pieces[begun].start, Why.SETTLING))
        pieces = pieces[begun:]
    for piece, follows in zip_longest(pieces, pieces[1:]):
        finding = piece.lost and piece.seconds <= _SETTLING and follows is not None and follows.why is Why.HAD
        parted = settled[-1] if finding and settled and settled[-1].lost else None
        settled.append(piece if parted is None else replace(parted, start=piece.start, end=piece.end))
    return _merged(settled)
