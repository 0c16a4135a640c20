"""A form's proof of work, checked once and then worth nothing. Fails closed: without Redis no proof is taken."""

from __future__ import annotations

from aiohttp import web

from config import keys
from web import language
from web.family.forms import field
from web.keys import CLOCK, REDIS, SETTINGS
from web.proof import work
from web.proof.errors import ProofBad, ProofError, ProofMissing
from web.proof.work import Purpose

#: The form's field (`proof.html` writes it).
FIELD = "proof"


async def check(request: web.Request, purpose: Purpose | str) -> None:
    """Take the proof that came with a form. Call it last, when all else is in order: it can be used once.

    Raises RedisError, and ProofMissing or ProofBad, for the handler to show its form again with `words`.
    """
    text = await field(request, FIELD)
    if not text:
        raise ProofMissing
    app = request.app
    now = app[CLOCK].now()
    proof = work.read(app[SETTINGS].secret_key, Purpose(purpose), text, now)
    if proof is None:
        raise ProofBad
    lives = int((proof.expires_at - now).total_seconds()) + 1
    if not await app[REDIS].set(keys.proof_used(proof.name), "", nx=True, ex=lives):
        raise ProofBad


def words(request: web.Request, error: ProofError) -> str:
    """What a page says about it: the matter, and what to do."""
    _ = language.catalogue(request).gettext
    if isinstance(error, ProofMissing):
        return _(
            "This page checks by itself that no machine is asking, and that was not done yet. "
            "Please wait a moment and press the button again."
        )
    return _("This page was open for too long, or was sent twice. Please press the button again.")
