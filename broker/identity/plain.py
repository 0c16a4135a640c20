"""What people type, in one spelling. No I/O."""

from __future__ import annotations

import re
import unicodedata

# What stands between the groups of a number: white space, every dash, full stops, slashes, the soft hyphen; and the
# filler of a machine readable line (ICAO Doc 9303).
_GAPS = re.compile(r"[\s.,/\\_'<\u00ad\u2010-\u2015\u2212-]+")


def ascii_digits(text: str) -> str:
    """Full-width forms folded (NFKC), any script's decimal digits as ASCII ones, invisible characters dropped."""
    folded = unicodedata.normalize("NFKC", text)
    kept = (c for c in folded if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)


def bare(text: str) -> str:
    """Capitals and digits without what stands between them. Other characters are left, for the caller to refuse."""
    return _GAPS.sub("", ascii_digits(text)).upper()


def one_line(text: str) -> str:
    """A name or a line of an address: composed (NFC), invisible controls dropped, each run of white space one space."""
    composed = unicodedata.normalize("NFC", text)
    # Joiners (Cf: ZWJ, ZWNJ) are letters' business in Indian scripts; the other formats and controls are nobody's.
    kept = (c for c in composed if c.isspace() or c in "\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf"})
    return " ".join("".join(kept).split())
