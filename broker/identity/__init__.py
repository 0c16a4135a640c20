"""Identity proofs, telephone numbers, addresses, countries: parsed at the door into one spelling. No I/O."""

from broker.identity.email import parse_email
from broker.identity.errors import BadEmail, BadPhone, BadProof, IdentityError, PhoneFault, ProofFault
from broker.identity.phones import parse_mobile
from broker.identity.phones import show as show_mobile
from broker.identity.plain import one_line
from broker.identity.proofs import masked, number_digest
from broker.identity.proofs import parse as parse_proof

__all__ = [
    "BadEmail",
    "BadPhone",
    "BadProof",
    "IdentityError",
    "PhoneFault",
    "ProofFault",
    "masked",
    "number_digest",
    "one_line",
    "parse_email",
    "parse_mobile",
    "parse_proof",
    "show_mobile",
]
