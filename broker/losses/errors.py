"""What making lost minutes good can refuse, in one tree.

BrokerError
└── LossesError
    ├── AlreadyJudged    a colleague has confirmed or corrected it since the page was shown
    ├── BadJudgement     a choice that cannot be, a correction without a note or without a change
    ├── NoOffer          nothing is offered in the place of this visit
    ├── OfferExpired     the offer can't be taken any more
    ├── OfferStopped     something stands against the visit by now: somebody has to look at it
    └── TimeGone         the time is not free any more, or is none of the jail's

Beside these taking an offer raises what deciding refuses (broker.deciding.errors).
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError


class LossesError(BrokerError):
    """Anything that is refused about losses; nothing was changed."""

    id = "losses_error"


class AlreadyJudged(LossesError):
    """Somebody has looked at these losses since the page was shown: `by` as in a visit's history, and when (UTC)."""

    id = "already_judged"

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__("somebody has looked at it meanwhile")
        self.by = by
        self.at = at


class BadJudgement(LossesError):
    """`field` says what is wrong: a loss that isn't the visit's (`loss`), a cause that can't be (`cause`), a correction
    that doesn't say why (`note`) or changes nothing (`nothing`), as does agreeing with what was agreed with before.
    """

    id = "bad_judgement"

    def __init__(self, field: str) -> None:
        super().__init__(f"the judgement's {field} can't be")
        self.field = field


class NoOffer(LossesError):
    """Nothing is offered in the place of this visit, or nobody has this link."""

    id = "no_offer"


class OfferExpired(LossesError):
    """The offer could be taken until `until` (UTC)."""

    id = "offer_expired"

    def __init__(self, until: datetime) -> None:
        super().__init__("the offer has expired")
        self.until = until


class OfferStopped(LossesError):
    """Since the lost visit something has happened that stands against another one; `why` is the id of what it was."""

    id = "offer_stopped"

    def __init__(self, why: str) -> None:
        super().__init__(f"something stands against it: {why}")
        self.why = why


class TimeGone(LossesError):
    """The time can't be had: somebody was faster, it was blocked, or it is none of the jail's."""

    id = "time_gone"
