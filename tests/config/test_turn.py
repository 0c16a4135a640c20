"""config.turn: what counts as the address of a TURN server."""

from __future__ import annotations

import pytest

from config.logging import redact
from config.turn import checked, doubts

GOOD = (
    "turn:turn.example",
    "turn:turn.example:3478?transport=udp",
    "turn:203.0.113.10:443?transport=tcp",
    "turns:turn.example?transport=tcp",
    "turn:[2001:db8::1]:3478",
)


def test_addresses_stay_as_they_are_written() -> None:
    """In their order: browsers are told them as they stand."""
    assert checked(GOOD) == GOOD
    assert checked(()) == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("turn.example:3478", "must be like"),
        ("turn:turn.example:0", "has a port"),
        ("turns:turn.example:443?transport=udp", "TLS over UDP"),
        ("turn:[1::2::3]", "IPv6 address"),
    ],
)
def test_a_wrong_one_is_named_by_its_place_and_not_repeated(wrong: str, said: str) -> None:
    """What is in a setting may be a password that somebody put there."""
    with pytest.raises(ValueError, match=said) as refused:
        checked((GOOD[0], wrong))
    assert "address 2" in str(refused.value)
    assert wrong not in str(refused.value)


LONG = "0123456789abcdef"


def test_servers_that_all_reach_and_a_long_secret_leave_nothing_to_say() -> None:
    """In production."""
    assert doubts(GOOD, LONG, production=True) == []


@pytest.mark.parametrize("host", ["localhost", "turn.localhost", "127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0"])
def test_a_server_on_loopback_is_told_by_its_place(host: str) -> None:
    """In production each browser would ask itself; in the demonstration browser and server are one machine."""
    urls = ("turn:turn.example", f"turns:{host}:443?transport=tcp")
    [said] = doubts(urls, LONG, production=True)
    assert said.startswith("Address 2 in MULAKAT_TURN_URLS")
    assert doubts(urls, LONG, production=False) == []


def test_a_secret_without_servers_is_no_way_in() -> None:
    """Somebody meant to have them."""
    [said] = doubts((), LONG, production=False)
    assert "MULAKAT_TURN_SECRET is set" in said
    assert "blocks UDP" in said
    [said] = doubts((), "", production=True)
    assert "MULAKAT_TURN_SECRET" not in said


def test_a_secret_that_can_be_guessed_is_told_without_it() -> None:
    """In production."""
    [said] = doubts(GOOD, "hunter2", production=True)
    assert "MULAKAT_TURN_SECRET" in said
    assert "hunter2" not in said
    assert redact(None, "warning", {"advice": said}) == {"advice": said}
