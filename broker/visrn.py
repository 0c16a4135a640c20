"""Visit Reference Number: what a family types to be known, `state/jail/serial/year`.

The system's documents show `25/35/55/2021`. The serial counts the visits of one jail in one year (the year of the
jail's own calendar at registration) and is issued by `broker.storage.visits`, in the transaction that stores the visit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from broker.errors import BadVisRN

_MAX_TYPED = 120
_SEPARATORS = r"[\s/\\|.,:_\-\u00ad\u2010-\u2015\u2044\u2212\u2215]+"
# People paste the label that stands before the number in the mail, in any script; a label has no digit in it.
_TYPED = re.compile(
    rf"[^0-9]*0*([0-9]{{1,2}}){_SEPARATORS}0*([0-9]{{1,4}}){_SEPARATORS}0*([0-9]{{1,7}}){_SEPARATORS}([0-9]{{4}})[^0-9]*"
)


@dataclass(frozen=True, order=True, slots=True)
class VisRN:
    """State's code (1 to 99), jail's code within the state (1 to 9999), serial (1 to 9,999,999), year (2000 to 2999).

    Raises BadVisRN for numbers outside these.
    """

    state: int
    jail: int
    serial: int
    year: int

    def __post_init__(self) -> None:
        if not (
            1 <= self.state <= 99
            and 1 <= self.jail <= 9999
            and 1 <= self.serial <= 9_999_999
            and 2000 <= self.year <= 2999
        ):
            raise BadVisRN("a part of the number is out of range")

    @classmethod
    def parse(cls, text: str) -> VisRN:
        """The number a person meant: any script's digits, spaces, hyphens or a full-width slash as separators, a label
        before it and punctuation after it. Raises BadVisRN.
        """
        if len(text) > _MAX_TYPED:
            raise BadVisRN("too long")
        match = _TYPED.fullmatch(_plain(text))
        if match is None:
            raise BadVisRN("not four numbers")
        state, jail, serial, year = (int(part) for part in match.groups())
        return cls(state, jail, serial, year)

    def __str__(self) -> str:
        return f"{self.state}/{self.jail}/{self.serial}/{self.year}"


def _plain(text: str) -> str:
    """ASCII digits for every script's decimal digits; full-width forms folded (NFKC); invisible characters dropped."""
    folded = unicodedata.normalize("NFKC", text)
    kept = (c for c in folded if unicodedata.category(c) != "Cf" or c == "\u00ad")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)
