"""web.staff.permissions: what each role may do."""

from __future__ import annotations

import re

import pytest

from broker.staff import Role
from web.staff.permissions import GRANTS, Permission, may


def test_every_permission_is_a_resource_and_an_action_in_alphabetical_order() -> None:
    """The names are `resource:action`, sorted, so that a new one finds its place."""
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    assert all(re.fullmatch(r"[a-z_]+:[a-z]+", value) for value in values)


def test_every_role_has_its_grants_spelled_out() -> None:
    """A role without a line in the table would silently be allowed nothing."""
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_only_monitors_and_superintendents_may_watch(role: Role) -> None:
    """Running a jail's day or the system is no reason to look into a visit."""
    assert may(role, Permission.ROOM_WATCH) is (role in {Role.MONITOR, Role.SUPERINTENDENT})


@pytest.mark.parametrize("permission", [Permission.VISIT_START, Permission.VISIT_END])
def test_a_monitor_may_not_act_on_visits(permission: Permission) -> None:
    """Who watches silently starts and ends nothing."""
    assert not may(Role.MONITOR, permission)
