"""web.render: templates that are complete in every language, escape what they print, and are kept by nobody."""

from __future__ import annotations

from html import unescape

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from config.i18n import LANGUAGES
from tests.support.asked import asked
from web.render import TEMPLATE_DIR, environments, render

ENVIRONMENTS = environments()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_template_can_be_read_in_every_language(code: str) -> None:
    """No page waits for its first reader to be found broken."""
    templates = ENVIRONMENTS[code].list_templates(extensions=["html"])
    assert "family/codes.html" in templates
    for name in templates:
        ENVIRONMENTS[code].get_template(name)


def test_a_page_with_a_call_on_it_loads_all_that_a_call_is_drawn_with() -> None:
    """Also what covers the pictures and the words: a hold, a warning."""
    styles = {f"css/{name}.css" for name in ("call", "call-wide", "stage", "warning")}
    pages = {path: path.read_text() for path in TEMPLATE_DIR.rglob("*.html")}
    calls = {path.name: text for path, text in pages.items() if '{% include "call/_stage.html"' in text}
    assert {"call.html", "idle.html"} <= set(calls)
    for name, text in calls.items():
        assert {style for style in styles if f"asset('{style}')" not in text} == set(), name


@given(st.text(), st.sampled_from(sorted(LANGUAGES)))
def test_whatever_somebody_typed_is_printed_as_text(typed: str, code: str) -> None:
    """Also inside of an attribute and of a translated sentence: it says what was typed and makes no markup."""
    source = '<p title="{{ typed }}">{% trans typed=typed %}You typed {{ typed }}{% endtrans %}</p>'
    html = ENVIRONMENTS[code].from_string(source).render(typed=typed)
    title, _, rest = html.removeprefix('<p title="').partition('">')
    sentence = rest.removesuffix("</p>")
    assert not {"<", ">", '"'} & set(title + sentence)
    assert unescape(title) == typed
    assert unescape(sentence) == f"You typed {typed}"


def test_a_name_that_nobody_gave_is_an_error_and_not_an_empty_place() -> None:
    """A forgotten value must not look like an answer."""
    with pytest.raises(UndefinedError):
        ENVIRONMENTS["en"].from_string("{{ helplin }}").render(helpline="020")


async def test_no_page_is_kept_by_a_browser_or_a_proxy(wired: web.Application) -> None:
    """Other headers and another status don't change that."""
    answers = [
        render(asked(wired), "family/no_link.html"),
        render(asked(wired), "family/no_link.html", status=404, headers={"Retry-After": "5"}),
    ]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]
    assert (answers[1].status, answers[1].headers["Retry-After"]) == (404, "5")
    assert answers[0].content_type == "text/html"


@pytest.mark.parametrize("code", LANGUAGES)
async def test_a_page_speaks_its_requests_language_and_offers_the_others(wired: web.Application, code: str) -> None:
    """The rest of the address is kept and stays one address: nothing in it becomes markup."""
    answer = render(asked(wired, '/join?jail=4&x="><b>', language=code), "family/no_link.html")
    text = answer.text or ""
    assert f'<html lang="{code}"' in text
    assert '"><b>' not in text
    for other in LANGUAGES:
        assert f"lang={other}" in unescape(text)
    assert "jail=4" in text


async def test_the_answer_to_a_form_offers_addresses_without_what_was_sent(wired: web.Application) -> None:
    """Another language asks for the page, not for the form's work once more."""
    text = render(asked(wired, "/join?secret=1", method="POST"), "family/no_link.html").text or ""
    assert "/join?lang=hi" in text
    assert "secret" not in text
