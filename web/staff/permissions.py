"""What each staff role may do. Over which jails is the guard's second question (scope)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from broker.staff import Role


class Permission(StrEnum):
    """One act, as `resource:action`."""

    API_KEY_MANAGE = "api_key:manage"
    AUDIT_READ = "audit:read"
    BAN_EDIT = "ban:edit"
    CALENDAR_EDIT = "calendar:edit"
    DAY_READ = "day:read"
    INCIDENT_REPORT = "incident:report"
    INMATE_EDIT = "inmate:edit"
    INMATE_READ = "inmate:read"
    LOSS_CONFIRM = "loss:confirm"
    PASS_CHECK = "pass:check"  # noqa: S105 - a permission
    QUOTA_ADJUST = "quota:adjust"
    REPORT_READ = "report:read"
    REQUEST_DECIDE = "request:decide"
    REQUEST_READ = "request:read"
    ROOM_LIST = "room:list"
    ROOM_MODERATE = "room:moderate"
    ROOM_WATCH = "room:watch"
    RULES_EDIT = "rules:edit"
    RULES_READ = "rules:read"
    STAFF_MANAGE = "staff:manage"
    TERMINAL_COMMAND = "terminal:command"
    TERMINAL_PAIR = "terminal:pair"
    VISIT_END = "visit:end"
    VISIT_HELP = "visit:help"
    VISIT_HOLD = "visit:hold"
    VISIT_START = "visit:start"


_OPERATING = frozenset(
    {
        Permission.DAY_READ,
        Permission.INCIDENT_REPORT,
        Permission.LOSS_CONFIRM,
        Permission.PASS_CHECK,
        Permission.TERMINAL_COMMAND,
        Permission.TERMINAL_PAIR,
        Permission.VISIT_END,
        Permission.VISIT_HELP,
        Permission.VISIT_HOLD,
        Permission.VISIT_START,
    }
)
_DECIDING = frozenset(
    {
        Permission.BAN_EDIT,
        Permission.CALENDAR_EDIT,
        Permission.INMATE_EDIT,
        Permission.INMATE_READ,
        Permission.QUOTA_ADJUST,
        Permission.REPORT_READ,
        Permission.REQUEST_DECIDE,
        Permission.REQUEST_READ,
        Permission.RULES_READ,
    }
)
_MONITORING = frozenset({Permission.ROOM_LIST, Permission.ROOM_MODERATE, Permission.ROOM_WATCH})

# Running the system is not a reason to look into a visit: system_admin watches nothing.
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AUDITOR: frozenset({Permission.AUDIT_READ, Permission.REPORT_READ}),
        Role.MONITOR: _MONITORING,
        Role.OPERATOR: _OPERATING,
        Role.STATE_ADMIN: frozenset(
            {
                Permission.API_KEY_MANAGE,
                Permission.BAN_EDIT,
                Permission.DAY_READ,
                Permission.INMATE_READ,
                Permission.REPORT_READ,
                Permission.REQUEST_READ,
                Permission.ROOM_LIST,
                Permission.RULES_EDIT,
                Permission.RULES_READ,
                Permission.STAFF_MANAGE,
            }
        ),
        Role.SUPERINTENDENT: _DECIDING | _OPERATING | _MONITORING,
        Role.SYSTEM_ADMIN: frozenset(
            {
                Permission.API_KEY_MANAGE,
                Permission.AUDIT_READ,
                Permission.DAY_READ,
                Permission.REPORT_READ,
                Permission.RULES_READ,
                Permission.STAFF_MANAGE,
                Permission.TERMINAL_PAIR,
            }
        ),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Whether the role grants the permission; an unknown role grants nothing."""
    return permission in GRANTS.get(role, frozenset())
