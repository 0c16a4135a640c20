"""Names in Redis: all under one prefix, none twice, all explained."""

from __future__ import annotations

import inspect

from config import keys

FUNCTIONS = [thing for _, thing in inspect.getmembers(keys, inspect.isfunction) if thing.__module__ == keys.__name__]
NAMES = {name: value for name, value in vars(keys).items() if name.isupper() and name not in {"PREFIX", "FACTS_GROUP"}}


def _made(function: object, value: str) -> str:
    assert callable(function)
    return str(function(*[value for _ in inspect.signature(function).parameters]))


def test_every_name_is_under_the_prefix() -> None:
    """One Redis can serve others too, and ours can be found."""
    made = [_made(function, "x") for function in FUNCTIONS] + list(NAMES.values())
    assert all(name.startswith(keys.PREFIX) for name in made)


def test_no_two_kinds_of_key_can_meet() -> None:
    """Whatever the arguments, keys of two kinds differ."""
    made = [_made(function, value) for function in FUNCTIONS for value in ("x", "1")] + list(NAMES.values())
    assert len(made) == len(set(made))


def test_every_key_says_its_type() -> None:
    """Who reads the module learns what kind of thing is behind each name."""
    kinds = ("Channel", "Hash", "Key prefix", "List", "Set", "Sorted set", "Stream", "String")
    assert [each.__name__ for each in FUNCTIONS if not (each.__doc__ or "").startswith(kinds)] == []
