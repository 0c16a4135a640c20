"""web.account.answer_words: problems and questions, as sentences."""

from __future__ import annotations

from aiohttp import web

from broker.documents.errors import BY_ID
from broker.reasons import AskFor
from tests.support.asked import asked
from web.account import answer_words


async def test_every_refusal_of_a_file_has_its_sentence(wired: web.Application) -> None:
    """With the limit that it broke."""
    told = answer_words.sentences(asked(wired), {error: error for error in BY_ID})
    assert all(told.values())
    assert "at most 8 MB" in told["too_large_file"]
    assert "at most 50 million" in told["too_many_pixels"]


async def test_every_question_has_its_words(wired: web.Application) -> None:
    """In the order in which they were asked."""
    assert len(answer_words.wants(asked(wired), AskFor)) == len(AskFor)
