"""`python -m rooms.media.compiled`: build the compiled engine, if it is not there yet.

Exit status 1 where it can't be built, with one sentence why; the relay then runs in Python alone.
"""

from __future__ import annotations

import sys

from ..errors import BuildFailed, EngineMissing
from . import build


def main() -> int:
    """Build; return the exit status."""
    before = build.built_at().exists()
    try:
        build.build()
    except BuildFailed as error:
        sys.stderr.write(f"{error.said}The compiled media engine could not be built ({error.reason}).\n")
        return 1
    except EngineMissing as error:
        sys.stderr.write(f"No compiled media engine, and none is needed: {error.reason}.\n")
        return 1
    if not before:
        sys.stderr.write("Built the compiled media engine\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
