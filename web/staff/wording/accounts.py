"""What the staff's pages say for the stored words of accounts: roles, standings, keys, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.staff import Role, Standing
from broker.vocabulary import KeyPurpose
from config.i18n import N_

ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.OPERATOR: N_("Operator"),
        Role.MONITOR: N_("Monitor"),
        Role.SUPERINTENDENT: N_("Superintendent"),
        Role.STATE_ADMIN: N_("State administrator"),
        Role.AUDITOR: N_("Auditor"),
        Role.SYSTEM_ADMIN: N_("System administrator"),
    }
)
#: What each role is there for, for whoever chooses one.
DUTIES: Mapping[Role, str] = MappingProxyType(
    {
        Role.OPERATOR: N_("Starts and ends the visits of the day."),
        Role.MONITOR: N_("Watches live rooms."),
        Role.SUPERINTENDENT: N_("Decides requests, and keeps the calendar and the register."),
        Role.STATE_ADMIN: N_("Keeps the rules and the staff of a state."),
        Role.AUDITOR: N_("Reads who did and saw what, and the reports; decides nothing."),
        Role.SYSTEM_ADMIN: N_("Runs the system; sees no visits."),
    }
)
STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.ACTIVE: N_("Active"),
        Standing.DISABLED: N_("Disabled"),
        Standing.INVITED: N_("Invited, not here yet"),
    }
)

#: What a key of another system opens.
PURPOSES: Mapping[KeyPurpose, str] = MappingProxyType(
    {
        KeyPurpose.REGISTER: N_("Read and change the register of people in prison"),
        KeyPurpose.REPORTS: N_("Read reports"),
    }
)

#: Refusals of broker.members (and of an address) by id: the field they belong to, and the sentence.
PROBLEMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "bad_email": ("email", N_("This is no mail address that we can write to.")),
        "bad_second_factor": (
            "totp",
            N_("This code is not the one that the app shows now. Wait for the next code, and check the phone's clock."),
        ),
        "bad_username": (
            "username",
            N_("A username has 3 letters or more: a to z, digits, dots, hyphens and underscores."),
        ),
        "name_missing": ("name", N_("Write the name.")),
        "not_yours": (
            "role",
            N_("You can't give this role or these places: they are not yours to give, or the account has no mail."),
        ),
        "password_mismatch": ("again", N_("The two passwords are not the same.")),
        "reach_missing": ("places", N_("Choose at least one state or jail.")),
        "throttled": ("present", N_("Too many tries. Wait a quarter of an hour, then try again.")),
        "username_taken": ("username", N_("Somebody has this username already.")),
        "weak_password": (
            "password",
            N_("Use 12 characters or more, and not only your name. Four or five words together are good."),
        ),
        "wrong_password": ("present", N_("This is not your present password.")),
    }
)
