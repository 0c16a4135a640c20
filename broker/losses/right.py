"""What a family is owed for lost minutes, by the rule of their state. Pure.

Made good is what lay on the prison's side: the terminal, its network, our own servers, codes that did not arrive, and
what staff did without the family's doing. A visit that lost the rule's share of its time or more to that is not
counted, and another is offered in its place, which needs no new approval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from broker.vocabulary import LossCause, LossSide


@dataclass(frozen=True, slots=True)
class Share:
    """So many seconds lost to a cause, on one side."""

    cause: LossCause
    side: LossSide
    seconds: int


#: What can be said of a loss: each cause with the sides it may lie with.
CHOICES: tuple[tuple[LossCause, LossSide], ...] = (
    (LossCause.TERMINAL_DOWN, LossSide.PRISON),
    (LossCause.PRISON_NETWORK, LossSide.PRISON),
    (LossCause.NODE_DOWN, LossSide.PRISON),
    (LossCause.NO_CODES, LossSide.PRISON),
    (LossCause.STAFF_ENDED, LossSide.PRISON),
    (LossCause.NOBODY_CAME, LossSide.PRISON),
    (LossCause.STAFF_ENDED, LossSide.FAMILY),
    (LossCause.NOBODY_CAME, LossSide.FAMILY),
    (LossCause.FAMILY_NETWORK, LossSide.FAMILY),
)


def made_good(losses: Iterable[Share]) -> int:
    """The seconds that are made good."""
    return sum(loss.seconds for loss in losses if loss.side is LossSide.PRISON)


def is_owed(losses: Iterable[Share], offered: int, percent: int) -> bool:
    """Whether what is made good reaches the rule's share of the `offered` seconds."""
    seconds = made_good(losses)
    return seconds > 0 and seconds * 100 >= percent * offered


def is_told(losses: Iterable[Share], offered: int, percent: int) -> bool:
    """Whether so much was lost, to whatever causes, that the operator is asked about them."""
    seconds = sum(loss.seconds for loss in losses)
    return seconds > 0 and seconds * 100 >= percent * offered
