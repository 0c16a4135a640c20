"""One target under atheris: `python -m tests.fuzz.process NAME [LIBFUZZER ARGUMENTS]`. Ends as libFuzzer does."""

from __future__ import annotations

import logging
import sys

import atheris
import structlog

INSTRUMENTED = ["aioice.stun", "aiortc.sdp", "rooms", "signaling"]
"""Where new ways are looked for: our readers, and the two of others that they hand bytes to."""


def main(name: str, arguments: list[str]) -> None:
    """Fuzz until the arguments say it is enough, or something was found."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - imported under instruments
    atheris.Setup([name, *arguments], TARGETS[name].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
