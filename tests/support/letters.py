"""Letters to test with: readers of one visit, and the text of an HTML mail as they see it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
from pydantic import SecretStr

from broker.mail.letters import Letter, Pages, Reader
from broker.visit import Prisoner, Request, Visit
from broker.vocabulary import VisitMode
from config.i18n import LANGUAGES
from tests.broker.samples import a_visit
from tests.support.clock import NOON
from tests.support.settings import SECRET_KEY

EVERY_LANGUAGE = pytest.mark.parametrize("language", sorted(LANGUAGES))
PAGES = Pages("https://visits.example", SecretStr(SECRET_KEY))
ACCOUNT = "a" * 32


class Blocks(HTMLParser):
    """The text of an HTML mail, one line a block, and where its links and pictures lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.pictures = "", list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line."""
        if tag in {"p", "li", "h1", "h2", "tr", "div"}:
            self.text += "\n"
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]
        self.pictures += [value or "" for name, value in attrs if tag == "img" and name == "src"]

    def handle_data(self, data: str) -> None:
        """Text, spaces folded as a reader sees them."""
        self.text += re.sub(r"\s+", " ", data)


def a_request(timezone: str = "Africa/Lagos", *preferences: datetime) -> Request:
    """What a family on that clock asked for: noon (UTC), unless said otherwise."""
    return Request(
        prisoner=Prisoner("Sanjay", "Mahadev", 34, "male"),
        preferences=preferences or (NOON,),
        note="",
        timezone=timezone,
        decide_by=NOON - timedelta(days=2),
        lapse_at=NOON - timedelta(days=1),
    )


def a_reader(
    *,
    language: str = "en",
    timezone: str | None = "Africa/Lagos",
    mode: VisitMode = VisitMode.VIDEO,
    starts_at: datetime = NOON,
    account: str | None = ACCOUNT,
    visit: Visit | None = None,
) -> Reader:
    """The one who asked for a visit of fifteen minutes in an Indian jail; `timezone` None: staff booked it."""
    made = visit or a_visit(language=language, starts_at=starts_at)
    made = replace(made, mode=mode, account_id=account, created_at=NOON - timedelta(days=9))
    request = None if timezone is None else a_request(timezone, starts_at)
    return Reader(made, made.visitors[0], request, PAGES)


def both(letter: Letter) -> tuple[str, str]:
    """The text part, and the text of the HTML part."""
    return letter.message.text, Blocks(letter.message.html).text
