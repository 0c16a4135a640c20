"""Building where it can be built, and saying in a sentence why not where it can't."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from rooms.media.backends import Backend
from rooms.media.compiled import build
from rooms.media.errors import BuildFailed, EngineMissing


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment in which nothing has been built."""
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    return tmp_path


def test_it_is_built_once_and_then_found(
    compiled_backend: Backend, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the environment; the second time nothing is compiled, and nothing else is left there."""
    assert compiled_backend.name == "compiled"
    path = build.build()
    assert path == build.built_at()
    assert list(path.parent.iterdir()) == [path]
    monkeypatch.setenv("CC", "no-such-compiler")
    assert build.build() == path
    assert build.load().lib.HOP_BUDGET == 256


def test_another_state_of_the_sources_is_another_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody ever runs what was built of something else: not after an edit, and not with other flags."""
    names = [build.built_at()]
    monkeypatch.setenv("CFLAGS", "-g")
    names.append(build.built_at())
    for source in build.HERE.glob("*.[ch]"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.built_at() == names[-1]
    with (tmp_path / "hop.c").open("a") as edited:
        edited.write("\n")
    names.append(build.built_at())
    assert len(set(names)) == 3


def test_what_was_not_built_does_not_load_and_is_not_built_by_asking(elsewhere: Path) -> None:
    """A node compiles nothing while it starts."""
    with pytest.raises(EngineMissing, match=build.COMMAND):
        build.load()
    assert list(elsewhere.iterdir()) == []


def test_a_damaged_file_is_no_engine(elsewhere: Path) -> None:
    """It does not load, and the relay does without."""
    build.built_at().parent.mkdir(parents=True)
    build.built_at().write_bytes(b"\x7fELF and then nothing")
    with pytest.raises(EngineMissing, match="does not load"):
        build.load()


def test_without_a_compiler_it_says_so(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name that was asked for."""
    monkeypatch.setenv("CC", "no-such-compiler -O3")
    with pytest.raises(EngineMissing, match=r"no C compiler \(no-such-compiler\)"):
        build.build()


def test_without_pythons_headers_it_says_so(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Debian's name for them."""
    monkeypatch.setenv("CC", "true")
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(elsewhere))
    with pytest.raises(EngineMissing, match="python3-dev"):
        build.build()


def test_what_does_not_compile_says_what_the_compiler_said(
    compiled_backend: Backend, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves nothing behind."""
    assert compiled_backend.name == "compiled"
    monkeypatch.setenv("CFLAGS", "-include no-such-header.h")
    with pytest.raises(BuildFailed, match="ended with 1") as failure:
        build.build()
    assert "no-such-header.h" in failure.value.said
    assert list(build.built_at().parent.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a file is where the folder would be. The means to compile are not what is tested, so they are granted."""
    monkeypatch.setattr(build, "_compiler", lambda: ["cc"])
    (elsewhere / "lib").write_text("")
    with pytest.raises(EngineMissing, match="cannot be written"):
        build.build()
