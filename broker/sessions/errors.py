"""What staff are refused around a session.

BrokerError
└── SessionError
    ├── ColleagueActed       somebody else has done something that this act would undo; carries what
    ├── DetailsWrong         what the caller said is not what is registered; says how many tries are left
    ├── NoSuchAddress        the address is not one that was registered for this visit
    ├── NotTheDetails        fewer than two details were given, or ones that are not known of this visitor
    ├── NotYet               the rule's minutes are not over; says when they are
    ├── TextMissing          a note or an incident says nothing
    ├── TextTooLong          it says more than is kept
    └── TriesSpent           the details were asked too often for this session
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError
from broker.sessions.turns import Act


class SessionError(BrokerError):
    """Anything staff are refused around a session."""

    id = "session_error"


class ColleagueActed(SessionError):
    """A colleague has acted since this page was drawn, and this act would undo it; `act` is theirs."""

    id = "colleague_acted"

    def __init__(self, act: Act) -> None:
        super().__init__("a colleague was faster")
        self.act = act


class DetailsWrong(SessionError):
    """At least one answer is not what is registered; which is not said. `left` tries remain."""

    id = "details_wrong"

    def __init__(self, left: int) -> None:
        super().__init__("details do not fit")
        self.left = left


class NoSuchAddress(SessionError):
    """Codes go to registered addresses only."""

    id = "no_such_address"


class NotTheDetails(SessionError):
    """Two details have to be asked, of those that are known of this visitor."""

    id = "not_the_details"


class NotYet(SessionError):
    """The family may still come: a no-show can be called from `due_at` on."""

    id = "not_yet"

    def __init__(self, due_at: datetime) -> None:
        super().__init__("the rule's minutes are not over")
        self.due_at = due_at


class TextMissing(SessionError):
    """Nothing was written."""

    id = "text_missing"


class TextTooLong(SessionError):
    """More was written than is kept."""

    id = "text_too_long"


class TriesSpent(SessionError):
    """The caller's details were wrong, or asked, too often in this session."""

    id = "tries_spent"
