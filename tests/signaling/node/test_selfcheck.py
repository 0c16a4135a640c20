"""What a node says is wrong before it starts, a sentence each."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from config.logging import redact
from config.settings import Settings
from rooms.media.link import sockets
from signaling.node.selfcheck import Machine, check, look_around, places
from tests.support.ports import free_port

PORT = 8081
WELL = Machine(
    addresses=("2001:4860::20", "8.8.4.20", "127.0.0.1"),
    ipv6=True,
    receive_buffer=sockets.RECEIVE_BUFFER,
    refused={},
)

Make = Callable[..., Settings]


@pytest.fixture
def make(make_settings: Make) -> Make:
    """Settings of production, as far as the media path goes."""
    return lambda **changes: make_settings(environment="production", **changes)


def said(settings: Settings, machine: Machine = WELL, **changes: Any) -> dict[str, bool]:
    """The sentences, and whether each is fatal."""
    return {each.sentence: each.fatal for each in check(settings, replace(machine, **changes))}


def test_where_nothing_is_wrong_nothing_is_said(make: Make) -> None:
    """A public machine, and one behind a 1:1 NAT that says so."""
    assert said(make()) == {}
    assert said(make(media_addresses=("8.8.4.20",)), addresses=("10.0.0.5", "127.0.0.1")) == {}


@pytest.mark.parametrize(
    ("cause", "sentences"),
    [
        (
            errno.EADDRINUSE,
            [
                "The TCP port for the WebSocket is taken. Set MULAKAT_NODE_PORT to another.",
                "The UDP port for media is taken. Set MULAKAT_NODE_PORT to another.",
            ],
        ),
        (
            errno.EADDRNOTAVAIL,
            [
                "MULAKAT_NODE_HOST is 127.0.0.1, which is no address of this machine.",
                "MULAKAT_MEDIA_HOST is ::, which is no address of this machine.",
            ],
        ),
    ],
)
def test_what_cannot_be_listened_at_is_fatal_everywhere(make_settings: Make, cause: int, sentences: list[str]) -> None:
    """Each protocol for its own cause, with the setting that mends it, and beside that which port it is."""
    settings = make_settings()
    refused = {place: OSError(cause, "no") for place in places(settings, PORT)}
    found = check(settings, replace(WELL, refused=refused))
    assert [each.sentence for each in found] == sentences
    assert [each.facts for each in found] == [{"host": "127.0.0.1", "port": PORT}, {"host": "::", "port": PORT}]
    assert all(each.fatal for each in found)


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (("8.8.4.20", "8.8.4.20"), "8.8.4.20 twice"),
        (("0.0.0.0", "8.8.4.20"), "0.0.0.0, which is no address"),
        (("::", "8.8.4.20"), "::, which is no address"),
        (("255.255.255.255", "8.8.4.20"), "255.255.255.255, which is no address"),
        (("0.1.2.3", "8.8.4.20"), "0.1.2.3, which is no address"),
        (("::ffff:8.8.4.20", "8.8.4.20"), "::ffff:8.8.4.20, which is no address"),
        (("224.0.0.5", "8.8.4.20"), "224.0.0.5, which is no address"),
        (("fe80::1", "8.8.4.20"), "fe80::1, which is only known on one cable"),
        (("127.0.0.1", "8.8.4.20"), "127.0.0.1, which leads nobody"),
        (("10.1.2.3", "8.8.4.20"), "10.1.2.3, which is not public"),
        (("fd00::20", "8.8.4.20"), "fd00::20, which is not public"),
    ],
)
def test_advertised_addresses_that_lead_nowhere_are_named(make: Make, addresses: tuple[str, ...], words: str) -> None:
    """Each for its own reason, also beside a good one, by which calls are made all the same."""
    [(sentence, fatal)] = said(make(media_addresses=addresses)).items()
    assert words in sentence
    assert not fatal


def test_where_no_address_is_public_it_is_said_what_that_means(make: Make) -> None:
    """Of those that were set, and of the machine's own behind a NAT; calls are made inside of a network, or by TURN."""
    given = said(make(media_addresses=("203.0.113.20", "10.0.0.5")))
    assert [sentence.partition(",")[0] for sentence in given] == [
        "MULAKAT_MEDIA_ADDRESSES has 203.0.113.20",
        "MULAKAT_MEDIA_ADDRESSES has 10.0.0.5",
        "None of the media addresses is public",
    ]
    assert "NAT" not in " ".join(given)
    own = said(make(), addresses=("10.0.0.5", "127.0.0.1"))
    assert [words in sentence for sentence, words in zip(own, ("10.0.0.5 is offered", "1:1 NAT"), strict=True)] == [
        True
    ] * 2
    assert not any({**given, **own}.values())


def test_a_private_address_that_is_offered_by_itself_is_named(make: Make, make_settings: Make) -> None:
    """A bridge of containers, beside the public one; a demonstration may be for one's own network."""
    [(sentence, fatal)] = said(make(), addresses=("8.8.4.20", "172.17.0.1", "127.0.0.1")).items()
    assert "172.17.0.1" in sentence
    assert not fatal
    assert said(make_settings(), addresses=("8.8.4.20", "172.17.0.1", "127.0.0.1")) == {}


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "fe80::1", "169.254.1.1", "255.255.255.255"])
def test_addresses_that_nobody_else_reaches_keep_production_from_starting(make: Make, address: str) -> None:
    """No call could be made."""
    assert any(said(make(media_addresses=(address,))).values())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_media_received_on_loopback_keeps_production_from_starting(make: Make, make_settings: Make, host: str) -> None:
    """Whatever is offered; in the demonstration it is what one wants."""
    changes = {"media_host": host, "media_addresses": ("8.8.4.20", "2001:4860::20")}
    [sentence] = [sentence for sentence, fatal in said(make(**changes)).items() if fatal]
    assert f"MULAKAT_MEDIA_HOST is {host}" in sentence
    assert not any(said(make_settings(**changes)).values())


