"""web.staff.wording.sides: no staff page calls a lawyer a family."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broker.visit import VisitKind
from config.i18n import LANGUAGES, translations
from web.render import TEMPLATE_DIR
from web.staff.wording.sides import SENTENCES, say

#: Where a page has a visit of either kind before it, a sentence of its own must not choose one.
PAGES = [*(TEMPLATE_DIR / "operator").glob("*.html")]
NAMED = re.compile(r'_\("[^"]*\b[Ff]amily\b[^"]*"')
#: These say what a visit or a relationship is, and not who comes.
KINDS = {'_("Family visit"', '_("family"'}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_is_another_for_a_lawyer_in_each_language(language: str, sentence: str) -> None:
    """None falls back to the other's words."""
    family, lawyer = (say(kind, sentence, translations(language).gettext) for kind in VisitKind)
    assert family != lawyer


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_of_the_operators_names_the_family_by_itself(page: Path) -> None:
    """Their sentences come from the table."""
    assert set(NAMED.findall(page.read_text())) <= KINDS
