"""What the register's pages say: columns, categories, where somebody is, and what is wrong with a line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.register.lines import Why
from broker.vocabulary import Gender, InmateCategory, InmateStatus
from config.i18n import N_

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "number": N_("Number"),
        "name": N_("Name"),
        "father_name": N_("Father's name"),
        "age": N_("Age"),
        "gender": N_("Gender"),
        "category": N_("Category"),
        "nationality": N_("Nationality"),
        "status": N_("Where they are"),
        "no_objection": N_("No-objection of"),
    }
)
CATEGORIES: Mapping[InmateCategory, str] = MappingProxyType(
    {InmateCategory.CONVICT: N_("Convict"), InmateCategory.UNDERTRIAL: N_("Undertrial")}
)
GENDERS: Mapping[Gender, str] = MappingProxyType(
    {Gender.FEMALE: N_("Female"), Gender.MALE: N_("Male"), Gender.OTHER: N_("Other")}
)
STATUSES: Mapping[InmateStatus, str] = MappingProxyType(
    {
        InmateStatus.HELD: N_("In the jail"),
        InmateStatus.AWAY: N_("In hospital or at court"),
        InmateStatus.MOVED: N_("Moved to another jail"),
        InmateStatus.RELEASED: N_("Released"),
    }
)
FAULTS: Mapping[Why, str] = MappingProxyType(
    {
        Why.BAD_AGE: N_("An age is a number of years from 12 to 120."),
        Why.BAD_CATEGORY: N_("Write undertrial or convict."),
        Why.BAD_COUNTRY: N_("Write the country's two letters, such as IN or NG."),
        Why.BAD_GENDER: N_("Write female, male or other."),
        Why.BAD_STATUS: N_("Write held, away, moved or released."),
        Why.MISSING: N_("This is missing."),
        Why.NOT_TEXT: N_("This is not text that can be read."),
        Why.REPEATED: N_("This number is there already: two people can't have the same one."),
        Why.TOO_LONG: N_("This is too long."),
        Why.TOO_MANY_VALUES: N_("This line has more values than there are columns. Perhaps a comma stands in a name."),
        Why.UNKNOWN_COLUMN: N_("There is no such column."),
    }
)
#: Why a file as a whole can't be read, by `broker.register.errors.BadFile.why`.
FILES: Mapping[str, str] = MappingProxyType(
    {
        "empty": N_("There is nobody in this file."),
        "missing": N_("Choose a file."),
        "no_header": N_("The first line must name the columns. These are missing:"),
        "not_json": N_("This JSON can't be read: it must be a list of people."),
        "not_text": N_("This is not a CSV or JSON file in UTF-8. From Excel, save it as “CSV UTF-8”."),
        "too_large": N_("This file is larger than 8 MB."),
        "too_many": N_("These are more than 40,000 people: no jail has so many."),
    }
)
