"""/visits/new/jail: find a jail by its name, its town or its state, and choose it.

Which jails there are is public. Who is held in them is not asked here, nor anywhere in the registration.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from aiohttp import web
from rapidfuzz import fuzz, process

from broker.people import Jail
from broker.registration.draft import Step
from broker.registration.whole import problems_of
from web.family.forms import KEPT_CHARACTERS, field
from web.keys import DB
from web.register import asking
from web.register.asking import Asking
from web.register.pages import look, show

#: So many are shown without a search, and at most after one.
MOST_SHOWN = 24
#: Of 100; a letter wrong or left out in a town's name is still found.
_LIKE = 72


@dataclass(frozen=True, slots=True)
class Listed:
    """A jail with its state's name."""

    jail: Jail
    state: str

    @property
    def code(self) -> str:
        """As forms and links write it."""
        return f"{self.jail.state_code}-{self.jail.code}"

    @property
    def text(self) -> str:
        """What a search looks at."""
        return plain(f"{self.jail.name} {self.jail.city} {self.state}")


def plain(text: str) -> str:
    """Lower case without accents: as people type."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c) or not c.isascii()).split())


def search(jails: list[Listed], state: int | None, query: str) -> list[Listed]:
    """The jails of a state (None: of all) that fit the words typed, the best first; those that contain every word come
    before those that are only like it. Without words, all of them in their order.
    """
    here = [each for each in jails if state is None or each.jail.state_code == state]
    words = plain(query).split()
    if not words:
        return here
    exact = [each for each in here if all(word in each.text for word in words)]
    if exact:
        return exact
    found = (
        process.extract(
            " ".join(words), {at: each.text for at, each in enumerate(here)}, scorer=fuzz.partial_token_set_ratio
        )
        if len(words) > 1
        else []
    )
    by_word = [(max(fuzz.ratio(words[0], other) for other in each.text.split()), at) for at, each in enumerate(here)]
    scored = {at: score for _, score, at in found} | {at: score for score, at in by_word if score >= _LIKE}
    return [here[at] for at, score in sorted(scored.items(), key=lambda pair: -pair[1]) if score >= _LIKE]


async def page(request: web.Request) -> web.StreamResponse:
    """GET `?state=27&q=pune`: what fits, each one a button. With `&part=list` the list alone, for the page's script."""
    found = await asking.needed(request)
    problems = await look(request, found, Step.JAIL) if "look" in request.query else {}
    return await _form(request, found, problems)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: this one."""
    if await field(request, "go") == "back":
        await asking.needed(request)
        raise asking.back(Step.JAIL)
    chosen = (await field(request, "jail"))[:9]
    found = await asking.keep(request, Step.JAIL, {"jail": chosen})
    if found.place is None:
        return await _form(request, found, {"jail": "no_such_jail"})
    if problems_of(Step.YOU, found.draft, found.today) == {} and not _admits(found):
        return await _form(request, found, {"jail": "not_admitted"})
    raise asking.onward(found, Step.JAIL)


def _admits(found: Asking) -> bool:
    return (
        found.place is None or found.draft.typed(Step.YOU).get("relationship") in found.place.version.rule.relationships
    )


async def _form(request: web.Request, found: Asking, problems: Mapping[str, str]) -> web.Response:
    states, jails = await _known(request)
    asked = request.query.get("state", "")
    state = int(asked) if asked.isdecimal() and int(asked) in states else None
    query = request.query.get("q", "")[:KEPT_CHARACTERS]
    fitting = search(jails, state, query)
    shown = fitting[:MOST_SHOWN]
    chosen = f"{found.place.jail.state_code}-{found.place.jail.code}" if found.place else ""
    return await show(
        request,
        found,
        Step.JAIL,
        problems,
        states=states,
        state=state,
        query=query,
        groups=[(name, list(group)) for name, group in groupby(shown, key=lambda each: each.state)],
        more=len(fitting) - len(shown),
        nothing=not fitting,
        chosen=next((each for each in jails if each.code == chosen), None),
    )


async def _known(request: web.Request) -> tuple[dict[int, str], list[Listed]]:
    async with request.app[DB].read() as uow:
        states = {state.code: state.name for state in await uow.jails.states()}
        jails = await uow.jails.all()
    listed = [Listed(jail, states.get(jail.state_code, "")) for jail in jails]
    return states, sorted(listed, key=lambda each: (each.state, each.jail.city, each.jail.name))
