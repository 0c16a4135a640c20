"""What is refused of the words by which somebody says who they are.

BrokerError
└── IdentityError
    ├── BadEmail    no address that mail can be sent to
    ├── BadPhone    no telephone number; `fault` says why
    └── BadProof    no number of this kind of identity proof; `fault` says why

None of them carries what was typed.
"""

from __future__ import annotations

from enum import StrEnum

from broker.errors import BrokerError


class PhoneFault(StrEnum):
    """Why a text is no telephone number that can be called."""

    NOT_A_NUMBER = "not_a_number"
    NOT_IN_USE = "not_in_use"
    NOT_MOBILE = "not_mobile"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"


class ProofFault(StrEnum):
    """Why a text is no number of an identity proof. `check_digit`: its form is right, and a digit of it is wrong."""

    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"
    COUNTRY = "country"
    EMPTY = "empty"
    FORM = "form"
    LENGTH = "length"


class IdentityError(BrokerError):
    """Anything that is refused of somebody's description of themselves."""

    id = "identity_error"


class BadEmail(IdentityError):
    """Not an address of the form that mail can be sent to."""

    id = "bad_email"


class BadPhone(IdentityError):
    """Not a telephone number of this country, nor one written with a country's code."""

    id = "bad_phone"

    def __init__(self, fault: PhoneFault) -> None:
        super().__init__(f"not a mobile number: {fault}")
        self.fault = fault


class BadProof(IdentityError):
    """Not a number of this kind of identity proof."""

    id = "bad_proof"

    def __init__(self, fault: ProofFault) -> None:
        super().__init__(f"not a number of this proof: {fault}")
        self.fault = fault
