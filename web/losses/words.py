"""What staff read of lost minutes: each cause, what the measurements show, and lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.losses.attribution import Why
from broker.vocabulary import LossCause, LossSide
from config.i18n import N_, translations

CAUSES: Mapping[tuple[LossCause, LossSide], str] = MappingProxyType(
    {
        (LossCause.TERMINAL_DOWN, LossSide.PRISON): N_("The terminal was down"),
        (LossCause.PRISON_NETWORK, LossSide.PRISON): N_("The prison's network was down"),
        (LossCause.NODE_DOWN, LossSide.PRISON): N_("Our server was down"),
        (LossCause.NO_CODES, LossSide.PRISON): N_("The family's codes did not arrive"),
        (LossCause.STAFF_ENDED, LossSide.PRISON): N_("Staff began late, held it or ended it"),
        (LossCause.NOBODY_CAME, LossSide.PRISON): N_("The prison's side was not there"),
        (LossCause.STAFF_ENDED, LossSide.FAMILY): N_("Staff ended it because of the visitors"),
        (LossCause.NOBODY_CAME, LossSide.FAMILY): N_("The family was not there"),
        (LossCause.FAMILY_NETWORK, LossSide.FAMILY): N_("The family's network or device was down"),
    }
)

#: What a stretch of a slot was, and what shows it.
WHYS: Mapping[Why, str] = MappingProxyType(
    {
        Why.CODES_LOST: N_("The family asked for codes, and no mail with codes arrived at any address"),
        Why.CONDUCT: N_("Staff ended it, and gave the visitors as the reason"),
        Why.ENDED: N_("Staff ended it before its time"),
        Why.FAMILY_LEFT: N_("The family had left by themselves"),
        Why.FAMILY_LOST: N_("Nothing came from the family's device"),
        Why.FAMILY_NOT_THERE: N_("Nobody of the family was in the room"),
        Why.FINISHED: N_("Ended, as both had finished or the person did not want it"),
        Why.HAD: N_("Both sides were connected"),
        Why.HELD: N_("Staff held it"),
        Why.JAIL_SILENT: N_("The terminal was silent, and so were the others of this jail"),
        Why.LATE_START: N_("Nobody had started it, and the family waited"),
        Why.MEDIA_LOST: N_("The terminal's page answered, but no sound or picture came from it"),
        Why.NEITHER_THERE: N_("The terminal was off or not set up all the time, and nobody of the family came"),
        Why.NODE_LOST: N_("The server that held the room was gone"),
        Why.PAGE_SILENT: N_("The terminal was silent, its page too"),
        Why.PRISON_LEFT: N_("The prison's side had left by itself"),
        Why.PRISON_NOT_THERE: N_("The terminal was not in the room, though its page answered or is unknown"),
        Why.SETTLING: N_("Finding each other"),
    }
)


def cause(cause_: str, side: str, language: str) -> str:
    """A cause, with the side it lay with."""
    return translations(language).gettext(CAUSES[LossCause(cause_), LossSide(side)])


def why(what: str, language: str) -> str:
    """What the measurements show of a stretch."""
    return translations(language).gettext(WHYS[Why(what)])


def length(seconds: int, language: str) -> str:
    """`4 min 10 s`, `35 s`, `15 min`."""
    _ = translations(language).gettext
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(seconds)s s") % {"seconds": rest}
    if not rest:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
