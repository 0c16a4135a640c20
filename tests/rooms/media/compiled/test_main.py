"""The command that builds the engine, as `./run` and whoever deploys call it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rooms.media.backends import Backend
from rooms.media.compiled import build
from rooms.media.compiled.__main__ import main
from rooms.media.errors import BuildFailed


def test_the_command_is_there(compiled_backend: Backend) -> None:
    """Where it was built already it says nothing."""
    assert compiled_backend.name == "compiled"
    done = subprocess.run(
        [sys.executable, *build.COMMAND.split()[1:]], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_compiler_it_is_one_line_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine without a compiler is no mistake."""
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setenv("CC", "no-such-compiler")
    assert main() == 1
    said = capsys.readouterr().err
    assert said == "No compiled media engine, and none is needed: there is no C compiler (no-such-compiler).\n"


def test_what_does_not_compile_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the compiler's own words, for it is a mistake."""

    def fail() -> Path:
        raise BuildFailed("cc ended with 1", "hop.c:1: error\n")

    monkeypatch.setattr(build, "build", fail)
    assert main() == 1
    assert (
        capsys.readouterr().err == "hop.c:1: error\nThe compiled media engine could not be built (cc ended with 1).\n"
    )
