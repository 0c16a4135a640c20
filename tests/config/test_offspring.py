"""All that a process started, wherever it went, and its end."""

from __future__ import annotations

import json
import subprocess
import sys

SECONDS = 60.0

#: A child leaves one behind in a session of its own and ends; another pays no heed; a third is to be spared.
SCRIPT = """
import json, subprocess, sys
from config.offspring import adopt_orphans, descendants, end_orphans

def child(text, **how):
    started = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, **how)
    return started, started.stdout.readline().strip()

adopt_orphans()
wait = "print(os.getpid(), flush=True); time.sleep(600)"
leave = f"[sys.executable, '-c', 'import os, time; {wait}'], start_new_session=True"
parent, orphan = child(f"import subprocess, sys; subprocess.Popen({leave})")
parent.wait()
_, deaf = child(f"import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {wait}")
spared, _ = child(f"import os, time; {wait}")
before = descendants()
end_orphans(0.5, {spared.pid})
left = descendants()
print(json.dumps([[int(orphan), int(deaf), spared.pid], sorted(before), sorted(left), spared.poll()]))
spared.kill()
"""


def test_orphans_and_those_who_pay_no_heed_are_ended_and_the_spared_are_not() -> None:
    """The first by asking, the second by force when the patience is over."""
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=SECONDS, check=True)
    (orphan, deaf, spared), before, left, status = json.loads(ended.stdout)
    assert {orphan, deaf, spared} == set(before)
    assert left == [spared]
    assert status is None
