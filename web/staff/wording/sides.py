"""What the staff's pages say of those who visit, by the kind of the visit: a family, or a lawyer.

Whole sentences, so that each language can put them as it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from broker.visit import VisitKind
from config.i18n import N_

#: By id: what is said of a family, and of a lawyer.
SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "absent": (N_("The family did not come"), N_("The lawyer did not come")),
        "ended_early": (N_("Ended early by the family"), N_("Ended early by the lawyer")),
        "gone": (N_("The family has left"), N_("The lawyer has left")),
        "is_gone": (N_("The family was here and has left."), N_("The lawyer was here and has left.")),
        "is_late": (N_("The family is late."), N_("The lawyer is late.")),
        "is_lost": (
            N_("The family was here, and its connection is lost."),
            N_("The lawyer was here, and the connection is lost."),
        ),
        "is_waiting": (
            N_("The family waits and the visit's time has begun."),
            N_("The lawyer waits and the visit's time has begun."),
        ),
        "late": (N_("Late: the family is not here"), N_("Late: the lawyer is not here")),
        "late_gone": (N_("Late: the family was here and has left"), N_("Late: the lawyer was here and has left")),
        "letters": (N_("Letters to the family"), N_("Letters to the lawyer")),
        "lost": (N_("The family's connection is lost"), N_("The lawyer's connection is lost")),
        "to_come": (N_("To come: the family is not here yet"), N_("To come: the lawyer is not here yet")),
        "waited_for": (N_("Waiting for the family"), N_("Waiting for the lawyer")),
        "waiting": (N_("The family is waiting"), N_("The lawyer is waiting")),
    }
)


def say(kind: str, sentence: str, gettext: Callable[[str], str]) -> str:
    """The sentence of this id for a visit of this kind."""
    family, lawyer = SENTENCES[sentence]
    return gettext(lawyer if kind == VisitKind.LEGAL else family)
