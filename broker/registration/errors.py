"""What registering a visit can refuse.

BrokerError
└── RegistrationError
    ├── CodeRefused    a code from the mail or the SMS is not right; carries why
    ├── DraftGone      what was typed is no longer kept
    ├── Incomplete     a page still lacks something; says which
    ├── NoSuchJail     the chosen jail takes no visits of this kind (any more)
    ├── NotBegun       a code was typed before one was sent
    ├── SlotsGone      somebody else was faster: none of the wanted times is free any more
    └── TooManyWaiting the same account has as many undecided requests as one may have

None of them says anything about whether the person to be visited is held anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broker.errors import BrokerError
from broker.onetime.errors import OneTimeError


class RegistrationError(BrokerError):
    """Anything that is refused while a visit is asked for."""

    id = "registration_error"


class CodeRefused(RegistrationError):
    """The code of one `channel` ("email" or "sms") was refused; `cause` says why."""

    id = "code_refused"

    def __init__(self, channel: str, cause: OneTimeError) -> None:
        super().__init__(f"the code sent by {channel} was refused: {cause.id}")
        self.channel = channel
        self.cause = cause


class DraftGone(RegistrationError):
    """No draft with this id, or its day is over."""

    id = "draft_gone"


class Incomplete(RegistrationError):
    """`step` (a broker.registration.draft.Step) lacks something: `problems` are error ids by field, {} where the page
    was never filled in.
    """

    id = "incomplete"

    def __init__(self, step: str, problems: Mapping[str, str]) -> None:
        super().__init__(f"the step {step} is not complete")
        self.step = step
        self.problems = dict(problems)


class NoSuchJail(RegistrationError):
    """The jail does not exist, or its state has no rule."""

    id = "no_such_jail"


class NotBegun(RegistrationError):
    """No code was sent for this draft, or what it was sent for has changed since."""

    id = "not_begun"


class SlotsGone(RegistrationError):
    """None of the wanted times is free any more; `wanted` are their beginnings (UTC)."""

    id = "slots_gone"

    def __init__(self, wanted: tuple[datetime, ...]) -> None:
        super().__init__("none of the wanted slots is free")
        self.wanted = wanted


class TooManyWaiting(RegistrationError):
    """The account has `most` undecided requests already, each of which holds a slot."""

    id = "too_many_waiting"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} requests of this account wait for an answer")
        self.most = most
