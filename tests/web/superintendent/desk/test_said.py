"""What an act says on the next page."""

from __future__ import annotations

from aiohttp import web

from tests.support.asked import asked
from web.superintendent.desk.said import NAMED, heard, say


async def test_it_is_said_once(wired: web.Application) -> None:
    """Loading the page again says nothing."""
    request = asked(wired)
    say(request, "approved", visrn="27/11/1/2026")
    said = heard(request)
    assert said is not None
    assert (said.what, said.visrn, said.good) == ("approved", "27/11/1/2026", True)
    assert heard(request) is None


async def test_of_many_failures_the_first_are_named_and_the_others_counted(wired: web.Application) -> None:
    """A list that nobody reads to its end is not sent."""
    request = asked(wired)
    say(request, "approved_many", count=3, failed={f"27/11/{n}/2026": "slot_taken" for n in range(NAMED + 5)})
    said = heard(request)
    assert said is not None
    assert not said.good
    assert (len(said.failed), said.more, said.count) == (NAMED, 5, 3)
