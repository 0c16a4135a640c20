"""Encryption at rest."""

from __future__ import annotations

import pytest

from broker.documents.errors import DocumentGone
from broker.documents.seal import seal, unseal

BODY = b"a picture of somebody's card"


def test_a_body_comes_back_as_it_was() -> None:
    """And lies there as something else."""
    sealed = seal("a key", "d1", "image/jpeg", BODY)
    assert BODY not in sealed
    assert unseal("a key", "d1", "image/jpeg", sealed) == BODY


def test_the_same_body_is_never_sealed_the_same_way_twice() -> None:
    """The nonce is random."""
    assert seal("a key", "d1", "image/jpeg", BODY) != seal("a key", "d1", "image/jpeg", BODY)


@pytest.mark.parametrize(
    ("key", "document_id", "content_type"),
    [("other", "d1", "image/jpeg"), ("a key", "d2", "image/jpeg"), ("a key", "d1", "application/pdf")],
)
def test_a_body_opens_only_as_what_it_was_sealed_as(key: str, document_id: str, content_type: str) -> None:
    """Another key, another document's row, another type: nothing comes out."""
    sealed = seal("a key", "d1", "image/jpeg", BODY)
    with pytest.raises(DocumentGone):
        unseal(key, document_id, content_type, sealed)


@pytest.mark.parametrize("cut", [0, 5, 12, 20])
def test_a_body_that_was_touched_does_not_open(cut: int) -> None:
    """Shortened, or one bit changed."""
    sealed = seal("a key", "d1", "image/jpeg", BODY)
    with pytest.raises(DocumentGone):
        unseal("a key", "d1", "image/jpeg", sealed[:cut])
    changed = bytes([*sealed[:cut], sealed[cut] ^ 1, *sealed[cut + 1 :]])
    with pytest.raises(DocumentGone):
        unseal("a key", "d1", "image/jpeg", changed)
