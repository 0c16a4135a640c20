"""`./run bench relay [--rooms 25,100] [--seconds 5] [--runs 3] [--engine auto]`, and the same `--against janus`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from .. import hop, relay, versus
from ..janus.process import JanusMissing
from ..relay import EngineMissing
from ..report import remarks, summary, table
from .output import load, numbers, tell

HELP = "CPU, added latency and loss of the relay under load"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=numbers, help="numbers of two-party rooms (25,100; against Janus one: 50)")
    parser.add_argument("--seconds", type=float, help="how long each run is measured (5; against Janus 3)")
    parser.add_argument("--runs", type=int, help="runs of each number or kind, interleaved (3)")
    parser.add_argument(
        "--engine", type=relay.Choice, choices=list(relay.Choice), default=relay.Choice.AUTO, help=relay.ENGINE_HELP
    )
    parser.add_argument("--against", choices=["janus"], help="run another server in turn, and print the ratios")
    parser.add_argument("--quick", action="store_true", help="few rooms, one short run of each: does it work at all?")
    parser.add_argument("--janus-loops", type=int, default=0, help="Janus' event loops (0: a thread each, as Debian's)")


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
    sizes, seconds, count = ([5], 1.0, 1) if given.quick else ([25, 100], 5.0, 3)
    sizes, seconds, count = given.rooms or sizes, given.seconds or seconds, given.runs or count
    try:
        engine = asyncio.run(relay.engine_of(given.engine))
    except EngineMissing as missing:
        sys.exit(str(missing))
    runs = asyncio.run(relay.measure(sizes, seconds, count, engine))
    tell([table(runs, engine), *remarks(runs)], {**summary(runs, engine), "burst_us_per_packet": burst, "load": load()})


def _against_janus(given: argparse.Namespace) -> None:
    size, seconds, count, tolerance = (5, 1.0, 1, 0.5) if given.quick else (50, 3.0, 3, 0.05)
    size, seconds, count = (given.rooms or [size])[0], given.seconds or seconds, given.runs or count
    measuring = versus.measure(
        size, seconds, count, tolerance=tolerance, engine=given.engine, janus_loops=given.janus_loops
    )
    try:
        found = asyncio.run(measuring)
    except (JanusMissing, EngineMissing) as missing:
        sys.exit(str(missing))
    tell([versus.table(found)], {**versus.summary(found), "janus_loops": given.janus_loops, "load": load()})