@pytest.mark.parametrize(
    ("host", "given", "ipv6"),
    [
        ("0.0.0.0", ("2001:4860::20",), True),
        ("0.0.0.0", ("2001:4860::20", "127.0.0.1"), True),
        ("8.8.4.20", ("2001:4860::20",), True),
        ("2001:4860::20", ("8.8.4.20",), True),
        ("::", ("2001:4860::20",), False),
    ],
)
def test_a_family_that_is_offered_alone_and_not_received_keeps_production_from_starting(
    make: Make, make_settings: Make, host: str, given: tuple[str, ...], *, ipv6: bool
) -> None:
    """Nobody could reach it; in the demonstration it is said."""
    changes = {"media_host": host, "media_addresses": given}
    fatal = [sentence for sentence, fatal in said(make(**changes), ipv6=ipv6).items() if fatal]
    assert len(fatal) == 1
    assert ("MULAKAT_MEDIA_HOST" if ipv6 else "give this machine IPv6") in fatal[0]
    shown = said(make_settings(**changes), ipv6=ipv6)
    assert shown
    assert not any(shown.values())


def test_a_machine_with_nothing_but_loopback_is_fatal_in_production_alone(make: Make, make_settings: Make) -> None:
    """The demonstration is looked at on the machine itself."""
    assert list(said(make(), addresses=("127.0.0.1",)).values()) == [True]
    assert said(make_settings(), addresses=("127.0.0.1",)) == {}


def test_ipv6_that_is_asked_for_and_not_there_is_said(make: Make) -> None:
    """For every address it is IPv4 alone then, for one that is not there it is nothing; once, with what to set."""
    assert list(said(make(), ipv6=False).values()) == [False]
    [(sentence, fatal)] = said(make(media_addresses=("2001:4860::20", "8.8.4.20")), ipv6=False).items()
    assert sentence.startswith("MULAKAT_MEDIA_ADDRESSES has an IPv6 address, but this machine has no IPv6")
    assert not fatal
    settings = make(media_host="2001:4860::20")
    refused = {places(settings, PORT)[1]: OSError(errno.EADDRNOTAVAIL, "no")}
    [(sentence, fatal)] = said(settings, ipv6=False, refused=refused).items()
    assert sentence.startswith("MULAKAT_MEDIA_HOST is 2001:4860::20, but this machine has no IPv6")
    assert fatal


@pytest.mark.parametrize("in_production", [True, False])
def test_an_advertised_family_that_the_machine_has_no_address_of_is_said(
    make: Make, make_settings: Make, *, in_production: bool
) -> None:
    """IPv6 with nothing but loopback's address, in production and outside; by another family calls are made."""
    settings = (make if in_production else make_settings)(media_addresses=("2001:4860::20", "8.8.4.20"))
    [(sentence, fatal)] = said(settings, addresses=("10.0.0.5", "::1", "127.0.0.1")).items()
    assert sentence.startswith("MULAKAT_MEDIA_ADDRESSES has an IPv6 address, but this machine has none")
    assert not fatal


@pytest.mark.parametrize("host", ["0.0.0.0", "8.8.4.20", "2001:4860::20"])
def test_an_advertised_family_that_is_not_received_is_said(make: Make, host: str) -> None:
    """Beside one that is: browsers would try it in vain."""
    [(sentence, fatal)] = said(make(media_host=host, media_addresses=("2001:4860::20", "8.8.4.20"))).items()
    assert sentence.startswith(f"MULAKAT_MEDIA_ADDRESSES has an IPv{4 if ':' in host else 6} address")
    assert not fatal


def test_a_small_receive_buffer_is_said_with_what_mends_it(make: Make) -> None:
    """Debian's default is 208 kB."""
    [found] = check(make(), replace(WELL, receive_buffer=212_992))
    assert "net.core.rmem_max" in found.sentence
    assert found.facts == {"granted": 212_992, "wanted": sockets.RECEIVE_BUFFER}
    assert said(make(), receive_buffer=None) == {}


@pytest.mark.parametrize("host", ["::", "127.0.0.1", "0.0.0.0", "2001:4860:4860:8888::20"])
@pytest.mark.parametrize("given", [(), ("2001:4860:4860:8888::20", "::"), ("10.1.2.3", "10.1.2.3", "127.0.0.1")])
def test_the_log_takes_nothing_out_of_what_is_said(make: Make, host: str, given: tuple[str, ...]) -> None:
    """A number in a sentence would be taken for a code, and gone."""
    settings = make(media_host=host, media_addresses=given)
    for cause in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
        refused = {place: OSError(cause, "no") for place in places(settings, 8081)}
        machine = Machine(("2001:db8::1234", "127.0.0.1"), ipv6=False, receive_buffer=212_992, refused=refused)
        for found in check(settings, machine):
            event = {"advice": found.sentence, **found.facts}
            assert redact(None, "warning", dict(event)) == event


def test_the_machine_is_looked_at_for_real(make_settings: Make) -> None:
    """A port that somebody has is seen as taken, of either protocol; its own addresses end with loopback."""
    settings = make_settings()
    port = free_port()
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(("0.0.0.0", port))
            if kind is socket.SOCK_STREAM:
                other.listen()
            assert [place.kind for place in look_around(settings, port).refused] == [kind]
    free = look_around(settings, port)
    assert free.refused == {}
    assert free.addresses[-1] == "127.0.0.1"
