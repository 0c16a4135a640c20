"""What a stranger may know, in words."""

from __future__ import annotations

import re

import pytest
from aiohttp import web

from broker.lifecycle import VisitStatus
from tests.support.asked import asked
from web.status import words


@pytest.mark.parametrize("status", list(VisitStatus))
async def test_every_state_has_its_words(wired: web.Application, status: VisitStatus) -> None:
    """A line and what to do; no day, no time, no number in it."""
    standing = words.standing(asked(wired), status)
    assert standing.title
    assert standing.text.endswith(".")
    assert not re.search(r"\d", standing.title + standing.text)


async def test_nobody_is_told_that_a_visit_is_going_on(wired: web.Application) -> None:
    """Two who talk right now look like two who will."""
    assert words.standing(asked(wired), VisitStatus.OPEN) == words.standing(asked(wired), VisitStatus.APPROVED)


async def test_refusals_to_look_say_what_to_do(wired: web.Application) -> None:
    """An unknown number, and too many of them."""
    assert "no visit" in words.unknown(asked(wired))
    assert "1 minute." in words.too_often(asked(wired), 1)
    assert "7 minutes." in words.too_often(asked(wired), 7)
