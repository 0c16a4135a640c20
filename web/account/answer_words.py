"""What is wrong with a field of an answer, and what was asked for, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiohttp import web

from broker.documents.errors import BY_ID
from broker.reasons import NAMES, AskFor
from config.i18n import N_
from web import language

_SENTENCES: Mapping[str, str] = {
    "active_document": N_("This PDF contains programs or other files. Please take a photo of the proof instead."),
    "age": N_("Please write the age in years, or leave it empty."),
    "bad_document": N_("This PDF can't be opened. Please take a photo of the proof instead."),
    "bad_picture": N_("This picture can't be opened. Please take it again."),
    "bomb_document": N_("This PDF is too complicated. Please take a photo of the proof instead."),
    "empty_file": N_("Please choose a photo or a scan of the proof."),
    "heic_picture": N_("This picture is in the HEIC form, which we can't open. Please take it again as JPEG."),
    "locked_document": N_("This PDF is locked by a password. Please take a photo of the proof instead."),
    "proof": N_("This number does not fit this kind of proof. Please compare it with the card."),
    "required": N_("Please fill this in."),
    "slow_file": N_("This file took too long to open. Please take a smaller photo."),
    "too_large_file": N_("This file is too large: at most %(most)s MB. Please take a smaller photo."),
    "too_long": N_("This is too long. Please write less."),
    "too_many_pages": N_("This PDF has too many pages: at most %(most)s."),
    "too_many_pixels": N_("This picture is too large: at most %(most)s million pixels. Please take a smaller photo."),
    "too_small_picture": N_("This picture is too small to be read. Please take it again, closer."),
    "unknown_file": N_("This is neither a photo (JPEG or PNG) nor a PDF."),
}


def sentences(request: web.Request, problems: Mapping[str, str]) -> dict[str, str]:
    """The sentence for each field's error id."""
    _ = language.catalogue(request).gettext
    return {name: _(_SENTENCES[error]) % {"most": _most(error)} for name, error in problems.items()}


def wants(request: web.Request, asked: Iterable[AskFor]) -> list[str]:
    """What was asked for, in short words."""
    _ = language.catalogue(request).gettext
    return [_(NAMES[each]) for each in asked]


def _most(error: str) -> int:
    return BY_ID[error].most if error in BY_ID else 0
