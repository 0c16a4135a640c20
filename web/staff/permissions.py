"""What each staff role may do. Over which jails is the guard's second question (scope)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from broker.staff import Role


class Permission(StrEnum):
    """One act, as `resource:action`."""

    DAY_READ = "day:read"
    ROOM_LIST = "room:list"
    ROOM_WATCH = "room:watch"
    TERMINAL_PAIR = "terminal:pair"
    VISIT_END = "visit:end"
    VISIT_START = "visit:start"


_OPERATING = frozenset(
    {
        Permission.DAY_READ,
        Permission.TERMINAL_PAIR,
        Permission.VISIT_END,
        Permission.VISIT_START,
    }
)
_MONITORING = frozenset({Permission.ROOM_LIST, Permission.ROOM_WATCH})

# Running the system is not a reason to look into a visit: system_admin watches nothing.
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.MONITOR: _MONITORING,
        Role.OPERATOR: _OPERATING,
        Role.STATE_ADMIN: frozenset({Permission.DAY_READ, Permission.ROOM_LIST}),
        Role.SUPERINTENDENT: _OPERATING | _MONITORING,
        Role.SYSTEM_ADMIN: frozenset({Permission.DAY_READ, Permission.TERMINAL_PAIR}),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Whether the role grants the permission; an unknown role grants nothing."""
    return permission in GRANTS.get(role, frozenset())
