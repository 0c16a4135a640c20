"""config.turn: what counts as the address of a TURN server."""

from __future__ import annotations

import pytest

from config.turn import checked

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
