"""What was typed, once more before it is sent; and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from broker.identity.countries import name as country_name
from broker.registration.companions import people
from broker.registration.draft import STEPS, Step
from broker.registration.form import MOST_SLOTS
from web import language
from web.keys import DB
from web.register import asking, times, words, zones
from web.register.asking import Asking
from web.render import render


@dataclass(frozen=True, slots=True)
class Part:
    """One page: its title, what stands on it, and where it is changed."""

    title: str
    lines: tuple[tuple[str, str], ...]
    path: str


async def parts(request: web.Request, found: Asking) -> list[Part]:
    """Everything, page by page."""
    return [Part(words.title(request, step), tuple(_lines(request, found, step)), asking.path(step)) for step in STEPS]


def _lines(request: web.Request, found: Asking, step: Step) -> Iterator[tuple[str, str]]:
    _ = words.gettext(request)
    match step:
        case Step.PHOTO:
            yield "", _("A photo or scan is there.")
        case Step.JAIL if found.place is not None:
            yield "", f"{found.place.jail.name}, {found.place.jail.city}"
        case Step.COMPANIONS:
            yield from _companions(request, found)
        case Step.TIMES:
            yield from _times(request, found)
        case _:
            labels, typed = words.labels(request, step), found.draft.typed(step)
            for field, label in labels.items():
                text = readable(request, field, typed.get(field, ""))
                if text:
                    yield label, text


def readable(request: web.Request, field: str, text: str) -> str:
    """A choice in words; anything else as it was typed."""
    if field == "nationality":
        return country_name(text, language.of(request))
    if field in {*words.CHOICES, "language"}:
        return words.choices(request, field).get(text, text)
    return text.strip()


def _companions(request: web.Request, found: Asking) -> Iterator[tuple[str, str]]:
    _ = words.gettext(request)
    there = [person for _number, person in people(found.draft.typed(Step.COMPANIONS))]
    for person in there:
        told = (readable(request, field, person[field]) for field in ("relationship", "id_type", "id_number", "email"))
        yield person["name"], " · ".join(text for text in told if text)
    if not there:
        yield "", _("You come alone.")


def _times(request: web.Request, found: Asking) -> Iterator[tuple[str, str]]:
    labels = words.labels(request, Step.TIMES)
    if found.place is None:
        return
    for rank, at in zip(range(1, MOST_SLOTS + 1), times.chosen(found), strict=False):
        yield labels[f"slot_{rank}"], when(request, found, times.moment(request, found, found.place, at))


def when(request: web.Request, found: Asking, moment: times.Moment) -> str:
    """A time in one line, on both clocks where they differ."""
    _ = words.gettext(request)
    jails = _("%(day)s, %(time)s") % {"day": moment.day, "time": moment.time}
    if not moment.own or found.zone is None:
        return jails
    own = f"{moment.own_day} {moment.own}".strip()
    return _("%(jails)s in the jail (your time in %(city)s: %(own)s)") % {
        "jails": jails,
        "city": zones.city(str(found.zone)),
        "own": own,
    }


async def done_page(request: web.Request, found: Asking) -> web.Response:
    """The number, large; what happens now; print."""
    async with request.app[DB].read() as uow:
        visit = await uow.visits.get(found.draft.visit_id or "")
        asked = await uow.visits.request(visit.id)
    return render(
        request,
        "register/done.html",
        visrn=str(visit.visrn),
        jail=visit.jail,
        helpline=visit.jail.helpline,
        mode=visit.mode.value,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        zone=visit.jail.timezone,
        own_zone=asked.timezone if asked else visit.jail.timezone,
        decide_by=asked.lapse_at if asked else None,
        email=visit.visitors[0].email,
    )
