"""What stands on the leaflet in one language: it carries all of them at once, so they are not those of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from broker.slots.calendar import Session
from broker.vocabulary import VisitMode
from config.i18n import translations
from web.leaflet import hours

#: The drawing beside each step, by its name in templates/leaflet/_pictures.html.
PICTURES = ("scan", "card", "day", "mail", "decision", "talk")


@dataclass(frozen=True, slots=True)
class Hours:
    """Some days on which visits of a mode begin at these times ("10:00–16:45"; digits are the same in every language).
    `mode` is its name on the first line of it, and "" on the others.
    """

    mode: str
    days: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language's words. `steps` go with `PICTURES`; `hours` are the same lines in every language, in one order, and
    empty where the jail has no calendar: `hours_title` says then who knows.
    """

    language: str
    title: str
    steps: tuple[str, ...]
    hours_title: str
    hours: tuple[Hours, ...]
    helpline: str
    number: str
    scan: str

    @property
    def weight(self) -> int:
        """How much there is to print, in characters; a line of hours takes the room of forty."""
        return sum(map(len, self.steps)) + 2 * len(self.title + self.helpline) + 40 * len(self.hours)


def sheet(language: str, sessions: Iterable[Session]) -> Sheet:
    """The leaflet's words for a jail with these working sessions."""
    sessions = tuple(sessions)
    _ = translations(language).gettext
    modes = {session.mode for session in sessions}
    return Sheet(
        language=language,
        title=_("How to visit somebody in this jail"),
        steps=_steps(language, modes),
        hours_title=_("When visits begin") if sessions else _("When visits begin: please ask the helpline"),
        hours=tuple(_hours(language, sessions)),
        helpline=_("Helpline: ask here whatever you don't know"),
        number=_("Visit Reference Number"),
        scan=_("Scan this with your phone"),
    )


def _steps(language: str, modes: set[VisitMode]) -> tuple[str, ...]:
    _ = translations(language).gettext
    if modes == {VisitMode.IN_PERSON}:
        how = _("Choose a day and up to three times that suit you. Visits here are in person.")
        last = _("Come to the jail before your time, with your pass and the identity proof you showed us.")
    elif modes == {VisitMode.VIDEO}:
        how = _("Choose a day and up to three times that suit you. Visits here are by video.")
        last = _("At your time open the link in the mail and type your number and the codes we send you then.")
    else:
        how = _("Choose by video or in person, a day, and up to three times that suit you.")
        last = _(
            "By video: at your time open the link in the mail. In person: come with your pass and your identity proof."
        )
    return (
        _("Open the page with your phone: scan the square above, or type the address under it."),
        _("Say who you are and whom you want to visit. Keep an identity proof ready to photograph."),
        how,
        _("Type the code that comes to your mail. Then you get your Visit Reference Number: write it down."),
        _("The jail decides. A mail tells you: yes, with day and time; or no, with the reason."),
        last,
    )


def _hours(language: str, sessions: tuple[Session, ...]) -> Iterator[Hours]:
    _ = translations(language).gettext
    for mode, name in ((VisitMode.VIDEO, _("By video")), (VisitMode.IN_PERSON, _("In person"))):
        for number, ((first, last), intervals) in enumerate(hours.by_days(sessions, mode)):
            begin, end = hours.days(first, last, language)
            days = begin if first == last else _("%(first)s to %(last)s") % {"first": begin, "last": end}
            yield Hours("" if number else name, days, tuple(_interval(*each) for each in intervals))


def _interval(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"
