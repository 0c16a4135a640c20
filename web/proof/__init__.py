"""Proof of work instead of a puzzle.

`{% import "proof.html" as proof with context %}` and `{{ proof.field("register") }}` in a form; `await check(request,
"register")` in its handler.
"""

from web.proof.errors import ProofBad, ProofError, ProofMissing
from web.proof.gate import check, words
from web.proof.work import Purpose

__all__ = ["ProofBad", "ProofError", "ProofMissing", "Purpose", "check", "words"]
