"""Templates to responses: one jinja environment a language, strict about undefined names, always escaping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.i18n import LANGUAGES, translations
from web import csrf, language, timewords
from web.keys import ASSETS, SETTINGS, TEMPLATES
from web.staff import navigation
from web.staff.wording import alerts, reasons, sides

TEMPLATE_DIR = Path(__file__).parent / "templates"


def environments() -> dict[str, Environment]:
    """One environment for each language, so that a template is translated once and no request can mix two."""
    return {code: _environment(code) for code in LANGUAGES}


@cache
def _environment(code: str) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATE_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.policies["ext.i18n.trimmed"] = True
    catalogue = translations(code)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext, npgettext=catalogue.npgettext
    )
    env.filters.update(timewords.filters(code))
    for name, table in (("alert", alerts.ALERTS), ("severity", alerts.SEVERITIES)):
        env.filters[name] = partial(_said, table, catalogue.gettext)
    env.filters["visitors"] = lambda kind, sentence: sides.say(kind, sentence, catalogue.gettext)
    env.filters["why"] = lambda reason, event: reasons.say(event, reason, catalogue.gettext)
    return env


def _said(table: Mapping[Any, str], gettext: Callable[[str], str], word: str) -> str:
    """A stored word's sentence; one that the table does not know stands as it is."""
    return gettext(table[word]) if word in table else word


def render_text(request: web.Request, template: str, context: Mapping[str, Any]) -> str:
    """The page as text, in the request's language."""
    code = language.of(request)
    app = request.app
    return (
        app[TEMPLATES][code]
        .get_template(template)
        .render(
            {
                "asset": app[ASSETS].url,
                "csrf_token": csrf.LazyToken(request),
                "dev_pages": app[SETTINGS].dev_pages,
                "helpline": None,
                "language": code,
                "languages": LANGUAGES,
                "language_urls": _language_urls(request),
                "navigation": navigation,
                "path": request.path,
                **context,
            }
        )
    )


def _language_urls(request: web.Request) -> dict[str, str]:
    """This page in each language, as addresses that can be asked for safely."""
    here = request.rel_url if request.method in csrf.SAFE_METHODS else request.rel_url.with_query(None)
    return {code: str(here.update_query(lang=code)) for code in LANGUAGES}


def render(
    request: web.Request,
    template: str,
    /,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> web.Response:
    """A whole page. Every page is `no-store`: all of them may carry a person's visit or a form token."""
    return web.Response(
        text=render_text(request, template, context),
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
