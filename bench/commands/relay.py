"""`./run bench relay [--rooms 25,100] [--seconds 5] [--runs 3] [--engine auto]`, and the same `--against janus`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from .. import hop, relay, versus
from ..janus.process import JanusMissing
from ..relay import EngineMissing
from ..report import doubts, summary, table
from .asking import add_engine, add_quick, asked, count, number, seconds, several
from .output import load, tell

HELP = "CPU, added latency and loss of the relay under load"

USUAL = {"rooms": [25, 100], "seconds": 5.0, "runs": 3}
BESIDE = {"rooms": [50], "seconds": 3.0, "runs": 3}
QUICK = {"rooms": [5], "seconds": 1.0, "runs": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "--rooms", type=several(count), help="numbers of two-party rooms (25,100; against Janus one: 50)"
    )
    parser.add_argument("--seconds", type=seconds, help="how long each run is measured (5; against Janus 3)")
    parser.add_argument("--runs", type=count, help="runs of each number or kind, interleaved (3)")
    add_engine(parser)
    parser.add_argument("--against", choices=["janus"], help="run another server in turn, and print the ratios")
    add_quick(parser, "few rooms, one short run of each, no search for how many are carried")
    parser.add_argument(
        "--janus-loops", type=number, default=0, help="Janus' event loops (0: a thread each, as Debian's)"
    )


def run(given: argparse.Namespace) -> None:
    """See Command."""
    if given.against:
        _against_janus(given)
    else:
        _alone(given)


def _alone(given: argparse.Namespace) -> None:
    burst = asyncio.run(hop.microseconds())
    sys.stdout.write(f"{hop.sentence(burst)}\n")
    sys.stdout.flush()
    wish = asked(given, USUAL, QUICK)
    try:
        engine = asyncio.run(relay.engine_of(given.engine))
    except EngineMissing as missing:
        sys.exit(str(missing))
    runs = asyncio.run(relay.measure(wish["rooms"], wish["seconds"], wish["runs"], engine))
    figures = {**summary(runs, engine), "burst_us_per_packet": burst, "load": load()}
    tell([table(runs, engine)], figures, doubts(runs, wish["seconds"]))


def _against_janus(given: argparse.Namespace) -> None:
    wish = asked(given, BESIDE, QUICK)
    if len(wish["rooms"]) > 1:
        sys.exit("Against Janus it is one number of rooms; how many are carried is searched for.")
    measuring = versus.measure(
        versus.Wish(wish["rooms"][0], wish["seconds"], wish["runs"], searched=not given.quick),
        engine=given.engine,
        janus_loops=given.janus_loops,
    )
    try:
        found = asyncio.run(measuring)
    except (JanusMissing, EngineMissing) as missing:
        sys.exit(str(missing))
    figures = {**versus.summary(found), "janus_loops": given.janus_loops, "load": load()}
    tell([versus.table(found)], figures, versus.doubts(found))
