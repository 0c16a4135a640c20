"""web.operator.said: what an act says on the page that follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.asked import asked
from tests.support.clock import NOON
from web.operator.said import BAD, GOOD, Said, heard, keep
from web.render import render_text

TEMPLATE = Path(__file__).resolve().parents[3] / "web" / "templates" / "operator" / "said.html"


@pytest.mark.parametrize("said", sorted(GOOD | BAD))
async def test_everything_that_can_be_said_has_its_sentence(wired: web.Application, said: str) -> None:
    """In words, and never an empty place."""
    told = Said(said, "visit:hold", "Asha Kale", NOON)
    text = render_text(asked(wired), "operator/said.html", {"said": told, "zone": "Asia/Kolkata"})
    assert len(text.strip()) > 10


def test_the_sentences_are_those_that_can_be_said() -> None:
    """None stands in the template that nothing says."""
    written = set(re.findall(r'said\.id == "(\w+)"', TEMPLATE.read_text())) | {"already", "colleague_acted"}
    assert written == GOOD | BAD
    assert not GOOD & BAD


async def test_a_colleague_without_an_account_is_a_colleague(wired: web.Application) -> None:
    """Somebody who has left the service still did what they did."""
    told = Said("already", "visit:end", "", NOON)
    text = render_text(asked(wired), "operator/said.html", {"said": told, "zone": "Asia/Kolkata"})
    assert "A colleague ended this visit at 17:30." in text


async def test_the_address_says_what_needs_no_more_and_nothing_that_is_made_up(wired: web.Application) -> None:
    """Ids without a sentence, and those that need a name, say nothing by the address alone."""
    assert heard(asked(wired, "/operator?said=started")) == Said("started")
    for path in ("/operator", "/operator?said=", "/operator?said=boom", "/operator?said=colleague_acted"):
        assert heard(asked(wired, path)) is None


async def test_who_did_what_when_is_kept_for_one_page(wired: web.Application) -> None:
    """For the page that asks for it, and then no more."""
    request = asked(wired, "/operator?said=already")
    told = Said("already", "visit:hold", "Asha Kale", NOON)
    keep(request, told)
    assert heard(request) == told
    assert heard(request) is None
    keep(request, Said("started"))
    assert heard(request) is None
