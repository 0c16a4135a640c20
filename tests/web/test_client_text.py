"""The scripts' sentences: the table and the scripts name the same keys, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.i18n import LANGUAGES, translations
from web.client_text import SENTENCES, client_text

SCRIPTS = Path(__file__).resolve().parents[2] / "web" / "static" / "js"
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
WRITTEN = re.compile(r'"([^"\n]+)"')
COMPLETED = re.compile(r"`([^`\n]+)`")
HOLE = re.compile(r"\$\{[^}]*\}")
PLACE = re.compile(r"\{(\w+)\}")
NOT_KEYS = {"mulakat.terminal.done", "mulakat.visit"}


def _scripts() -> str:
    parts = [path for folder in ("lib", "media", "monitor", "view") for path in sorted((SCRIPTS / folder).glob("*.js"))]
    entries = [SCRIPTS / f"{name}.js" for name in ("call", "follow", "terminal")]
    return "\n".join(path.read_text() for path in [*parts, *entries])


def _used() -> tuple[set[str], set[str]]:
    """Keys written out, and patterns of keys that are completed when the page runs."""
    text = _scripts()
    written = {key for key in WRITTEN.findall(text) if KEY.fullmatch(key) and not key.endswith(".js")}
    completed = {key for key in COMPLETED.findall(text) if "${" in key and KEY.fullmatch(HOLE.sub("x", key))}
    patterns = {"[a-z0-9_]+".join(map(re.escape, HOLE.split(key))) for key in completed}
    return written - NOT_KEYS, patterns


def test_every_key_the_scripts_use_has_a_sentence() -> None:
    """A key without a sentence would stop the page when it wants to speak."""
    written, patterns = _used()
    assert written, "no keys found: the search does not fit the scripts any more"
    assert {key for key in written if key not in SENTENCES} == set()
    assert {p for p in patterns if not any(re.fullmatch(p, key) for key in SENTENCES)} == set()


def test_every_sentence_is_used_by_a_script() -> None:
    """A sentence nobody says would be translated for nothing."""
    written, patterns = _used()
    unused = {key for key in SENTENCES if key not in written and not any(re.fullmatch(p, key) for p in patterns)}
    assert unused == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_places(language: str) -> None:
    """A name or a time that goes into the English sentence goes into every other as well."""
    spoken = client_text(translations(language).gettext)
    assert spoken.keys() == SENTENCES.keys()
    differing = {key for key in spoken if set(PLACE.findall(spoken[key])) != set(PLACE.findall(SENTENCES[key]))}
    assert differing == set()


def test_sentences_are_translated_one_by_one() -> None:
    """Each goes through the catalogue whole."""
    assert client_text(str.upper)["notice.60"] == SENTENCES["notice.60"].upper()
