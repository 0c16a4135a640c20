"""Messages from templates: `templates/<name>/{subject.txt,body.txt,body.html}`, in one language each; and
`sms.txt` where there is a short one for a telephone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from config.i18n import translations

TEMPLATE_DIR = Path(__file__).parent / "templates"

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Message:
    """A subject of one line, and the same body as plain text and as HTML."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)


def compose(name: str, language: str, context: Mapping[str, Any]) -> Message:
    """Render the templates of `name` in `language` (config.i18n; English for others).

    Raises jinja2.UndefinedError when the context lacks something a template needs.
    """

    def rendered(part: str) -> str:
        return _environment(language).get_template(f"{name}/{part}").render(context)

    text = _BLANK_LINES.sub("\n\n", rendered("body.txt")).strip() + "\n"
    return Message(" ".join(rendered("subject.txt").split()), text, rendered("body.html"))


def compose_sms(name: str, language: str, context: Mapping[str, Any]) -> Message:
    """The short form of `name`: a text alone. Raises jinja2.TemplateNotFound and UndefinedError."""
    rendered = _environment(language).get_template(f"{name}/sms.txt").render(context)
    return Message("", rendered.strip(), "")


def has_sms(name: str) -> bool:
    """Whether there is a short form of `name`."""
    return (TEMPLATE_DIR / name / "sms.txt").exists()


@lru_cache
def _environment(language: str) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATE_DIR),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.globals["language"] = language
    catalogue = translations(language)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext, npgettext=catalogue.npgettext
    )
    return env
