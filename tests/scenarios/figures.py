"""What a page and the relay count, waited for as states: that something goes on, and that something does not.

Nothing here is true or false by a machine's speed. What must go on is waited for, however slowly it goes. What must not
go on is looked at for as long as something else, which came the same way, went on: so a packet that was on its way when
it was forbidden has come, and a browser that got no time to count is not taken for silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

Figures = Mapping[str, float]
Look = Callable[[], Awaitable[Figures]]

PATIENCE = 60.0
"""Seconds that something which must come may take on a starved machine, counted in looks: a clock goes on while the
machine lets nobody run.
"""
FAINT = 1e-6
"""Sound's energy: more than a decoder adds to silence, far less than a second of what the invented microphones play."""
_PAUSE = 0.4
_STRETCHES = 8


def together(**looks: Look) -> Look:
    """Look at several in one go; `mother_frames` is what `mother` says of `frames`."""

    async def look() -> Figures:
        found = await asyncio.gather(*(each() for each in looks.values()))
        return {f"{who}_{name}": value for who, each in zip(looks, found, strict=True) for name, value in each.items()}

    return look


async def grows(look: Look, **least: float) -> Figures:
    """Wait until each of these figures has grown by so much from now on; return by how much all of them have."""
    return _growth(*await _meanwhile(look, least))


async def rests(look: Look, *still: str, **least: float) -> None:
    """Show that these figures do not grow while those of `least` grow by so much.

    First it is waited for that a stretch of that length passes without: what was on its way has come by then. In the
    stretch after that one, not one packet may come.
    """
    for _ in range(_STRETCHES):
        if not _grown(_growth(*await _meanwhile(look, least)), still):
            break
    else:
        raise AssertionError(f"{still} did not come to rest in {_STRETCHES} times {least}")
    grown = _growth(*await _meanwhile(look, least))
    assert not _grown(grown, still), grown


async def rest_for(look: Look, seconds: float, *still: str) -> None:
    """Show that these figures come to rest, and do not grow again in so many seconds: where nothing else goes on."""
    before, unchanged = await look(), 0
    for _ in range(_looks(PATIENCE)):
        await asyncio.sleep(_PAUSE)
        now = await look()
        unchanged = 0 if _grown(_growth(before, now), still) else unchanged + 1
        before = now
        if unchanged >= _looks(seconds):
            return
    raise AssertionError(f"{still} did not come to rest")


async def eventually(holds: Callable[[], Awaitable[bool]], what: str = "", patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    for _ in range(_looks(patience)):
        if await holds():
            return
        await asyncio.sleep(_PAUSE)
    raise AssertionError(f"not within {patience:.0f} s: {what}")


async def _meanwhile(look: Look, least: Figures) -> tuple[Figures, Figures]:
    """The figures now, and when each of `least` has grown by so much. A page that came back counts from nothing."""
    before = await look()
    grown: Figures = {}
    for _ in range(_looks(PATIENCE)):
        await asyncio.sleep(_PAUSE)
        now = await look()
        grown = _growth(before, now)
        if min(grown.values()) < -FAINT:
            before = now
            continue
        if all(grown[name] >= wanted for name, wanted in least.items()):
            return before, now
    raise AssertionError(f"{grown} in {PATIENCE:.0f} s, where {dict(least)} must come")


def _looks(seconds: float) -> int:
    return max(1, round(seconds / _PAUSE))


def _growth(before: Figures, after: Figures) -> Figures:
    return {name: after[name] - before.get(name, 0.0) for name in after}


def _grown(grown: Figures, still: Iterable[str]) -> bool:
    """Whether anything came where nothing may; a decoder that conceals adds next to nothing."""
    return any(grown[name] >= (FAINT if name.endswith("energy") else 1) for name in still)
