"""Error ids of the registration's fields, as sentences. `%(most)s` is the limit that was broken, where there is one."""

from __future__ import annotations

from collections.abc import Mapping

from broker.identity.errors import PhoneFault, ProofFault
from config.i18n import N_

_PLAIN: Mapping[str, str] = {
    "age": N_("Please write the age in years, such as 34."),
    "bad_email": N_("That is not a mail address. It has a name, then @, then a place, such as asha@example.com."),
    "born": N_(
        "Please write the age in years, such as 34, or the date of birth as day/month/year, such as 12/05/1991."
    ),
    "choose": N_("Please choose one of these."),
    "not_admitted": N_(
        "Visits of this kind can't be asked for at this jail. Please choose what fits you, or call its helpline."
    ),
    "not_offered": N_("This jail does not offer that. Please choose the other way to meet."),
    "no_such_jail": N_("Please choose a jail from the list."),
    "required": N_("Please fill this in."),
    "same_email": N_("Everybody needs their own mail address: the codes for the visit go there."),
    "too_long": N_("This is too long. Please shorten it."),
    "too_many_people": N_("More visitors than this jail lets come together. Please take somebody off the list."),
}

_PHONE: Mapping[str, str] = {
    PhoneFault.NOT_A_NUMBER: N_(
        "That is not a telephone number. Write digits only; from abroad begin with + and the country's code."
    ),
    PhoneFault.NOT_IN_USE: N_(
        "There is no such number. Please compare it with your phone; from abroad begin with + and the country's code."
    ),
    PhoneFault.NOT_MOBILE: N_("This is a fixed line. Please give a mobile number."),
    PhoneFault.TOO_LONG: N_("This number has too many digits."),
    PhoneFault.TOO_SHORT: N_("This number has too few digits."),
}

_PROOF: Mapping[str, str] = {
    ProofFault.CHARACTERS: N_("Please write only the letters and digits that stand on the proof."),
    ProofFault.CHECK_DIGIT: N_("A digit of this number is wrong. Please compare it with the card, digit by digit."),
    ProofFault.COUNTRY: N_(
        "A passport of another country goes with a nationality that is not Indian. Please change one of the two."
    ),
    ProofFault.EMPTY: N_("Please fill this in."),
    ProofFault.FORM: N_(
        "A number of this proof looks different. Please compare it with the card. Did you choose the right proof?"
    ),
    ProofFault.LENGTH: N_("This number is too long or too short. Please compare it with the card."),
}

_FILE: Mapping[str, str] = {
    "active_document": N_("This PDF contains more than pages. Please take a photo of the proof instead."),
    "bad_document": N_("This PDF can't be opened. Please take a photo of the proof instead."),
    "bad_picture": N_("This picture can't be opened. Please take a new photo."),
    "bomb_document": N_("This PDF is too complicated. Please take a photo of the proof instead."),
    "empty_file": N_("Please choose a photo first. The file was empty, or none was chosen."),
    "heic_picture": N_("This picture is in a form (HEIC) that others can't open. Please take the photo anew."),
    "locked_document": N_("This PDF is locked by a password. Please take a photo of the proof instead."),
    "slow_file": N_("This file took too long to open. Please take a new photo."),
    "too_large_file": N_("This file is too large: at most %(most)s megabytes. Please take a smaller photo."),
    "too_many_pages": N_("This PDF has more than %(most)s pages. Please send only the pages of the proof."),
    "too_many_pixels": N_("This picture is too large: at most %(most)s million points. Please take a smaller photo."),
    "too_small_picture": N_("This picture is too small to read. It needs at least %(most)s points on its longer side."),
    "unknown_file": N_("Only photos (JPEG, PNG) and PDF files are taken. Please choose another file."),
}  # fmt: skip

#: Every error id a page can show.
FAULTS: Mapping[str, str] = {
    **_PLAIN,
    **{f"phone_{fault}": words for fault, words in _PHONE.items()},
    **{f"proof_{fault}": words for fault, words in _PROOF.items()},
    **_FILE,
}
