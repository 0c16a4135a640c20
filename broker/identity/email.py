"""Addresses for mail, in the one spelling an account is known by. No I/O."""

from __future__ import annotations

import re
import unicodedata

from broker.identity.errors import BadEmail

#: RFC 5321, section 4.5.3.1: a path is at most 256 characters with its brackets; the local part 64.
LONGEST = 254
_LONGEST_LOCAL = 64
# RFC 5322's dot-atom, and nothing of its quoted strings: whoever has one of those knows to have another address too.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")


def parse_email(text: str) -> str:
    """The address in lower case, a domain in other scripts as IDNA. What surrounds a pasted one ("mailto:", angle
    brackets, spaces) is dropped. Raises BadEmail.
    """
    folded = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    typed = "".join(c for c in folded if unicodedata.category(c) != "Cf").strip().strip("<>,;").strip()
    typed = typed.removeprefix("mailto:").lower()
    local, at, domain = typed.rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise BadEmail("no local part that mail can be sent to")
    address = f"{local}@{_ascii(domain.rstrip('.'))}"
    if len(address) > LONGEST:
        raise BadEmail("too long")
    return address


def _ascii(domain: str) -> str:
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadEmail("no domain") from None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or not _TOP.fullmatch(labels[-1]):
        raise BadEmail("no domain")
    return ascii_domain
