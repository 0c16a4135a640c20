"""The form in which an operator agrees with a measurement or finds another cause. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from broker.losses.errors import BadJudgement
from broker.losses.judging import Judgement
from broker.losses.store import Loss
from broker.vocabulary import LossCause, LossSide

#: More than this of a note isn't kept.
LONGEST_NOTE = 500


def value(cause: LossCause, side: LossSide) -> str:
    """A choice as the form sends it."""
    return f"{cause}:{side}"


def parse(typed: Mapping[str, str], visit_id: str, losses: Sequence[Loss]) -> Judgement:
    """What the form says. `act=agree` takes the losses as they stand, whatever else was touched. Raises
    BadJudgement.
    """
    agreed = typed.get("act") == "agree"
    causes = {
        loss.id: (loss.cause, loss.side) if agreed else _choice(typed.get(f"cause-{loss.id}", "")) for loss in losses
    }
    note = "" if agreed else typed.get("note", "").strip()[:LONGEST_NOTE]
    return Judgement(visit_id, causes, _seen(typed.get("seen", "")), note, corrects=not agreed)


def _choice(text: str) -> tuple[LossCause, LossSide]:
    cause, _, side = text.partition(":")
    try:
        return LossCause(cause), LossSide(side)
    except ValueError:
        raise BadJudgement("cause") from None


def _seen(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise BadJudgement("seen") from None
