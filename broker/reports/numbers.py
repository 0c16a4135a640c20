"""Every number of a report: its name, the sentence that defines it, and what it must equal. Pure.

The definitions people read are these and no others: pages, files and the interface show them from here. `IDENTITIES`
are the sums that hold for every line of every report; tests hold them over random histories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from broker.reasons import NAMES, CancelReason, RefusalReason
from broker.vocabulary import LossCause
from config.i18n import N_


class Unit(StrEnum):
    """What is counted. Only different people do not add up over lines: one may be in several."""

    PEOPLE = "people"
    SECONDS = "seconds"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Number:
    """One number: a stable id, its short name and its definition (both to be translated). `of`: the words (to be
    translated) around a name that alone does not say what is counted.
    """

    id: str
    name: str
    says: str
    unit: Unit = Unit.VISITS
    of: str = ""

    def named(self, translated: Callable[[str], str]) -> str:
        """The name in a reader's words, of which no two numbers have the same."""
        name = translated(self.name)
        return translated(self.of) % {"reason": name} if self.of else name


class NumberSet(StrEnum):
    """Numbers that are shown together, as one table."""

    CANCELLATIONS = "cancellations"
    DECISIONS = "decisions"
    MINUTES = "minutes"
    PEOPLE = "people"
    REFUSALS = "refusals"
    SUMMARY = "summary"
    VISITS = "visits"


_LOSSES: Mapping[str, tuple[str, str]] = {
    LossCause.FAMILY_NETWORK: (
        N_("Lost: family's network"),
        N_("Lost because the family's device or line was not there."),
    ),
    LossCause.NOBODY_CAME: (
        N_("Lost: a side was not there"),
        N_("Lost because the family or the person in prison came late, or did not come."),
    ),
    LossCause.NODE_DOWN: (N_("Lost: our server"), N_("Lost because the server that carries the call had stopped.")),
    LossCause.NO_CODES: (
        N_("Lost: codes did not arrive"),
        N_("Lost because the mail with the codes that let the family in did not arrive."),
    ),
    LossCause.PRISON_NETWORK: (N_("Lost: prison's network"), N_("Lost because the prison's line was not there.")),
    LossCause.STAFF_ENDED: (
        N_("Lost: staff"),
        N_("Lost because staff started the call late, held it, or ended it early."),
    ),
    LossCause.TERMINAL_DOWN: (N_("Lost: prison's terminal"), N_("Lost because the prison's terminal had stopped.")),
    "unexplained": (N_("Lost: no cause found"), N_("Lost, and the measurements do not say why.")),
}

_ALL = (
    Number(
        "requested",
        N_("Asked for"),
        N_(
            "Every visit that somebody asked for: a family, or staff for them. It counts on the day of its slot; "
            "until it is approved, on the day of the slot that is wanted."
        ),
    ),
    Number("undecided", N_("Not decided"), N_("Asked for, and neither approved nor refused so far.")),
    Number(
        "withdrawn",
        N_("Cancelled before a decision"),
        N_("Cancelled by the family or by the jail before anybody had decided."),
    ),
    Number(
        "refused",
        N_("Refused"),
        N_("Refused by the jail, or because nobody decided, or the family did not answer, in time."),
    ),
    Number(
        "approved",
        N_("Approved"),
        N_(
            "Approved by the jail, whatever became of it later. One that was asked for anew, for another slot, "
            "counts as what was decided last."
        ),
    ),
    Number("to_come", N_("To come"), N_("Approved, and not over yet.")),
    Number("cancelled", N_("Cancelled"), N_("Approved, and then cancelled by the family or by the jail.")),
    Number(
        "no_show",
        N_("Family did not come"),
        N_("Approved, and nobody of the family came; also where neither side came."),
    ),
    Number(
        "prison_absent",
        N_("Person in prison did not come"),
        N_("The family came, and the person in prison was not brought or did not want to come."),
    ),
    Number(
        "technical_failure",
        N_("Failed"),
        N_(
            "Both sides were there, and the technology let them talk for less than half of that time; or the family's "
            "codes did not arrive, so that nobody could come in."
        ),
    ),
    Number(
        "ended_by_staff",
        N_("Ended by staff"),
        N_("Ended by staff before its time, also because somebody's identity was not confirmed."),
    ),
    Number("ended_early", N_("Left early"), N_("One side left, of its own accord, more than a minute before the end.")),
    Number(
        "not_recorded",
        N_("Not recorded"),
        N_("A visit in person of which nobody wrote at the gate whether it took place."),
    ),
    Number("completed", N_("Completed"), N_("Both sides stayed until the end.")),
    Number(
        "admitted",
        N_("Admitted"),
        N_(
            "Somebody of the family was let in: with both codes into the room of a call, or at the jail's gate. "
            "Counted when the visit is over."
        ),
    ),
    Number(
        "connected",
        N_("Connected"),
        N_(
            "Both sides were connected at the same time, however briefly; in person, the visitors were let in. It "
            "takes in completed visits, and those left early, ended by staff or failed after the two sides had met."
        ),
    ),
    Number(
        "from_abroad",
        N_("From abroad"),
        N_(
            "Connected calls for which a visitor has a telephone number of another country, or the family reads a "
            "clock outside of India. Visits in person are not among them."
        ),
    ),
    Number(
        "inmates",
        N_("People in prison served"),
        N_(
            "Different people in prison who had a connected visit. Each is counted once in a line and once in the "
            "total, so the lines do not add up to it: who had visits in two months is in both. Who was moved counts "
            "in both jails."
        ),
        Unit.PEOPLE,
    ),
    Number(
        "foreign_prisoners",
        N_("Foreign prisoners served"),
        N_(
            "Different people in prison who had a connected visit, and whose nationality in the jail's register is not "
            "Indian. Each is counted once in a line and once in the total, so the lines do not add up to it."
        ),
        Unit.PEOPLE,
    ),
    Number(
        "offered",
        N_("Time offered"),
        N_("The slots of all calls that are over, whoever came. Cancelled calls and visits in person have none."),
        Unit.SECONDS,
    ),
    Number("had", N_("Time had"), N_("The time in which both sides were connected at once."), Unit.SECONDS),
    Number(
        "lost",
        N_("Time lost"),
        N_("Offered and not had, because of a line, a device, a server, staff, or a side that was not there."),
        Unit.SECONDS,
    ),
    Number(
        "unused",
        N_("Time not used"),
        N_("Offered and not had, because people had said what they wanted to say, or were still finding each other."),
        Unit.SECONDS,
    ),
    Number(
        "unmeasured",
        N_("Time not measured"),
        N_("Offered and not had in calls that have no record, so that nobody can say why."),
        Unit.SECONDS,
    ),
    *(Number(f"lost_{cause}", name, says, Unit.SECONDS) for cause, (name, says) in _LOSSES.items()),
    *(
        Number(f"refused_{reason}", NAMES[reason], N_("Refused for this reason."), of=N_("Refused: %(reason)s"))
        for reason in RefusalReason
    ),
    *(
        Number(
            f"cancelled_{reason}",
            NAMES[reason],
            N_("Approved, and then cancelled for this reason."),
            of=N_("Cancelled: %(reason)s"),
        )
        for reason in CancelReason
    ),
)

