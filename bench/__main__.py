"""The command line of the measurements: `python -m bench relay [--rooms 25,100] [--seconds 5] [--runs 3]`,
`python -m bench relay --against janus [--rooms 50] [--seconds 3] [--runs 3] [--engine auto]`,
`python -m bench wall [--rooms 20] [--seconds 32] [--runs 3]`,
`python -m bench portal [--registrations 200] [--at-once 16] [--databases sqlite,postgresql]`,
`python -m bench network [--only NAMES] [--browser chromium,firefox] [--seconds 20]`,
`python -m bench audit [--writers 16] [--seconds 10] [--entries 300000] [--databases sqlite,postgresql]`, and
`python -m bench reports [--share 1] [--opens 7] [--databases sqlite,postgresql]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from fractions import Fraction

from . import audit, hop, portal, relay, reports, versus, wall
from .janus.process import JanusMissing
from .network import command as network
from .relay import EngineMissing
from .relay_node import quieten
from .report import remarks, summary, table


def rooms(text: str) -> list[int]:
    """Read the numbers of rooms to measure, separated by commas."""
    return [int(each) for each in text.split(",")]


def main() -> None:
    """Run a measurement, print its table, and as the last line its figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _offer_relay(commands.add_parser("relay", help="CPU, added latency and loss of the relay under load"))
    command = commands.add_parser("portal", help="registrations a second and page times of the web application")
    command.add_argument("--registrations", type=int, default=200, help="how many in all, a database (default 200)")
    command.add_argument("--at-once", type=int, default=16, help="families at one time (default 16)")
    command.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    command = commands.add_parser("wall", help="CPU of a room on a monitor's wall beside one that is followed live")
    command.add_argument("--rooms", type=int, default=20, help="two-party rooms (default 20)")
    command.add_argument("--seconds", type=float, default=32.0, help="how long each run is measured (default 32)")
    command.add_argument("--runs", type=int, default=3, help="runs of each kind, interleaved (default 3)")
    command = commands.add_parser("reports", help="how long the reports open at the size of a published table")
    command.add_argument("--share", type=Fraction, default=Fraction(1), help="of its 316,647 sessions (default 1)")
    command.add_argument("--opens", type=int, default=7, help="how often each page is opened (default 7)")
    command.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    command.add_argument("--url", default="", help="of one database instead, kept for the next time")
    command = commands.add_parser("audit", help="commits a second with and without entries, and proving a long chain")
    command.add_argument("--writers", type=int, default=16, help="commits under way at one time (default 16)")
    command.add_argument("--seconds", type=float, default=10.0, help="how long commits are counted (default 10)")
    command.add_argument("--entries", type=int, default=300_000, help="length of the chain to prove (default 300000)")
    command.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    command = commands.add_parser("network", help="calls of real browsers over networks that lose, delay, end or block")
    network.add_arguments(command)
    given = parser.parse_args()
    quieten()
    if given.command == "network":
        network.run(given, ["-m", "bench", *sys.argv[1:]])
        return
    if given.command == "audit":
        found = audit.measure(given.writers, given.seconds, given.entries, given.databases)
        sys.stdout.write("\n".join([audit.table(found), json.dumps(found)]) + "\n")
        return
    if given.command == "portal":
        found = portal.measure(given.registrations, given.at_once, given.databases)
        sys.stdout.write("\n".join([portal.table(found), json.dumps(found)]) + "\n")
        return
    if given.command == "wall":
        walls = asyncio.run(wall.measure(given.rooms, given.seconds, given.runs))
        load = {"load": round(os.getloadavg()[0], 1)}
        sys.stdout.write("\n".join([wall.table(walls), json.dumps({**wall.summary(walls), **load})]) + "\n")
        return
    if given.command == "reports":
        opened = reports.measure(given.share, given.opens, given.databases, given.url)
        sys.stdout.write("\n".join([reports.table(opened), json.dumps(opened)]) + "\n")
        return
    if given.against:
        _relay_against_janus(given)
    else:
        _relay_alone(given)


def _offer_relay(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rooms", type=rooms, help="numbers of two-party rooms (25,100; against Janus one: 50)")
    command.add_argument("--seconds", type=float, help="how long each run is measured (5; against Janus 3)")
    command.add_argument("--runs", type=int, help="runs of each number or kind, interleaved (3)")
    command.add_argument("--engine", type=relay.Choice, choices=list(relay.Choice), default=relay.Choice.AUTO)
    command.add_argument("--against", choices=["janus"], help="run another server in turn, and print the ratios")
    command.add_argument("--quick", action="store_true", help="few rooms, one short run of each: does it work at all?")
    command.add_argument(
        "--janus-loops", type=int, default=0, help="Janus' event loops (0: a thread each, as Debian's)"
    )


def _relay_alone(given: argparse.Namespace) -> None:
    burst = asyncio.run(hop.microseconds())
    sys.stdout.write(f"{hop.sentence(burst)}\n")
    sys.stdout.flush()
    sizes, seconds, count = ([5], 1.0, 1) if given.quick else ([25, 100], 5.0, 3)
    sizes, seconds, count = given.rooms or sizes, given.seconds or seconds, given.runs or count
    try:
        runs = asyncio.run(relay.measure(sizes, seconds, count, given.engine))
    except EngineMissing as missing:
        sys.exit(str(missing))
    figures = {**summary(runs), "burst_us_per_packet": burst, "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write("\n".join([table(runs), *remarks(runs), json.dumps(figures)]) + "\n")


def _relay_against_janus(given: argparse.Namespace) -> None:
    size, seconds, count, tolerance = (5, 1.0, 1, 0.5) if given.quick else (50, 3.0, 3, 0.05)
    size, seconds, count = (given.rooms or [size])[0], given.seconds or seconds, given.runs or count
    measuring = versus.measure(
        size, seconds, count, tolerance=tolerance, engine=given.engine, janus_loops=given.janus_loops
    )
    try:
        found = asyncio.run(measuring)
    except (JanusMissing, EngineMissing) as missing:
        sys.exit(str(missing))
    figures = {**versus.summary(found), "janus_loops": given.janus_loops, "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write("\n".join([versus.table(found), json.dumps(figures)]) + "\n")


if __name__ == "__main__":
    main()
