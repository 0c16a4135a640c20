"""Languages are chosen, catalogues compiled and brought up to date; English is always there."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import i18n

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Your visit"
msgstr "आपकी मुलाक़ात"

msgid "{n} visitor"
msgid_plural "{n} visitors"
msgstr[0] "{n} मुलाक़ाती"
msgstr[1] "{n} मुलाक़ातियों"
"""


@pytest.fixture
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogues with a Hindi one."""
    path = i18n.catalogue_path("hi", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(PO)
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    i18n.translations.cache_clear()
    yield tmp_path
    i18n.translations.cache_clear()


def test_compiled_catalogue_translates_with_plurals(locale: Path) -> None:
    """Sentences and plural forms come from the compiled catalogue."""
    assert i18n.compile_catalogues(locale) == ["hi"]
    hindi = i18n.translations("hi")
    assert hindi.gettext("Your visit") == "आपकी मुलाक़ात"
    assert hindi.ngettext("{n} visitor", "{n} visitors", 1) == "{n} मुलाक़ाती"
    assert hindi.ngettext("{n} visitor", "{n} visitors", 2) == "{n} मुलाक़ातियों"


@pytest.mark.parametrize("language", ["hi", "bn", "en", "xx", "../../etc"])
def test_missing_catalogue_gives_english(locale: Path, language: str) -> None:
    """A catalogue not compiled, an unknown language or a path for a language: the sentence itself."""
    assert i18n.catalogue_path("hi", locale).exists()
    assert i18n.translations(language).gettext("Your visit") == "Your visit"


def test_catalogue_is_compiled_only_when_it_is_newer(locale: Path) -> None:
    """A second start does no work; an edited catalogue is compiled again."""
    assert i18n.compile_catalogues(locale) == ["hi"]
    assert i18n.compile_catalogues(locale) == []
    source = i18n.catalogue_path("hi", locale)
    later = source.with_suffix(".mo").stat().st_mtime_ns + 1_000_000_000
    os.utime(source, ns=(later, later))
    assert i18n.compile_catalogues(locale) == ["hi"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("hi", "hi"),
        ("hi-IN,en;q=0.8", "hi"),
        ("en;q=0.5, BN-bd;q=0.9", "bn"),
        ("ta, bn;q=0.2", "bn"),
        ("ta, te", "en"),
        ("hi;q=0, bn;q=0.1", "bn"),
        ("hi;q=nonsense, bn;q=0.1", "bn"),
        ("*", "en"),
        ("en, hi", "en"),
        (";;;q=,,", "en"),
    ],
)
def test_language_is_the_offered_one_with_the_greatest_weight(header: str | None, language: str) -> None:
    """Quality values and regional variants are understood; what cannot be read or served gives English."""
    assert i18n.negotiate(header) == language


def test_marked_message_stays_as_it_is() -> None:
    """Marking is for the extraction only."""
    assert i18n.N_("Your visit") == "Your visit"


def test_update_keeps_translations_and_counts_what_is_missing(locale: Path, tmp_path: Path) -> None:
    """New sentences come in untranslated, known ones keep their words, gone ones leave; twice is as once."""
    sources = tmp_path / "sources"
    (sources / "web" / "templates").mkdir(parents=True)
    (sources / "babel.cfg").write_text((i18n.ROOT / "babel.cfg").read_text())
    (sources / "web" / "page.py").write_text('print(_("Your visit"))\n')
    (sources / "web" / "templates" / "page.html").write_text("<p>{% trans %}It is\n  over.{% endtrans %}</p>")
    assert i18n.update_catalogues(sources, locale) == {"hi": 1, "bn": 2}
    hindi = i18n.catalogue_path("hi", locale)
    written = hindi.read_bytes()
    assert "आपकी मुलाक़ात".encode() in written
    assert b"It is over." in written
    assert b"visitor" not in written
    assert i18n.update_catalogues(sources, locale) == {"hi": 1, "bn": 2}
    assert hindi.read_bytes() == written


def test_command_line_tells_its_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Anything but its two commands is answered with the usage and status 2."""
    assert i18n.main(["translate"]) == 2
    assert "compile|update" in capsys.readouterr().err


def test_every_language_has_plural_rules_and_its_own_name() -> None:
    """The offered languages are written in their own scripts, English first."""
    assert list(i18n.LANGUAGES) == ["en", "hi", "bn"]
    assert isinstance(i18n.translations("en"), gettext.NullTranslations)
    assert not i18n.LANGUAGES["hi"].isascii()
