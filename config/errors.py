"""The root of every error this project raises on purpose.

MulakatError
├── config.errors.BadFact            a fact in the stream that cannot be read
├── config.errors.BadSettings        settings that cannot be used, all reasons at once
├── config.errors.LiveStateMissing   no Redis to keep live state in
└── broker.errors, rooms.errors, signaling.errors, web.errors
"""

from __future__ import annotations

import os
from collections.abc import Sequence


class MulakatError(Exception):
    """An error with a stable `id`, which pages, HTTP answers and close codes are chosen by; never by its text."""

    id: str = "error"


class BadFact(MulakatError):
    """A stream entry that is not a fact of a known shape."""

    id = "bad_fact"


class BadSettings(MulakatError):
    """Settings that cannot be used; `sentences` says each reason on its own."""

    id = "bad_settings"

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


class LiveStateMissing(MulakatError):
    """The private Redis could not be started, or did not answer in time."""

    id = "live_state_missing"


def reason_of(error: OSError) -> str:
    """Return the system's own words for an error, and the file's name if it is of one.

    What libraries add are addresses with their ports, which the log takes for codes: they are to stand beside it.
    """
    said = os.strerror(error.errno) if error.errno is not None and error.errno > 0 else str(error.strerror or error)
    return f"{said}: {error.filename}" if error.filename else said
