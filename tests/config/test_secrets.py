"""Derived secrets, tokens, and the key kept in a file."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config import secrets

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(
    words, words, st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]))
)
def test_derive_gives_the_same_only_for_the_same(one: str, other: str, subject: str, another: str) -> None:
    """No two (purpose, subject) pairs share a secret, however purpose and subject are cut."""
    first, second = secrets.derive("key", one, subject), secrets.derive("key", other, another)
    assert (first == second) == ((one, subject) == (other, another))
    assert len(first) == 32


def test_derive_depends_on_the_key_and_takes_it_wrapped_or_plain() -> None:
    """Another key gives another secret; SecretStr or str makes no difference."""
    assert secrets.derive("one", "otp", 1) != secrets.derive("other", "otp", 1)
    assert secrets.derive(SecretStr("one"), "otp", 1) == secrets.derive("one", "otp", "1")


@pytest.mark.parametrize(("key", "purpose"), [("", "otp"), ("key", ""), ("key", "o\0tp")])
def test_derive_refuses_what_would_weaken_it(key: str, purpose: str) -> None:
    """An empty key, an empty purpose or a NUL in it is an error and never a secret."""
    with pytest.raises(ValueError, match=r"key is empty|purpose"):
        secrets.derive(key, purpose, "subject")


def test_tokens_are_url_safe_and_never_twice_the_same() -> None:
    """A token has 128 bits or more in characters that a path takes."""
    tokens = {secrets.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) * 6 >= 128 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_digest_is_the_sha256_in_hex() -> None:
    """The published test vector of SHA-256 for `abc`."""
    assert secrets.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_processes_that_start_at_once_keep_one_key(tmp_path: Path) -> None:
    """Whoever comes first makes the key; all read the same, in a file for its owner alone, and no draft stays."""
    path = tmp_path / "var" / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secrets.kept_key(path), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]
