"""/dev/mails: every letter with invented people, in each language, as its reader gets it."""

from __future__ import annotations

from aiohttp import web

from broker.mail.letters import Letter, Pages, words
from broker.outbox import Attachment
from config.i18n import LANGUAGES
from web import csp, language
from web.dev.samples import SAMPLES, Sample
from web.keys import CLOCK, SETTINGS
from web.render import render

# A mail brings its looks with it, as mail programs know no style sheets; nothing of it may run, or load from elsewhere.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; frame-ancestors 'self'"
)


async def listing(request: web.Request) -> web.StreamResponse:
    """GET: all of them."""
    code = language.of(request)
    named = [{"key": key, "name": words.letter(key.partition("-")[0], code), "what": key} for key in SAMPLES]
    return render(request, "dev/mails.html", letters=named)


async def preview(request: web.Request) -> web.StreamResponse:
    """GET: one letter in one language: subject, HTML, text, text message, attachments."""
    letter = _letter(request)
    policy = f"{csp.policy(list(request.app[SETTINGS].node_origins))}; frame-src 'self'"
    return render(
        request,
        "dev/mail.html",
        headers={"Content-Security-Policy": policy},
        letter=letter,
        key=request.match_info["key"],
        spoken=request.match_info["language"],
        keys=list(SAMPLES),
    )


async def html(request: web.Request) -> web.StreamResponse:
    """GET: the HTML part alone, its pictures where a browser finds them."""
    letter = _letter(request)
    text = letter.message.html
    for number, attachment in enumerate(letter.attachments):
        if attachment.content_id is not None:
            text = text.replace(f"cid:{attachment.content_id}", f"{request.path.removesuffix('html')}files/{number}")
    return web.Response(
        text=text,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": _MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"},
    )


async def file(request: web.Request) -> web.StreamResponse:
    """GET: an attachment, by its place."""
    attachments = _letter(request).attachments
    number = int(request.match_info["number"])
    if number >= len(attachments):
        raise web.HTTPNotFound
    return as_answer(attachments[number])


def as_answer(attachment: Attachment) -> web.Response:
    """An attachment as a browser may have it: pictures are shown, everything else is kept."""
    shown = attachment.content_id is not None
    kept = {} if shown else {"Content-Disposition": f'attachment; filename="{attachment.filename}"'}
    return web.Response(body=attachment.body, headers={"Content-Type": attachment.content_type, **kept})


def _letter(request: web.Request) -> Letter:
    key, spoken = request.match_info["key"], request.match_info["language"]
    if key not in SAMPLES or spoken not in LANGUAGES:
        raise web.HTTPNotFound
    settings = request.app[SETTINGS]
    sample = Sample(Pages(settings.public_url, settings.secret_key), spoken, request.app[CLOCK].now())
    return SAMPLES[key](sample)
