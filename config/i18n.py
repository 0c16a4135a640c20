"""Languages: gettext catalogues, and the choice of one from what a browser asks for.

python -m config.i18n compile    compile every catalogue that is newer than its compiled form
python -m config.i18n update     extract the messages of the sources and bring the catalogues up to date
"""

from __future__ import annotations

import gettext
import io
import os
import signal
import sys
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

DOMAIN = "messages"
ROOT = Path(__file__).parent.parent
LOCALE_DIR = Path(__file__).parent / "locale"
#: Language codes and their own names, in the order they are offered. The first is the language of the message ids.
LANGUAGES = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
DEFAULT = next(iter(LANGUAGES))
TRANSLATED = tuple(language for language in LANGUAGES if language != DEFAULT)


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know for "mark now, translate later"
    """Mark a message for extraction where it cannot be translated yet, and return it unchanged."""
    return message


@lru_cache
def translations(language: str) -> gettext.NullTranslations:
    """Return a language's catalogue; English message ids where the language or its compiled catalogue is missing."""
    if language not in TRANSLATED:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_DIR, [language], fallback=True)


def negotiate(accept_language: str | None) -> str:
    """Choose a language by an Accept-Language header (RFC 9110, section 12.5.4); English where none fits."""
    best, best_weight = DEFAULT, 0.0
    for item in (accept_language or "").split(","):
        tag, *parameters = (part.strip() for part in item.split(";"))
        language = tag.partition("-")[0].lower()
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def catalogue_path(language: str, locale_dir: Path = LOCALE_DIR) -> Path:
    """Return where a language's sentences are written by people."""
    return locale_dir / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compile_catalogues(locale_dir: Path = LOCALE_DIR) -> list[str]:
    """Compile the catalogues that are newer than their compiled form; return their languages."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - whoever only reads catalogues starts without Babel

    done = []
    for language in TRANSLATED:
        source = catalogue_path(language, locale_dir)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
            continue
        compiled = io.BytesIO()
        write_mo(compiled, _read(source, language))
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        draft.write_bytes(compiled.getvalue())
        draft.replace(target)  # a process that starts meanwhile finds the old one or the new one, never half of one
        done.append(language)
    return done


def extract(root: Path = ROOT) -> Catalog:
    """Return all messages of the sources, by babel.cfg, in an order that moving code around does not change."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - as above
    from babel.messages.extract import extract_from_dir  # noqa: PLC0415
    from babel.messages.frontend import parse_mapping_cfg  # noqa: PLC0415

    found = Catalog(project="Mulakat", charset="utf-8", fuzzy=False)
    with (root / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    for name, _line, message, comments, context in extract_from_dir(
        root, methods, options, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(message, None, [(Path(name).as_posix(), 0)], auto_comments=comments, context=context)
    return found


def update_catalogues(root: Path = ROOT, locale_dir: Path = LOCALE_DIR) -> dict[str, int]:
    """Bring every catalogue up to date with the sources; return the number of untranslated messages by language."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - as above
    from babel.messages.pofile import write_po  # noqa: PLC0415

    template = extract(root)
    missing = {}
    for language in TRANSLATED:
        path = catalogue_path(language, locale_dir)
        catalogue = _read(path, language) if path.exists() else Catalog(locale=language, project="Mulakat", fuzzy=False)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        # A fixed date keeps a run that changes nothing from changing the file.
        catalogue.creation_date = catalogue.revision_date = datetime(2024, 1, 1, tzinfo=UTC)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
        missing[language] = sum(bool(message.id) and not _is_complete(message.string) for message in catalogue)
    return missing


def _read(path: Path, language: str) -> Catalog:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    with path.open("rb") as file:
        return read_po(file, locale=language)


def _is_complete(translated: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(translated) if translated else False


def main(arguments: list[str]) -> int:
    """Run the command named by the arguments; return the exit status."""
    if arguments == ["compile"]:
        compile_catalogues()
        return 0
    if arguments == ["update"]:
        for language, number in update_catalogues().items():
            sys.stdout.write(f"{language}: {number} to translate\n")
        return 0
    sys.stderr.write("usage: python -m config.i18n compile|update\n")
    return 2


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing runs that would have to be ended in good order
    sys.exit(main(sys.argv[1:]))
