"""`./run fuzz [NAME] [--seconds N]`: look for inputs that do harm. Prints a table; fails if there is one."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.fuzz.run import ROOT, fuzz
from tests.fuzz.targets import TARGETS

FOLDER = ROOT / "var" / "fuzz"


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="./run fuzz", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(TARGETS), help="one target; all of them if left out")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--input", type=Path, help="give the target this one input, in this process")
    asked = parser.parse_args()
    if asked.input:
        if asked.name is None:
            parser.error("--input wants the name of its target")
        TARGETS[asked.name].run(asked.input.read_bytes())
        return 0
    names = [asked.name] if asked.name else list(TARGETS)
    print(f"{'target':<12}{'inputs':>10}{'ways':>8}{'kept':>7}  found")
    harmful = 0
    for name in names:
        outcome = fuzz(TARGETS[name], asked.seconds, FOLDER / name)
        verdict = outcome.crash or "nothing"
        print(f"{name:<12}{outcome.runs:>10}{outcome.ways:>8}{outcome.kept:>7}  {verdict}", flush=True)
        if outcome.crash:
            harmful += 1
            print(outcome.said)
            print(f"Again, without the fuzzer: ./run fuzz {name} --input {outcome.crash}")
    return 1 if harmful else 0


if __name__ == "__main__":
    raise SystemExit(main())
