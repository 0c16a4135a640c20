"""What keeping the staff's accounts can refuse.

BrokerError
└── MembersError
    ├── BadSecondFactor    the code is not the authenticator's
    ├── BadUsername        too short, or with characters that can't be typed everywhere
    ├── InviteGone         the link was used, is over, or never was
    ├── NotYours           outside of what this member of staff may manage
    ├── PasswordMismatch   the two typings differ
    ├── UsernameTaken      somebody else has it
    ├── WeakPassword       too short, or made of what everybody knows
    └── WrongPassword      the present password is another one
"""

from __future__ import annotations

from broker.errors import BrokerError


class MembersError(BrokerError):
    """Anything that is refused about a staff account."""

    id = "members_error"


class BadSecondFactor(MembersError):
    """The code is not one that the new authenticator shows."""

    id = "bad_second_factor"


class BadUsername(MembersError):
    """A username is 3 to 80 of: a to z, digits, dot, hyphen, underscore, and the @ of an address."""

    id = "bad_username"


class InviteGone(MembersError):
    """The link was used, is over, or never was: one answer for all three."""

    id = "invite_gone"


class NotYours(MembersError):
    """This account, role or place is outside of what this member of staff may manage. One's own is, too."""

    id = "not_yours"


class PasswordMismatch(MembersError):
    """The password was typed twice, differently."""

    id = "password_mismatch"


class UsernameTaken(MembersError):
    """Somebody else has this username."""

    id = "username_taken"


class WeakPassword(MembersError):
    """The password is too short, or made of what everybody knows."""

    id = "weak_password"


class WrongPassword(MembersError):
    """The present password is another one."""

    id = "wrong_password"
