"""Everything once more, in words; and the page with the number."""

from __future__ import annotations

from tests.support.desk import Desk
from tests.support.family import get
from tests.support.registering import Bookable
from tests.support.registering_pages import HOME, fill, send


async def test_the_last_page_shows_what_was_typed_in_words_with_a_way_back_to_each(desk: Desk, jail: Bookable) -> None:
    """Choices by their names, both clocks for a reader elsewhere, nothing of a page left out."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail, slots=2)
        await send(browser, "times", {"own_zone": "Africa/Lagos"}, go="zone")
        page = await get(browser, f"{HOME}/check")
    for text in ("Savita Kolte", "Woman", "Aadhaar", "Sanjay Kolte", "By video", "You come alone.", "English", "India"):
        assert text in page.words
    assert "in the jail (your time in Lagos: 05:30)" in page.words
    assert "Second choice" in page.words
    assert page.text.count('aria-label="Change: ') == 10
