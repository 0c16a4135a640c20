"""The registration's words: what each field is called, what is wrong with it, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from broker.documents.errors import BY_ID, TooLargeFile
from broker.registration.draft import STEPS, Step
from broker.slots.availability import Unavailable
from broker.vocabulary import Gender, IdType, Relationship, VisitMode
from config.i18n import LANGUAGES, N_
from web import language
from web.register.faults import FAULTS

Gettext = Callable[[str], str]

TITLES: Mapping[Step, str] = {
    Step.YOU: N_("About you"),
    Step.CONTACT: N_("How we reach you"),
    Step.PROOF: N_("Your identity proof"),
    Step.PHOTO: N_("A photo of your identity proof"),
    Step.JAIL: N_("The jail"),
    Step.PRISONER: N_("The person you want to visit"),
    Step.HOW: N_("How you want to meet"),
    Step.COMPANIONS: N_("Who comes with you"),
    Step.TIMES: N_("When"),
    Step.LETTER: N_("Letters and wishes"),
}

LABELS: Mapping[Step, Mapping[str, str]] = {
    Step.YOU: {
        "name": N_("Your full name"),
        "father_name": N_("Your father's or husband's name"),
        "gender": N_("Gender"),
        "born": N_("Your age or date of birth"),
        "relationship": N_("What are you to the person in prison?"),
    },
    Step.CONTACT: {
        "email": N_("Your mail address"),
        "mobile": N_("Your mobile number"),
        "address": N_("Your address"),
        "nationality": N_("Your nationality"),
    },
    Step.PROOF: {"id_type": N_("Which identity proof do you have?"), "id_number": N_("Its number")},
    Step.PHOTO: {"file": N_("Photo or scan")},
    Step.JAIL: {"jail": N_("Jail")},
    Step.PRISONER: {
        "name": N_("Full name of the person in prison"),
        "father_name": N_("Name of their father or husband"),
        "gender": N_("Gender"),
        "age": N_("Their age, if you know it"),
        "number": N_("Their number in the jail, if you know it"),
    },
    Step.HOW: {"mode": N_("How do you want to meet?")},
    Step.COMPANIONS: {
        "name": N_("Full name"),
        "relationship": N_("What are they to the person in prison?"),
        "nationality": N_("Nationality"),
        "id_type": N_("Which identity proof do they have?"),
        "id_number": N_("Its number"),
        "email": N_("Their own mail address"),
    },
    Step.TIMES: {"slot_1": N_("First choice"), "slot_2": N_("Second choice"), "slot_3": N_("Third choice")},
    Step.LETTER: {
        "language": N_("In which language shall we write to you?"),
        "note": N_("Is there anything the jail should know?"),
    },
}

CHOICES: Mapping[str, Mapping[str, str]] = {
    "gender": {Gender.FEMALE: N_("Woman"), Gender.MALE: N_("Man"), Gender.OTHER: N_("Other")},
    "relationship": {
        Relationship.FAMILY: N_("Family"),
        Relationship.FRIEND: N_("Friend"),
        Relationship.LAWYER: N_("Lawyer"),
        Relationship.DOCTOR: N_("Doctor"),
        Relationship.OTHER: N_("Somebody else"),
    },
    "id_type": {
        IdType.AADHAAR: N_("Aadhaar"),
        IdType.VOTER: N_("Voter ID"),
        IdType.PAN: N_("PAN card"),
        IdType.DRIVING_LICENCE: N_("Driving licence"),
        IdType.PASSPORT: N_("Indian passport"),
        IdType.FOREIGN_PASSPORT: N_("Passport of another country"),
        IdType.RESIDENCE: N_("Proof of residence"),
    },
    "mode": {
        VisitMode.VIDEO: N_("By video, from home"),
        VisitMode.IN_PERSON: N_("In person, at the jail"),
    },
}

CLOSED: Mapping[Unavailable, str] = {
    Unavailable.BLOCKED: N_("no visits"),
    Unavailable.CLOSED: N_("no visits"),
    Unavailable.FULL: N_("full"),
    Unavailable.NOT_OFFERED: N_("not offered"),
    Unavailable.PAST: N_("over"),
    Unavailable.TOO_FAR: N_("too early to ask"),
    Unavailable.TOO_MANY_PEOPLE: N_("too many visitors"),
    Unavailable.TOO_SOON: N_("too soon"),
}


def gettext(request: web.Request) -> Gettext:
    """The reader's language."""
    return language.catalogue(request).gettext


def title(request: web.Request, step: Step) -> str:
    """A page's heading."""
    return gettext(request)(TITLES[step])


def progress(request: web.Request, step: Step) -> str:
    """Where in the row of pages one is."""
    _ = gettext(request)
    return _("Step %(number)s of %(all)s") % {"number": STEPS.index(step) + 1, "all": len(STEPS)}


def labels(request: web.Request, step: Step) -> dict[str, str]:
    """What the fields of a page are called."""
    _ = gettext(request)
    return {name: _(label) for name, label in LABELS[step].items()}


def choices(request: web.Request, name: str) -> dict[str, str]:
    """What can be chosen in a field, in the order of the page."""
    if name == "language":
        return dict(LANGUAGES)
    _ = gettext(request)
    return {str(value): _(label) for value, label in CHOICES[name].items()}


def fault(request: web.Request, error: str) -> str:
    """What is the matter with a field, and what to do. An error id nobody wrote words for asks to look again."""
    _ = gettext(request)
    known = BY_ID.get(error)
    most = known.most if known else TooLargeFile.most
    return _(FAULTS.get(error, FAULTS["choose"])) % {"most": most}


def closed(request: web.Request, reason: Unavailable) -> str:
    """Why a day has nothing, in a word or two."""
    return gettext(request)(CLOSED[reason])


def too_many_waiting(request: web.Request, most: int) -> str:
    """Why no further request is taken: so many of the same account wait for an answer."""
    return language.catalogue(request).ngettext(
        "%(num)s request of yours waits for an answer. Please wait for it, or withdraw it under “My visits”.",
        "%(num)s requests of yours wait for an answer. Please wait for one of them, or withdraw one under “My visits”.",
        most,
    ) % {"num": most}
