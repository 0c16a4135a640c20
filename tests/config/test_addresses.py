"""Addresses in settings: whether they are any, and whether one can be listened at."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from config import addresses
from config.addresses import Place, checked_addresses, has_ipv6, listens, refusal, why_not

NODE = Place(socket.SOCK_STREAM, "127.0.0.1", 8081, "MULAKAT_NODE_HOST")


def why(error: OSError, place: Place = NODE) -> str:
    """The sentence, with a port's name and advice."""
    return why_not(error, place, named="The port", mend="Set another.")


def test_ipv6_that_was_switched_off_is_no_ipv6(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With net.ipv6.conf.all.disable_ipv6=1 its sockets are there and its addresses are not."""
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: True)
    monkeypatch.setattr(addresses, "IF_INET6", tmp_path / "if_inet6")
    (tmp_path / "if_inet6").write_text("")
    assert not has_ipv6()
    (tmp_path / "if_inet6").write_text("00000000000000000000000000000001 01 80 10 80       lo\n")
    assert has_ipv6()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_that_somebody_has_is_refused_as_taken(kind: socket.SocketKind) -> None:
    """Of TCP one that is listened at; the other protocol's port of the same number is free."""
    with socket.socket(type=kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        error = refusal(Place(kind, "127.0.0.1", holder.getsockname()[1], "MULAKAT_HOST"))
    assert error is not None
    assert why(error) == "The port is taken. Set another."
    assert refusal(Place(kind, "127.0.0.1", 0, "MULAKAT_HOST")) is None


def test_an_address_that_is_not_the_machines_is_told_with_its_setting() -> None:
    """Another port would not help, and is not advised; RFC 5737 gives this address to nobody."""
    place = Place(socket.SOCK_DGRAM, "203.0.113.99", 0, "MULAKAT_MEDIA_HOST")
    error = refusal(place)
    assert error is not None
    assert why(error, place) == "MULAKAT_MEDIA_HOST is 203.0.113.99, which is no address of this machine."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "no"), "The port is for root only. Set another."),
        (OSError(errno.ENOBUFS, "no"), "The port cannot be had (No buffer space available). Set another."),
        (socket.gaierror(-2, "no"), "MULAKAT_NODE_HOST is 127.0.0.1, which is no address"),
    ],
)
def test_each_cause_has_its_sentence(error: OSError, words: str) -> None:
    """By the kernel's number for it."""
    assert why(error).startswith(words)


def test_whether_something_listens_is_found_out_by_connecting() -> None:
    """Nobody there, and a name that is none, are both a no."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens("127.0.0.1", port, 5)
    assert not listens("127.0.0.1", port, 5)
    assert not listens("no-such-name.invalid", port, 5)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("[2001:db8::20]", "address 1 ([2001:db8::20]) must be an IP address, without brackets and without a port"),
        ("192.0.2.999", "address 1 (192.0.2.999) must be an IP address"),
        ("192.0.2.0/24", "address 1 (192.0.2.0/24) must be an IP address"),
        ("media.example", "address 1 must be an IP address, a number and not a name"),
        ("0123456789abcdef", "address 1 must be an IP address, a number and not a name"),
    ],
)
def test_an_address_that_is_none_is_shown_unless_it_may_be_a_secret(written: str, sentence: str) -> None:
    """Only what is made of digits, dots and colons, as addresses are."""
    with pytest.raises(ValueError, match="must be") as refused:
        checked_addresses((written,))
    assert str(refused.value) == sentence
