"""What a node says is wrong before it starts, a sentence each."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from config.settings import Settings
from rooms.media.link import sockets
from signaling.node.selfcheck import Machine, check, look_around
from tests.support.ports import free_port

PORT = 8081
WELL = Machine(
    addresses=("2001:4860::20", "8.8.4.20", "127.0.0.1"),
    ipv6=True,
    receive_buffer=sockets.RECEIVE_BUFFER,
    port_free=True,
)

Make = Callable[..., Settings]


@pytest.fixture
def make(make_settings: Make) -> Make:
    """Settings of production, as far as the media path goes."""
    return lambda **changes: make_settings(environment="production", **changes)


def said(settings: Settings, machine: Machine = WELL, **changes: Any) -> dict[str, bool]:
    """The sentences, and whether each is fatal."""
    return {each.sentence: each.fatal for each in check(settings, replace(machine, **changes), PORT)}


def test_where_nothing_is_wrong_nothing_is_said(make: Make) -> None:
    """A public machine, and one behind a 1:1 NAT that says so."""
    assert said(make()) == {}
    assert said(make(media_addresses=("8.8.4.20",)), addresses=("10.0.0.5", "127.0.0.1")) == {}


def test_a_taken_port_is_fatal(make: Make) -> None:
    """Its number is said, and where to change it."""
    [(sentence, fatal)] = said(make(), port_free=False).items()
    assert f"UDP port {PORT} on ::" in sentence
    assert "MULAKAT_NODE_PORT" in sentence
    assert fatal


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (("8.8.4.20", "8.8.4.20"), "8.8.4.20 twice"),
        (("0.0.0.0", "8.8.4.20"), "0.0.0.0, which is no address"),
        (("::", "8.8.4.20"), "::, which is no address"),
        (("224.0.0.5", "8.8.4.20"), "224.0.0.5, which is no address"),
        (("fe80::1", "8.8.4.20"), "fe80::1, which is only known on one cable"),
        (("10.0.0.5",), "None of the media addresses is known in the Internet"),
    ],
)
def test_advertised_addresses_that_lead_nowhere_are_named(make: Make, addresses: tuple[str, ...], words: str) -> None:
    """Each for its own reason; calls are made all the same by the others, or inside of a network."""
    [(sentence, fatal)] = said(make(media_addresses=addresses)).items()
    assert words in sentence
    assert not fatal


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_addresses_that_nobody_else_reaches_keep_production_from_starting(make: Make, address: str) -> None:
    """No call could be made."""
    assert any(said(make(media_addresses=(address,))).values())


def test_a_machine_with_nothing_but_loopback_is_fatal_in_production_alone(make: Make, make_settings: Make) -> None:
    """The demonstration is looked at on the machine itself."""
    assert list(said(make(), addresses=("127.0.0.1",)).values()) == [True]
    assert said(make_settings(), addresses=("127.0.0.1",)) == {}


def test_ipv6_that_is_asked_for_and_not_there_is_said(make: Make) -> None:
    """For every address it is IPv4 alone then, for one that is not there it is nothing."""
    assert list(said(make(), ipv6=False).values()) == [False]
    assert list(said(make(media_host="2001:4860::20"), ipv6=False).values()) == [True]


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "2001:4860::20"), ("8.8.4.20", "2001:4860::20"), ("2001:4860::20", "8.8.4.20")]
)
def test_an_advertised_family_that_is_not_received_is_said(make: Make, host: str, address: str) -> None:
    """Browsers would try it first and in vain."""
    [(sentence, fatal)] = said(make(media_host=host, media_addresses=(address,))).items()
    assert sentence.startswith("MULAKAT_MEDIA_ADDRESSES has an IPv")
    assert not fatal


def test_a_small_receive_buffer_is_said_with_the_command_that_mends_it(make: Make) -> None:
    """Debian's default is 208 kB."""
    [sentence] = said(make(), receive_buffer=212_992)
    assert "212992" in sentence
    assert f"sysctl -w net.core.rmem_max={sockets.RECEIVE_BUFFER}" in sentence
    assert said(make(), receive_buffer=None) == {}


def test_the_machine_is_looked_at_for_real(make_settings: Make) -> None:
    """A port that somebody has is seen as taken, another as free; its own addresses end with loopback."""
    settings = make_settings()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("0.0.0.0", 0))
        assert not look_around(settings, other.getsockname()[1]).port_free
    free = look_around(settings, free_port())
    assert free.port_free
    assert free.addresses[-1] == "127.0.0.1"
