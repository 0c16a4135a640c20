"""One participant's side of ICE-lite, without a socket."""

from __future__ import annotations

import pytest
from aioice import stun as aioice_stun

from rooms.media.link.ice import CONSENT, HELD, MAX_ADDRESSES, Credentials, IceLite
from rooms.media.wire.stun import BindingRequest, parse_request

HOME = ("192.0.2.1", 1000)
ROAD = ("198.51.100.1", 2000)


def check(
    with_: Credentials, *, remote: str = "theirs", nominate: bool = False, password: str | None = None
) -> BindingRequest:
    """Make a signed request as the node reads it."""
    message = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{with_.ufrag}:{remote}"
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity((password or with_.password).encode())
    request = parse_request(bytes(message))
    assert request is not None
    return request


@pytest.fixture
def ice() -> IceLite:
    """A participant whose answer is here."""
    ice = IceLite(0.0)
    ice.answered("theirs", 0.0)
    return ice


def test_a_check_with_our_password_is_its_participants(ice: IceLite) -> None:
    """User name and signature fit."""
    assert ice.authenticate(check(ice.credentials)) == ice.credentials


def test_a_check_with_another_password_is_nobodys(ice: IceLite) -> None:
    """Knowing the user name fragment is not enough."""
    assert ice.authenticate(check(ice.credentials, password="guessed")) is None


def test_a_check_of_another_agent_is_refused_once_the_answer_is_here() -> None:
    """Before the answer the second half of the user name is not known; after it, it has to fit."""
    ice = IceLite(0.0)
    assert ice.authenticate(check(ice.credentials, remote="anyone")) == ice.credentials
    ice.answered("theirs", 0.0)
    assert ice.authenticate(check(ice.credentials, remote="anyone")) is None


def test_media_goes_to_the_first_address_until_one_is_nominated(ice: IceLite) -> None:
    """DTLS may begin before the nomination; a check alone moves nothing after that."""
    ice.checked(check(ice.credentials), HOME, 1.0)
    ice.checked(check(ice.credentials), ROAD, 1.1)
    assert ice.selected == HOME
    ice.checked(check(ice.credentials, nominate=True), ROAD, 1.2)
    assert ice.selected == ROAD
    assert set(ice.addresses) == {HOME, ROAD}


def test_consent_lasts_thirty_seconds_from_the_last_check(ice: IceLite) -> None:
    """RFC 7675; and from the answer, while no check has come."""
    assert ice.consents(CONSENT - 0.1)
    assert not ice.consents(CONSENT)
    ice.checked(check(ice.credentials), HOME, 20.0)
    assert ice.consents(20.0 + CONSENT - 0.1)
    assert not ice.consents(20.0 + CONSENT)


def test_a_restart_keeps_the_old_credentials_until_the_new_are_used(ice: IceLite) -> None:
    """Consent goes on while the new offer travels."""
    old = ice.credentials
    ice.restart()
    assert ice.authenticate(check(old)) == old
    assert ice.authenticate(check(ice.credentials, remote="new")) == ice.credentials
    ice.checked(check(ice.credentials, remote="new"), HOME, 1.0)
    assert ice.authenticate(check(old)) is None


def test_a_restart_that_leads_nowhere_costs_nothing_of_what_worked(ice: IceLite) -> None:
    """The network changed twice: the credentials between go, those that are proven stay until newer ones are."""
    proven = ice.credentials
    assert ice.restart() is None
    between = ice.credentials
    assert ice.restart() == between
    assert ice.authenticate(check(between)) is None
    assert ice.authenticate(check(proven)) == proven
    ice.checked(check(ice.credentials, remote="new"), ROAD, 1.0)
    assert ice.authenticate(check(proven)) is None


def test_only_so_many_addresses_are_remembered_and_never_the_selected_one_forgotten(ice: IceLite) -> None:
    """The stalest goes."""
    ice.checked(check(ice.credentials, nominate=True), HOME, 0.0)
    forgotten = [ice.checked(check(ice.credentials), (f"203.0.113.{n}", 1), float(n)) for n in range(MAX_ADDRESSES + 1)]
    assert forgotten[-2:] == [("203.0.113.0", 1), ("203.0.113.1", 1)]
    assert forgotten[:-2] == [None] * (MAX_ADDRESSES - 1)
    assert ice.selected == HOME
    assert len(ice.addresses) == MAX_ADDRESSES


def test_an_address_is_held_for_a_while_after_its_last_check(ice: IceLite) -> None:
    """Nobody else's check from there can take it meanwhile."""
    ice.checked(check(ice.credentials), HOME, 1.0)
    assert ice.holds(HOME, HELD)
    assert not ice.holds(HOME, 1.0 + HELD)
    assert not ice.holds(ROAD, 1.0)
    ice.forget(HOME)
    assert ice.selected is None
    assert not ice.holds(HOME, 1.0)


def test_credentials_are_long_enough_and_never_the_same() -> None:
    """RFC 8445 section 5.3: at least 24 and 128 bits of randomness."""
    many = {Credentials.new() for _ in range(100)}
    assert len({each.ufrag for each in many}) == len({each.password for each in many}) == 100
    assert all(len(each.ufrag) * 4 >= 24 and len(each.password) * 4 >= 128 for each in many)
