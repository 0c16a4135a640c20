"""What a password costs in tests: next to nothing, where a tenth of a second is the point of the product's own.

Thousands of tests sign somebody in. What they test is the same, and what the product takes is tested with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from broker import staff


def _use(patch: pytest.MonkeyPatch, hasher: PasswordHasher) -> None:
    stand_in = hasher.hash("nobody has this password")
    patch.setattr(staff, "_hasher", lambda: hasher)
    patch.setattr(staff, "_nobodys_hash", lambda: stand_in)


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_little() -> Iterator[None]:
    """In this process; servers that tests start in others hash as they always do."""
    with pytest.MonkeyPatch.context() as patch:
        _use(patch, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def passwords_cost_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own hasher."""
    _use(monkeypatch, PasswordHasher())
