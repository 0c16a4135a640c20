"""What a family answers: the fields that a question calls for, and what was typed into them read into values. Pure.

Every field starts with what is known, so that only what is wrong needs typing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from pydantic import SecretStr

from broker.deciding.commands import Answer
from broker.identity import BadProof, number_digest, one_line, parse_proof
from broker.people import Identity, Visitor
from broker.reasons import AskFor
from broker.visit import Prisoner
from broker.vocabulary import IdType

#: Questions that a file answers, that corrected details of a visitor answer, and that only words answer.
PHOTO = frozenset({AskFor.BETTER_ID})
DETAILS = frozenset({AskFor.VISITOR_DETAILS})
PRISONER = frozenset({AskFor.PRISONER_DETAILS})
WORDS = frozenset({AskFor.OTHER, AskFor.RELATIONSHIP})

_LONGEST = {"name": 120, "father_name": 120, "address": 400, "number": 40}
LONGEST_NOTE = 1000
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of the fields: an answer (without its files), or error ids by field: age, proof, required, too_long."""

    answer: Answer
    problems: Mapping[str, str] = field(default_factory=dict)


def start(visitors: Collection[Visitor], prisoner: Prisoner | None) -> dict[str, str]:
    """The fields as they stand before anybody has typed: what is known."""
    typed = {"note": ""}
    for visitor in visitors:
        if visitor.identity is not None:
            who = visitor.identity
            typed |= {
                f"name_{visitor.id}": visitor.name,
                f"father_name_{visitor.id}": who.father_name,
                f"address_{visitor.id}": who.address,
                f"id_type_{visitor.id}": who.id_type.value,
                f"id_number_{visitor.id}": who.id_number,
            }
    if prisoner is not None:
        typed |= {
            "prisoner_name": prisoner.name,
            "prisoner_father_name": prisoner.father_name,
            "prisoner_age": "" if prisoner.age is None else str(prisoner.age),
            "prisoner_number": prisoner.number,
        }
    return typed


def read(
    wants: Collection[AskFor],
    visitors: Collection[Visitor],
    prisoner: Prisoner | None,
    typed: Mapping[str, str],
    digest_key: Callable[[IdType, str], str],
) -> Reading:
    """Read the fields for these questions. `digest_key` makes the digest of a proof's number (`digester`)."""
    problems: dict[str, str] = {}
    changed: dict[str, tuple[str, Identity]] = {}
    if DETAILS & set(wants):
        for visitor in visitors:
            if visitor.identity is not None:
                changed[visitor.id] = _visitor(visitor, visitor.identity, typed, problems, digest_key)
    corrected = _prisoner(prisoner, typed, problems) if prisoner is not None and PRISONER & set(wants) else None
    note = "\n".join(filter(None, (one_line(each) for each in typed.get("note", "").splitlines())))
    if len(note) > LONGEST_NOTE:
        problems["note"] = "too_long"
    if WORDS & set(wants) and not note:
        problems["note"] = "required"
    return Reading(Answer(visitors=changed, prisoner=corrected, note=note), problems)


def digester(secret_key: SecretStr | str) -> Callable[[IdType, str], str]:
    """The digest of a proof's number under the installation's key."""
    return lambda id_type, number: number_digest(secret_key, id_type, number)


def with_document(answer: Answer, visitor: Visitor, document_id: str) -> Answer:
    """The answer with a new photo or scan of this visitor's proof."""
    name, identity = answer.visitors.get(visitor.id, (visitor.name, visitor.identity))
    if identity is None:
        return answer
    return replace(answer, visitors={**answer.visitors, visitor.id: (name, replace(identity, document_id=document_id))})


def _visitor(
    visitor: Visitor,
    identity: Identity,
    typed: Mapping[str, str],
    problems: dict[str, str],
    digest_key: Callable[[IdType, str], str],
) -> tuple[str, Identity]:
    name = _line(f"name_{visitor.id}", typed, problems, _LONGEST["name"])
    father_name = _line(
        f"father_name_{visitor.id}", typed, problems, _LONGEST["father_name"], needed=bool(identity.father_name)
    )
    address = _line(f"address_{visitor.id}", typed, problems, _LONGEST["address"], needed=bool(identity.address))
    try:
        id_type = IdType(typed.get(f"id_type_{visitor.id}", ""))
        number = parse_proof(id_type, typed.get(f"id_number_{visitor.id}", ""), identity.nationality)
    except (BadProof, ValueError):
        problems[f"id_number_{visitor.id}"] = "proof"
        return name, identity
    return name, replace(
        identity,
        father_name=father_name,
        address=address,
        id_type=id_type,
        id_number=number,
        id_digest=digest_key(id_type, number),
    )


def _prisoner(known: Prisoner, typed: Mapping[str, str], problems: dict[str, str]) -> Prisoner:
    age = one_line(typed.get("prisoner_age", ""))
    years = int(age) if age.isdecimal() and len(age) <= 3 else None
    if age and (years is None or not 0 < years < _OLDEST):
        problems["prisoner_age"] = "age"
    return Prisoner(
        name=_line("prisoner_name", typed, problems, _LONGEST["name"]),
        father_name=_line("prisoner_father_name", typed, problems, _LONGEST["father_name"], needed=False),
        age=years,
        gender=known.gender,
        number=_line("prisoner_number", typed, problems, _LONGEST["number"], needed=False),
    )


def _line(name: str, typed: Mapping[str, str], problems: dict[str, str], longest: int, *, needed: bool = True) -> str:
    text = one_line(typed.get(name, ""))
    if needed and not text:
        problems[name] = "required"
    elif len(text) > longest:
        problems[name] = "too_long"
    return text
