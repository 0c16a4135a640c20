"""Everything that the visit on paper can refuse, in one tree.

MulakatError
└── BrokerError
    ├── BadSlot               an interval that ends before it starts
    ├── BadVisRN              the typed text is no Visit Reference Number
    ├── DemoRefused           demo data, or a demo command, in production
    ├── IllegalTransition     the life cycle has no such step
    ├── InmateBooked          the person in prison has another live visit at that time
    ├── InmateUnknown         nobody has said yet whom of the register the request means
    ├── NoFreeTerminal        every terminal holds a live visit at that time
    ├── NobodyFree            everybody held in a jail of the demonstration has another visit at that time
    ├── NotFound              no such row
    ├── PairCodeTaken         another terminal waits with the same pairing code
    ├── ReasonMissing         this step needs a reason and got none
    ├── SlotTaken             a live visit holds the terminal at that time
    └── TicketTooLate         a ticket was asked for when the slot was over

Each class carries a stable `id` for wire, logs and look-up of the translated sentence; the message is for developers.
"""

from __future__ import annotations

from datetime import datetime

from config.errors import MulakatError


class BrokerError(MulakatError):
    """Anything the visit on paper refuses."""

    id = "broker_error"


class BadSlot(BrokerError):
    """An interval that is empty, ends before it starts, or carries no time zone."""

    id = "bad_slot"


class BadVisRN(BrokerError):
    """The typed text is no Visit Reference Number. Carries nothing of it: people paste codes into every field."""

    id = "bad_visrn"


class DemoRefused(BrokerError):
    """Demo data, or a demo command, met `environment = "production"`."""

    id = "demo_refused"


class IllegalTransition(BrokerError):
    """The life cycle has no step between these two states; nothing was changed."""

    id = "illegal_transition"

    def __init__(self, from_: str, to: str) -> None:
        super().__init__(f"a visit can't go from {from_} to {to}")
        self.from_ = from_
        self.to = to


class InmateBooked(BrokerError):
    """The person in prison has another live visit during (a part of) the time; nothing was changed. They can be in one
    place only, whatever terminals are free.
    """

    id = "inmate_booked"

    def __init__(self, starts_at: datetime, ends_at: datetime) -> None:
        super().__init__("this person has another visit at that time")
        self.starts_at = starts_at
        self.ends_at = ends_at


class InmateUnknown(BrokerError):
    """A request can't be approved before somebody has said whom of the jail's register it means."""

    id = "inmate_unknown"


class NoFreeTerminal(BrokerError):
    """Every terminal that was looked at holds a live visit at that time; the message says which, and when one is free
    next.
    """

    id = "no_free_terminal"


class NobodyFree(BrokerError):
    """Everybody held in a jail of the demonstration has another visit at that time."""

    id = "nobody_free"


class NotFound(BrokerError):
    """No row with this key. `what` is the kind of row, in singular ("visit")."""

    id = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(f"no such {what}")
        self.what = what


class PairCodeTaken(BrokerError):
    """Another terminal already waits with the same pairing code: make another one."""

    id = "pair_code_taken"


class ReasonMissing(BrokerError):
    """This step of the life cycle must say why, and no reason was given; nothing was changed."""

    id = "reason_missing"


class SlotTaken(BrokerError):
    """A live visit holds the terminal during (a part of) the slot; nothing was changed."""

    id = "slot_taken"

    def __init__(self, terminal_id: int) -> None:
        super().__init__(f"terminal {terminal_id} holds another visit at that time")
        self.terminal_id = terminal_id


class TicketTooLate(BrokerError):
    """A ticket was asked for at or after the end of its slot."""

    id = "ticket_too_late"
