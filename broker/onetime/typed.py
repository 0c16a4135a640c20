"""A one-time code as people type it. No I/O."""

from __future__ import annotations

import re

from broker.identity.plain import ascii_digits

DIGITS = 6

_MAX_TYPED = 20_000
_GAPS = re.compile(r"[\s.\-\u00ad\u2010-\u2015\u00b7]+")
# Letters and short messages put the code behind the same Latin word in every language.
_LABELLED = re.compile(rf"\bOTP\s*:\s*([0-9]{{{DIGITS}}})(?![0-9])")


def read(typed: str) -> str | None:
    """Six ASCII digits, or None: any script's digits, gaps within the code, or the whole letter pasted."""
    plain = ascii_digits(typed[:_MAX_TYPED])
    labelled = _LABELLED.search(plain)
    if labelled:
        return labelled[1]
    bare = _GAPS.sub("", plain)
    return bare if re.fullmatch(rf"[0-9]{{{DIGITS}}}", bare) else None
