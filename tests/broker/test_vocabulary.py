"""The domain's words."""

from __future__ import annotations

from enum import StrEnum

import pytest

from broker import vocabulary
from broker.storage.types import Word

LISTS = [each for each in vars(vocabulary).values() if isinstance(each, type) and issubclass(each, StrEnum)]
LISTS.remove(StrEnum)


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words.__name__)
def test_words_stand_in_their_order_and_fit_the_column_they_are_kept_in(words: type[StrEnum]) -> None:
    """Alphabetical, so that two branches add different lines; none is longer than a stored word may be."""
    assert [word.name for word in words] == sorted(word.name for word in words)
    assert [word.value for word in words] == [word.name.lower() for word in words]
    assert max(len(word.value) for word in words) <= (Word.impl.length or 0)
