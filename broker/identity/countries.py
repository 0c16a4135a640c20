"""Countries and their clocks, in the reader's language: CLDR's names and zones, through Babel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from babel import Locale
from babel.core import get_global

#: Where most visitors live, and the country of numbers that are written without one.
HOME = "IN"

# CLDR's two letters that nobody is a citizen of: groups of countries, test locales, and islands that ISO 3166-1 counts
# to another country.
_NOT_COUNTRIES = frozenset(
    {"AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "EU", "EZ", "HM", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
# A country with a passport and a clock, and without a code of ISO 3166-1's own.
_OTHER_ZONES = {"XK": ("Europe/Belgrade",)}


@lru_cache
def names(language: str) -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 code to the country's name, in the order of the names; India first."""
    territories: Mapping[str, str] = Locale.parse(language).territories
    known = {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    listed = sorted(known.keys() - _NOT_COUNTRIES - {HOME}, key=lambda code: known[code].casefold())
    return MappingProxyType({code: known[code] for code in (HOME, *listed)})


def is_country(code: str) -> bool:
    """Whether this is a country's ISO 3166-1 alpha-2 code, in capitals."""
    return code in names("en")


def name(code: str, language: str) -> str:
    """The country's name; the code itself where it is none."""
    return names(language).get(code, code)


def timezones(country: str) -> tuple[str, ...]:
    """The IANA zones of a country's clocks, the empty tuple for an unknown country."""
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    if not is_country(country):
        return ()
    return tuple(zones.get(country, _OTHER_ZONES.get(country, ())))
