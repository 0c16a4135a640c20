"""Refusals of the operator's acts; each id has its sentence in `operator/said.html`.

MulakatError
└── OperatorError
    ├── ChooseKind       an incident needs its kind and how bad it was
    ├── FamilyHere       somebody of the family is here, or was: this is no no-show
    ├── NothingToEnd     no session of this visit is open
    ├── NothingToHold    no session of this visit runs
    ├── NotStartable     it is not approved (cancelled, closed by now)
    ├── ReasonNeeded     the act asks for one of the reasons
    ├── TerminalAway     the terminal's page does not listen
    ├── TooEarly         the slot is further away than a start may be early
    └── TooLate          the slot is over
"""

from __future__ import annotations

from config.errors import MulakatError


class OperatorError(MulakatError):
    """Base of the refusals of an operator's act."""

    id = "operator_error"


class ChooseKind(OperatorError):
    """An incident needs its kind and how bad it was."""

    id = "choose_kind"


class FamilyHere(OperatorError):
    """Somebody of the family is in the waiting room, or has been."""

    id = "family_here"


class NothingToEnd(OperatorError):
    """No session of this visit is open."""

    id = "nothing_to_end"


class NothingToHold(OperatorError):
    """No session of this visit runs."""

    id = "nothing_to_hold"


class NotStartable(OperatorError):
    """The visit is not approved, or is over on paper."""

    id = "not_startable"


class ReasonNeeded(OperatorError):
    """The act asks for one of its reasons."""

    id = "reason_needed"


class TerminalAway(OperatorError):
    """The terminal's page is not connected: nobody there can hear."""

    id = "terminal_away"


class TooEarly(OperatorError):
    """The slot is further away than a start may be early."""

    id = "too_early"


class TooLate(OperatorError):
    """The slot is over."""

    id = "too_late"
