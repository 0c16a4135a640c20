"""The operations document knows every setting, process, command and metric, and no other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.commands import COMMANDS
from config.settings import ENV_PREFIX, Settings
from rooms.media.counters import NodeTotals
from rooms.wall.decoder import DecoderTotals
from signaling.node.loop import LoopWatch
from signaling.node.metrics import NodeMetrics

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
RUN = (ROOT / "run").read_text()


def _table() -> dict[str, str]:
    """Setting to default, as the table of settings has them."""
    rows = re.findall(rf"^\| `({ENV_PREFIX}\w+)` \| (.+?) \| .+ \|$", OPERATIONS, re.MULTILINE)
    return dict(rows)


def test_every_setting_is_documented_and_nothing_else_in_their_order() -> None:
    """The table's rows are the settings, so that none is forgotten and none outlives its code."""
    in_code = [f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields]
    assert sorted(_table()) == sorted(in_code)
    assert list(_table()) == in_code


def test_documented_defaults_are_the_settings_own(clean_environment: object) -> None:
    """Where the table shows a value, it is the value one gets."""
    assert clean_environment
    settings = Settings()
    shown = {name: text.strip("`") for name, text in _table().items() if re.fullmatch(r"`[^`]+`", text)}
    assert len(shown) > 10
    for name, text in shown.items():
        value = getattr(settings, name.removeprefix(ENV_PREFIX).lower())
        assert (value.name if isinstance(value, Path) else str(value)) == text, name


def test_every_required_setting_of_production_says_so(clean_environment: object) -> None:
    """Whoever deploys reads in the table what a start would refuse."""
    assert clean_environment
    source = (ROOT / "config" / "settings.py").read_text()
    required = set(re.findall(r'"(MULAKAT_\w+) must', source))
    rows = {name: row for row in OPERATIONS.splitlines() for name in re.findall(r"^\| `(MULAKAT_\w+)`", row)}
    assert len(required) >= 8
    assert {name for name in required if "production" not in rows[name]} == set()


def test_processes_are_those_of_the_procfile() -> None:
    """The document's table and the Procfile name the same commands."""
    procfile = dict(re.findall(r"^(\w+): exec (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))
    documented = dict(re.findall(r"^\| (\w+) \| `(python -m [^`]+)` \|", OPERATIONS, re.MULTILINE))
    assert documented == procfile


def _metrics() -> set[str]:
    """The metrics of a node, each with its label's value as Prometheus shows it; a histogram without its buckets'."""
    wall = SimpleNamespace(on_wall=0, decoder=SimpleNamespace(totals=DecoderTotals()))
    host: Any = SimpleNamespace(rooms=0, participants=0, holds_lease=True, wall=wall)
    media: Any = SimpleNamespace(totals=NodeTotals())
    found = set()
    for metric in NodeMetrics(host, media, LoopWatch()).registry.collect():
        for sample in () if metric.type == "histogram" else metric.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found.add(f"{sample.name}{{{labels}}}" if labels else sample.name)
        if metric.type == "histogram":
            found.add(metric.name)
    return found


def test_every_metric_is_explained_and_nothing_else() -> None:
    """Whoever is woken by a number reads what it means, whichever of its labels it is."""
    rows = re.findall(r"^\| `(mulakat_[^`]+)` \| .+ \|.*\|$", OPERATIONS, re.MULTILINE)
    assert len(rows) > 15
    assert sorted(rows) == sorted(_metrics())


def test_help_names_every_command_of_run() -> None:
    """`./run --help` and what the script understands are the same."""
    said = subprocess.run([ROOT / "run", "--help"], capture_output=True, text=True, check=True, timeout=10).stdout
    understood = set(re.findall(r"^(\w+)\)$", RUN, re.MULTILINE)) - {"serve"}
    assert set(re.findall(r"^\./run (\w+)", said, re.MULTILINE)) == understood
    assert len(understood) >= 6


def test_every_bench_is_named_where_one_looks_for_it() -> None:
    """In `./run --help`, all of them and no other, and in the README."""
    said = subprocess.run([ROOT / "run", "--help"], capture_output=True, text=True, check=True, timeout=10).stdout
    named = re.search(r"NAME is one of\s+([a-z, ]+)$", said, re.MULTILINE)
    assert named is not None
    assert named[1].split(", ") == sorted(COMMANDS)
    shown = re.search(r"## Work on it\n\n((?: {4}.*\n)+)", (ROOT / "README.md").read_text())
    assert shown is not None
    assert set(COMMANDS) <= set(re.findall(r"\w+", shown[1]))


def test_unknown_command_of_run_is_refused() -> None:
    """A misspelt command does nothing, and says what there is."""
    said = subprocess.run([ROOT / "run", "tset"], capture_output=True, text=True, check=False, timeout=10)
    assert said.returncode == 2
    assert "Unknown command: tset" in said.stderr
    assert "./run test" in said.stderr


def test_locks_hold_names_versions_and_hashes_alone() -> None:
    """No address of an index or a file gets into a lock, and no dependency without a hash."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / lock).read_text().splitlines()
        pins = [line for line in lines if not line.startswith(" ")]
        assert all(re.match(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[\w.+!-]+( ; .+)? \\$", line) for line in pins)
        hashes = [line for line in lines if line.startswith(" ")]
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)
        assert len(pins) > 40


def test_what_is_served_is_what_was_tested() -> None:
    """Each pin of the smaller lock stands in the larger one as well."""
    pins = {
        lock: {line.split(" ")[0] for line in (ROOT / lock).read_text().splitlines() if "==" in line.split(" ")[0]}
        for lock in ("requirements.lock", "requirements-dev.lock")
    }
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]
