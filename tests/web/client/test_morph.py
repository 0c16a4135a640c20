"""js/console/morph.js: a console's page becomes what the server says, and what the reader is at stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def morphed(page: Page, *parts: str, script: str = "null") -> list[Any]:
    """The text of each item of a part that was these in turn, and what `script` says of it at the end; what is focused
    or written down before the first change is `first`.
    """
    found: list[Any] = await page.evaluate(
        """async ([parts, script]) => {
          const { element, morphChildren } = await import("/static/js/console/morph.js");
          document.body.innerHTML = `<div id="part">${parts[0]}</div>`;
          const place = document.getElementById("part");
          const first = place.querySelector("[data-first]") ?? place.querySelector("li");
          first?.focus();
          for (const html of parts.slice(1)) morphChildren(place, element(`<div>${html}</div>`));
          const items = [...place.querySelectorAll("li")].map((item) => item.textContent.trim());
          return [items, new Function("place", "first", `return ${script}`)(place, first)];
        }""",
        [parts, script],
    )
    return found


def listed(*items: tuple[str, str]) -> str:
    """A list of keys and texts; without a key where it is ""."""
    lines = "".join(f"<li{f' data-key={key!r}' if key else ''}>{text}</li>" for key, text in items)
    return f"<h2>What happened</h2>\n<ul>\n{lines}\n</ul>"


async def test_a_new_line_leaves_every_other_as_it_is(modules: Page) -> None:
    """Each stays the same element and keeps its own words, wherever it moves."""
    before = listed(("b", "B"), ("a", "A"))
    after = listed(("d", "D"), ("b", "B"), ("c", "C"), ("a", "A, changed"))
    items, same = await morphed(modules, before, after, script='first === place.querySelector("[data-key=b]")')
    assert items == ["D", "B", "C", "A, changed"]
    assert same
    items, _ = await morphed(modules, before, after, listed(("c", "C"), ("d", "D")))
    assert items == ["C", "D"]


async def test_no_line_ever_shows_anothers_words(modules: Page) -> None:
    """Where two have one key, or some have none, all of them are what the server says."""
    twice = listed(("a", "Approved"), ("a", "Asked for"))
    for after in (
        listed(("b", "Started"), ("a", "Approved"), ("a", "Asked for")),
        listed(("b", "Started"), ("", "Ticked off: dark"), ("", "Ticked off: silence")),
        listed(("a", "Approved")),
        listed(("b", "Held"), ("a", "Asked for")),
    ):
        wanted = (await morphed(modules, after))[0]
        assert (await morphed(modules, twice, after))[0] == wanted
        assert (await morphed(modules, listed(("b", "Begun")), twice, after))[0] == wanted


async def test_a_field_that_somebody_is_in_stays(modules: Page) -> None:
    """With what was typed into it, although lines come before it."""
    field = '<input data-first aria-label="Note">'
    before = listed(("a", field))
    after = listed(("b", "New"), ("a", field), ("c", "Another"))
    script = "document.activeElement === first && place.contains(first)"
    assert await morphed(modules, before, after, script=script) == [["New", "", "Another"], True]


async def test_what_was_chosen_stays_when_lines_come_and_go_above_it(modules: Page) -> None:
    """A colleague's hold puts a line above the acts and swaps a form beside them; the reason half chosen is kept."""

    def card(*lines: str, beside: str) -> str:
        form = '<form action="/end"><select data-first=""><option>End because…</option></select></form>'
        acts = f'<div class="acts"><form action="/{beside}"><button>{beside}</button></form>\n{form}</div>'
        above = "\n".join(f'<p class="{name}">{name}</p>' for name in lines)
        return f'{above}\n<ul class="people"><li>Savita</li></ul>\n{acts}\n<p class="links">links</p>'

    before = card("head", "who", beside="hold")
    held = card("head", "who", "why", beside="resume")
    worse = card("head", "who", "why", "alert", "alert", beside="resume")
    kept = 'place.querySelector("[data-first]") === first && document.activeElement === first && place.innerHTML'
    for parts in ((before, held), (before, held, worse), (before, worse, before), (worse, before)):
        assert await morphed(modules, *parts, script=kept) == [["Savita"], parts[-1]]
