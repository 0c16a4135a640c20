"""Reasons as a family reads them: one plain sentence each, in the family's language.

They say what is so, never whose fault it is, and give no detail of the person in prison beyond what the visit needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.lifecycle import Outcome
from broker.reasons import AskFor, CancelReason, RefusalReason
from broker.vocabulary import LossCause, LossSide
from config.i18n import N_, translations

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        RefusalReason.AWAY: N_("The person you want to visit is in hospital or at court at that time."),
        RefusalReason.BANNED: N_("The jail does not allow you visits at present."),
        RefusalReason.DUPLICATE: N_("There is another request from you for the same visit. That one goes on."),
        RefusalReason.ID_UNCLEAR: N_(
            "The jail could not read your identity proof, or it does not match what you wrote."
        ),
        RefusalReason.MOVED: N_("The person you want to visit is in another jail now."),
        RefusalReason.NOT_ANSWERED: N_("The jail asked you for something, and there was no answer in time."),
        RefusalReason.NOT_DECIDED: N_("The jail did not decide in time. This is our fault and not yours."),
        RefusalReason.NOT_ON_LIST: N_("You are not on the list of visitors that the person in prison has given."),
        RefusalReason.NOT_PERMITTED: N_("This visit is not permitted."),
        RefusalReason.NO_ALLOWANCE: N_("All visits that are allowed for this period have been used."),
        RefusalReason.NO_MATCH: N_(
            "The jail found nobody by the details you gave. Please check the name and the jail."
        ),
        RefusalReason.NO_OBJECTION: N_(
            "This visit needs the agreement of another office first, and it is not there yet."
        ),
        RefusalReason.OTHER: N_("The jail gives its reason below."),
        RefusalReason.RELEASED: N_("The person you want to visit is no longer in this jail."),
        RefusalReason.SLOT_UNAVAILABLE: N_("The times you asked for are not free."),
    }
)

CANCELLATIONS: Mapping[str, str] = MappingProxyType(
    {
        CancelReason.AWAY: N_("The person you want to visit is in hospital or at court at that time."),
        CancelReason.BOOKED_IN_ERROR: N_("It was booked in error. We are sorry."),
        CancelReason.BY_PRISONER: N_("The person in prison does not want this visit to take place."),
        CancelReason.BY_VISITOR: N_("It was cancelled by the visitor who asked for it."),
        CancelReason.CAPACITY: N_("The jail does not have enough room or staff at that time. We are sorry."),
        CancelReason.EQUIPMENT: N_("Equipment at the jail is out of order. We are sorry."),
        CancelReason.LOCKDOWN: N_("There are no visits at the jail on that day."),
        CancelReason.MOVED: N_("The person you want to visit is in another jail now."),
        CancelReason.OTHER: N_("The jail gives its reason below."),
        CancelReason.RELEASED: N_("The person you want to visit is no longer in this jail."),
        CancelReason.RESTRICTED: N_("The person in prison may not have this visit at present."),
        CancelReason.VISITOR_BANNED: N_("The jail does not allow one of the visitors visits at present."),
        CancelReason.WEATHER: N_("The weather does not allow visits at that time."),
    }
)

WANTS: Mapping[str, str] = MappingProxyType(
    {
        AskFor.BETTER_ID: N_("A new picture of your identity proof: all of it, sharp and in good light."),
        AskFor.OTHER: N_("Please read what the jail writes below."),
        AskFor.PRISONER_DETAILS: N_(
            "The details of the person you want to visit: please check the name, the father's name and the age."
        ),
        AskFor.RELATIONSHIP: N_("A paper that shows how you are related to the person you want to visit."),
        AskFor.VISITOR_DETAILS: N_("Your own details: please check that they are as on your identity proof."),
    }
)

#: What went wrong at a visit that is made good.
FAILURES: Mapping[str, str] = MappingProxyType(
    {
        Outcome.CANCELLED_BY_JAIL: N_("The jail had to cancel it."),
        Outcome.ENDED_BY_STAFF: N_("The jail had to end it early."),
        Outcome.ENDED_EARLY_PRISON: N_("It ended early on the jail's side."),
        Outcome.PRISONER_REFUSED: N_("The person in prison did not come to the visit."),
        Outcome.PRISON_ABSENT: N_("You were there, and the jail's side did not come."),
        Outcome.TECHNICAL_FAILURE: N_("The connection failed, so that you could not talk as you should."),
    }
)
#: What took minutes of a visit, by cause and the side it lay with.
LOSSES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (LossCause.FAMILY_NETWORK, LossSide.FAMILY): N_("The connection of your phone or computer was lost."),
        (LossCause.NOBODY_CAME, LossSide.FAMILY): N_("Nobody of you was there."),
        (LossCause.NOBODY_CAME, LossSide.PRISON): N_("The prison's side was not there."),
        (LossCause.NODE_DOWN, LossSide.PRISON): N_("Our own server failed."),
        (LossCause.NO_CODES, LossSide.PRISON): N_("The codes that let you in did not reach you."),
        (LossCause.PRISON_NETWORK, LossSide.PRISON): N_("The line of the prison was down."),
        (LossCause.STAFF_ENDED, LossSide.FAMILY): N_("Staff ended the visit because of what happened in it."),
        (LossCause.STAFF_ENDED, LossSide.PRISON): N_("The prison began late, paused the visit or ended it early."),
        (LossCause.TERMINAL_DOWN, LossSide.PRISON): N_("The device in the prison failed."),
    }
)

_FAILED = N_("Something went wrong that was not your fault.")

#: Each letter's name in a list, by its template.
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "approved": N_("Approval"),
        "asked": N_("Question from the jail"),
        "cancelled": N_("Cancellation"),
        "changed": N_("New time"),
        "codes": N_("Codes for the visit"),
        "escalated": N_("Requests that wait"),
        "left_out": N_("Not approved for one visitor"),
        "makeup": N_("Visit made good"),
        "missed": N_("Visit missed"),
        "pass": N_("Approval with pass"),
        "refused": N_("Refusal"),
        "registered": N_("Request received"),
        "reminder_day": N_("Reminder the day before"),
        "reminder_hour": N_("Reminder an hour before"),
        "sign_in": N_("Code to sign in"),
        "staff_invite": N_("Invitation of staff"),
        "verify": N_("Code for a request"),
    }
)


def refusal(reason: str, language: str) -> str:
    """Why a request is refused."""
    return _say(REFUSALS[reason], language)


def cancellation(reason: str, language: str) -> str:
    """Why a visit does not take place."""
    return _say(CANCELLATIONS[reason], language)


def want(what: str, language: str) -> str:
    """What the jail needs."""
    return _say(WANTS[what], language)


def failure(outcome: str | None, language: str) -> str:
    """What went wrong at a visit."""
    return _say(FAILURES.get(outcome or "", _FAILED), language)


def loss(cause: str, side: str, language: str) -> str:
    """What took minutes of a visit."""
    return _say(LOSSES[cause, side], language)


def had(seconds: int, offered: int, language: str) -> str:
    """How much of a visit there was, in whole minutes: never more than there was, and never none where some was."""
    words = translations(language)
    whole = max(1, round(offered / 60))
    minutes = min(seconds // 60, whole)
    if minutes == 0:
        fields = {"offered": whole}
        if seconds == 0:
            return words.gettext("You had nothing of the %(offered)s minutes.") % fields
        return words.gettext("You had less than one of the %(offered)s minutes.") % fields
    told = words.ngettext("You had %(had)s of %(offered)s minute.", "You had %(had)s of %(offered)s minutes.", whole)
    return told % {"had": minutes, "offered": whole}


def letter(name: str, language: str) -> str:
    """A letter's name in a list; the template's own for one that has none."""
    return _say(LETTERS.get(name, name), language)


def _say(sentence: str, language: str) -> str:
    return translations(language).gettext(sentence)
