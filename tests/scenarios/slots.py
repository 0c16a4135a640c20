"""A slot is as long as it is, whoever is slow: what must be done within one gets a longer one on a slower machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.scenarios.house import Booking

#: How many times as long the slots of a scenario are, one attempt after the other.
STRETCHES = (1.0, 2.0, 4.0)


class SlotEaten(Exception):
    """What had to be done before a slot ends took too long for it; nothing is shown by that."""


@asynccontextmanager
async def before_the_end_of(booking: Booking, left: float = 10.0) -> AsyncIterator[None]:
    """Do something while the slot has more than so many seconds; raises SlotEaten when it comes down to them."""
    try:
        async with asyncio.timeout(booking.left() - left):
            yield
    except Exception as error:
        if booking.left() > left:
            raise
        raise SlotEaten from error


async def in_a_long_enough_slot(scenario: Callable[[float], Awaitable[None]], browsers: dict[str, Browser]) -> None:
    """Play a scenario, which is given how many times as long its slots are to be; anew where the slot was eaten."""
    for stretch in STRETCHES:
        try:
            await scenario(stretch)
        except SlotEaten:
            if stretch == STRETCHES[-1]:
                raise
        else:
            return
        for context in [each for browser in browsers.values() for each in browser.contexts]:
            await context.close()
