"""Every sentence a person can see stands in all three languages, with the same placeholders."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from config.i18n import LANGUAGES, catalogue_path, extract

SCRIPTS = {"bn": re.compile("[\u0980-\u09ff]"), "hi": re.compile("[\u0900-\u097f]")}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z]+")
LETTERS = re.compile(r"[A-Za-z]{2,}")


def forms(message: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """A message's forms: one, or one for each plural."""
    return [message] if isinstance(message, str) else list(message or [""])


def catalogue(language: str) -> Catalog:
    """A language's catalogue as it is written."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def sources() -> Catalog:
    """What the sources say now."""
    return extract()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_sources_is_translated(sources: Catalog, language: str) -> None:
    """No sentence is missing, left in English, or marked as a guess."""
    translated = catalogue(language)
    missing = []
    for message in sources:
        if not message.id:
            continue
        found = translated.get(message.id, message.context)
        if found is None or found.fuzzy or not all(forms(found.string)):
            missing.append(message.id)
        elif LETTERS.search(PLACEHOLDER.sub("", forms(message.id)[0])):
            assert SCRIPTS[language].search(forms(found.string)[0]), f"not in its script: {message.id!r}"
    assert not missing, f"{len(missing)} sentences to translate: {missing[:10]}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_placeholders_and_markup(language: str) -> None:
    """What is filled in at run time is filled in everywhere, in each plural form, and every tag is there."""
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = forms(message.id)[-1]
        for form in forms(message.string):
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(wanted)), message.id
            assert sorted(TAG.findall(form)) == sorted(TAG.findall(wanted)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_hold_nothing_the_sources_no_longer_say(sources: Catalog, language: str) -> None:
    """A sentence that was taken out of the sources is taken out of the catalogues (`./run messages`)."""
    stale = [
        message.id for message in catalogue(language) if message.id and sources.get(message.id, message.context) is None
    ]
    assert not stale
