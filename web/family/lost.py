"""What a family is told of lost minutes as soon as their call is on paper: how much, to what, and what follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from broker.deciding.cancelling import NOT_THEIR_FAULT
from broker.losses.right import Share, is_owed, is_told, made_good
from broker.mail.letters import words
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import LossCause, LossSide
from config.i18n import translations

#: Seconds: losing less than this is nothing to speak of, unless the rule makes it good.
LEAST = 30

_NOT_THERE = (LossCause.NOBODY_CAME, LossSide.FAMILY)


class Follows(StrEnum):
    """What becomes of it. `little`: less than the rule makes good; `looked_at`: not the prison's by the measurements,
    and the jail is asked about it; `not_counted`: the visit is not counted, and a mail says how to ask for another.
    """

    LITTLE = "little"
    LOOKED_AT = "looked_at"
    NOTHING = "nothing"
    NOT_COUNTED = "not_counted"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Lost:
    """`seconds` of the `offered` were lost to `shares`: to the prison's side if that counts, else to the family's."""

    follows: Follows
    shares: tuple[Share, ...] = ()
    seconds: int = 0
    offered: int = 0
    percent: int = 0

    @property
    def by_prison(self) -> bool:
        """Whether all of it lay with the prison's side."""
        return all(share.side is LossSide.PRISON for share in self.shares)


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences: what was lost, and to what; and what follows, "" where nothing does."""

    lost: tuple[str, ...] = ()
    next: str = ""


NOTHING = Told()


def judge(shares: Iterable[Share], offered: int, percent: int, *, made: bool, failed: bool) -> Lost:
    """What to tell. `made`: another visit is offered; `failed`: the outcome alone gives the allowance back. Who was not
    there is told nothing of their own minutes.
    """
    told = tuple(share for share in shares if (share.cause, share.side) != _NOT_THERE)
    prison = tuple(share for share in told if share.side is LossSide.PRISON)
    owed = is_owed(prison, offered, percent)
    if made or owed or made_good(prison) >= LEAST:
        follows = Follows.OFFERED if made else Follows.NOT_COUNTED if owed or failed else Follows.LITTLE
        return Lost(follows, prison, made_good(prison), offered, percent)
    asked = is_told(told, offered, percent)
    if not (failed or asked):
        return Lost(Follows.NOTHING)
    follows = Follows.NOT_COUNTED if failed else Follows.LOOKED_AT
    return Lost(follows, told, sum(share.seconds for share in told), offered, percent)


async def lost_of(uow: UnitOfWork, visit: Visit) -> Lost:
    """The same of a closed visit, as it counts now: somebody may have corrected what was measured."""
    record = await uow.losses.record(visit.id)
    failed = visit.outcome in NOT_THEIR_FAULT
    if record is None:
        return Lost(Follows.NOT_COUNTED if failed else Follows.NOTHING)
    shares = [loss.share for loss in await uow.losses.of_visit(visit.id)]
    made = await uow.makeups.of_visit(visit.id) is not None
    return judge(shares, record.offered, record.lost_percent, made=made, failed=failed)


def tell(lost: Lost, language: str) -> Told:
    """Say it in a language."""
    return Told(tuple(what(lost, language)), follows(lost, language))


def what(lost: Lost, language: str) -> list[str]:
    """How much was lost, and to what, a sentence each."""
    if not lost.seconds:
        return []
    causes = dict.fromkeys(words.loss(share.cause, share.side, language) for share in lost.shares)
    fault = [translations(language).gettext("It was not your fault.")] if lost.by_prison else []
    return [_much(lost, language), *fault, *causes]


def follows(lost: Lost, language: str) -> str:
    """What follows; "" where nothing does."""
    _ = translations(language).gettext
    match lost.follows:
        case Follows.OFFERED:
            return _(
                "We are sorry. This visit does not count, and you can have another one in its place. It is approved"
                " already: a mail brings you times to choose from."
            )
        case Follows.NOT_COUNTED:
            return _("We are sorry. This visit does not count. A mail tells you how to ask for another one.")
        case Follows.LOOKED_AT:
            return _(
                "The jail is asked to look at the cause once more. If it finds that it was not on your side, a mail"
                " brings you another visit."
            )
        case Follows.LITTLE:
            return _(
                "We are sorry. Another visit is given by the rules when %(percent)s %% of the time is lost, and this"
                " was less. If you lost more, please call the helpline."
            ) % {"percent": lost.percent}
        case Follows.NOTHING:
            return ""


def _much(lost: Lost, language: str) -> str:
    """Roughly how many minutes."""
    say = translations(language)
    whole = max(1, round(lost.offered / 60))
    minutes = min(round(lost.seconds / 60), whole)
    if not minutes:
        return say.gettext("Less than one of the %(offered)s minutes was lost.") % {"offered": whole}
    told = say.ngettext(
        "About %(lost)s of the %(offered)s minutes was lost.",
        "About %(lost)s of the %(offered)s minutes were lost.",
        minutes,
    )
    return told % {"lost": minutes, "offered": whole}
