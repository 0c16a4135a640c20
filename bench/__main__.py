"""`python -m bench NAME`: a measurement, and a guard over it. What can be asked for is read in `bench.commands`."""

from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing runs yet that would have to be ended in good order

from . import guard

if __name__ == "__main__":
    sys.exit(guard.run("bench.commands", sys.argv[1:]))
