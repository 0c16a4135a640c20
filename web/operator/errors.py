"""Refusals of the operator's acts; each id has its sentence in `operator/said.html`.

MulakatError
└── OperatorError
    ├── NothingToEnd     no session of this visit is open
    ├── NotStartable     it is not approved (cancelled, closed by now)
    ├── ReasonNeeded     ending asks for one of the reasons
    ├── TooEarly         the slot is further away than a start may be early
    └── TooLate          the slot is over
"""

from __future__ import annotations

from config.errors import MulakatError


class OperatorError(MulakatError):
    """Base of the refusals of an operator's act."""

    id = "operator_error"


class NothingToEnd(OperatorError):
    """No session of this visit is open."""

    id = "nothing_to_end"


class NotStartable(OperatorError):
    """The visit is not approved, or is over on paper."""

    id = "not_startable"


class ReasonNeeded(OperatorError):
    """Ending a session asks for one of the reasons."""

    id = "reason_needed"


class TooEarly(OperatorError):
    """The slot is further away than a start may be early."""

    id = "too_early"


class TooLate(OperatorError):
    """The slot is over."""

    id = "too_late"