NUMBERS: Mapping[str, Number] = MappingProxyType({number.id: number for number in _ALL})


def _ids(prefix: str) -> tuple[str, ...]:
    return tuple(each for each in NUMBERS if each.startswith(prefix))


_FATES = (
    "to_come",
    "cancelled",
    "no_show",
    "prison_absent",
    "technical_failure",
    "ended_by_staff",
    "ended_early",
    "not_recorded",
    "completed",
)

#: What each of these numbers is the sum of, in every line.
IDENTITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "requested": ("undecided", "withdrawn", "refused", "approved"),
        "approved": _FATES,
        "refused": _ids("refused_"),
        "cancelled": _ids("cancelled_"),
        "offered": ("had", "lost", "unused", "unmeasured"),
        "lost": _ids("lost_"),
    }
)

#: Never more than: each number is at most the next one.
PARTS = (
    ("connected", "admitted", "approved", "requested"),
    ("completed", "approved"),
    ("from_abroad", "connected"),
    ("foreign_prisoners", "inmates", "connected"),
)

SETS: Mapping[NumberSet, tuple[str, ...]] = MappingProxyType(
    {
        NumberSet.SUMMARY: (
            "requested",
            "approved",
            "refused",
            "cancelled",
            "no_show",
            "admitted",
            "connected",
            "completed",
            "inmates",
            "foreign_prisoners",
            "from_abroad",
            "offered",
            "had",
            "lost",
        ),
        NumberSet.DECISIONS: ("requested", *IDENTITIES["requested"]),
        NumberSet.REFUSALS: ("refused", *_ids("refused_")),
        NumberSet.CANCELLATIONS: ("cancelled", *_ids("cancelled_")),
        NumberSet.VISITS: ("approved", *_FATES, "admitted", "connected"),
        NumberSet.PEOPLE: ("connected", "from_abroad", "inmates", "foreign_prisoners"),
        NumberSet.MINUTES: ("offered", "had", "unused", "unmeasured", "lost", *_ids("lost_")),
    }
)


def with_reasons(ids: tuple[str, ...]) -> bool:
    """Whether some of these numbers are counted by reason."""
    return any(each.startswith(("refused_", "cancelled_")) for each in ids)


def with_time(ids: tuple[str, ...]) -> bool:
    """Whether some of these numbers are durations."""
    return any(NUMBERS[each].unit is Unit.SECONDS for each in ids)


def with_people(ids: tuple[str, ...]) -> bool:
    """Whether some of these numbers are different people."""
    return any(NUMBERS[each].unit is Unit.PEOPLE for each in ids)
