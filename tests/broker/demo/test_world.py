"""The invented world itself: nobody in it can be reached, and everybody in it has a place."""

from __future__ import annotations

import re

import pyotp

from broker.demo.world import JAILS, MAIL_DOMAIN, STAFF, STATE_SLUGS, STATES, DemoStaff
from broker.staff import Role


def test_no_number_and_no_address_of_the_demonstration_reaches_anybody() -> None:
    """Subscriber parts begin with 0, which no landline's does; mail goes to a reserved domain (RFC 2606)."""
    for jail in JAILS:
        assert re.fullmatch(r"0\d+-0[\d ]+", jail.helpline), jail.slug
    assert MAIL_DOMAIN.endswith(".example")


def test_everything_has_a_name_of_its_own() -> None:
    """Jails by number and slug, staff by username, people by their number within the jail."""
    assert len({(jail.state_code, jail.code) for jail in JAILS}) == len({jail.slug for jail in JAILS}) == len(JAILS)
    assert len({member.username for member in STAFF}) == len(STAFF)
    for jail in JAILS:
        assert len({inmate.number for inmate in jail.inmates}) == len(jail.inmates) > jail.terminals
    assert {jail.state_code for jail in JAILS} == {state.code for state in STATES} == set(STATE_SLUGS)


def test_every_jail_has_its_operator_and_its_superintendent_and_every_state_its_monitor() -> None:
    """Scopes name jails and states that exist; nobody but an auditor and the system's administrator has every jail."""
    held = {(member.role, member.jail) for member in STAFF if member.jail}
    assert held == {(role, jail.slug) for role in (Role.OPERATOR, Role.SUPERINTENDENT) for jail in JAILS}
    watched = {member.state_code for member in STAFF if member.role is Role.MONITOR}
    assert watched == {state.code for state in STATES}
    everywhere = [member.role for member in STAFF if member.jail is None and member.state_code is None]
    assert everywhere == [Role.AUDITOR, Role.SYSTEM_ADMIN]


def test_whoever_decides_needs_a_second_factor_that_an_app_can_read() -> None:
    """By role, not by name; the secret is proper base32."""
    for role in Role:
        secret = DemoStaff("x", "X", role).totp_secret
        assert (secret is None) is (role in {Role.MONITOR, Role.OPERATOR})
        assert secret is None or len(pyotp.TOTP(secret).now()) == 6
