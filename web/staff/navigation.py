"""The staff's way around: the pages a role may open, in the order of its work, and the one it starts on.

A new area of the staff's pages is one more line here; `staff/desk.html` shows the lines that fit the reader's role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from broker.staff import Role, Staff
from config.i18n import N_
from web.staff.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Entry:
    """One area: where it begins, what it is called (to be translated), and what one must be allowed."""

    path: str
    label: str
    permission: Permission

    def holds(self, path: str) -> bool:
        """Whether a page's path is this area's or below it."""
        return path == self.path or path.startswith(f"{self.path}/")


ENTRIES = (
    Entry("/superintendent", N_("Requests"), Permission.REQUEST_READ),
    Entry("/operator", N_("Today"), Permission.DAY_READ),
    Entry("/operator/incidents", N_("Incidents"), Permission.INCIDENT_REPORT),
    Entry("/operator/losses", N_("Lost minutes"), Permission.LOSS_CONFIRM),
    Entry("/gate", N_("Gate"), Permission.PASS_CHECK),
    Entry("/monitor", N_("Live rooms"), Permission.ROOM_LIST),
    Entry("/inmates", N_("People in prison"), Permission.INMATE_READ),
    Entry("/superintendent/calendar", N_("Calendar"), Permission.CALENDAR_EDIT),
    Entry("/reports", N_("Reports"), Permission.REPORT_READ),
    Entry("/rules", N_("Rules"), Permission.RULES_READ),
    Entry("/members", N_("Staff"), Permission.STAFF_MANAGE),
    Entry("/keys", N_("Keys"), Permission.API_KEY_MANAGE),
    Entry("/audit", N_("Audit"), Permission.AUDIT_READ),
)

#: What everybody who is signed in may open, whatever the role.
ACCOUNT = "/staff/account"

_HOMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.AUDITOR: "/audit",
        Role.MONITOR: "/monitor",
        Role.OPERATOR: "/operator",
        Role.STATE_ADMIN: "/members",
        Role.SUPERINTENDENT: "/superintendent",
        Role.SYSTEM_ADMIN: "/members",
    }
)


def home_of(role: Role) -> str:
    """The page a role starts its work on."""
    return _HOMES.get(role, ACCOUNT)


def entries(staff: Staff) -> tuple[Entry, ...]:
    """The areas this member of staff may open."""
    return tuple(entry for entry in ENTRIES if may(staff.role, entry.permission))


def current(path: str) -> str:
    """The path of the area a page belongs to: the longest that fits; "" for a page of none."""
    return max((entry.path for entry in ENTRIES if entry.holds(path)), key=len, default="")


def is_ours(path: str) -> bool:
    """Whether a path is one of the staff's pages, so that a sign-in may lead there."""
    plain = path.partition("?")[0]
    if "\\" in path or ".." in path or not path.isprintable():
        return False
    return bool(current(plain)) or plain == ACCOUNT or plain.startswith(f"{ACCOUNT}/")
