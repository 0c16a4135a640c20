"""The house stays liveable: sizes, mirrored tests, nothing left half done, and tools that look at all of it."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("broker", "config", "rooms", "signaling", "web")
MAX_LINES = 400
MAX_FUNCTION_LINES = 40
#: A dozen is the aim.
MAX_FILES_IN_FOLDER = 15
#: A module with fewer statements than this has nothing of its own to test.
TRIVIAL_STATEMENTS = 8
#: Modules of these names only declare: errors are raised, and routes walked, in the tests of what uses them.
DECLARATIONS = {"errors.py", "routes.py"}

#: Modules without a test file of their own, and which tests hold them instead.
TESTED_ELSEWHERE: dict[str, str] = {
    **{
        f"broker/storage/models/{name}.py": "declares tables, which test_migrate.py holds against the migrations"
        for name in (
            *("audit", "messages", "monitoring", "people", "places"),
            *("records", "reports", "rules", "sessions", "staff", "visits"),
        )
    },
    "web/keys.py": "declares typed names; every test of the wired application uses them",
}
#: Functions that are longer on purpose.
IN_ONE_PIECE = {
    "rooms/media/relay.py:drain": "the packet path: every call it does not make is time saved for each packet",
}


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _own_statements(path: Path) -> int:
    """Statements that do something: imports, docstrings and bare annotations do nothing."""
    tree = ast.parse(path.read_text())
    idle = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not isinstance(node, idle)]
    return sum(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in statements)


def _mirror(path: Path) -> Path:
    relative = path.relative_to(ROOT)
    name = relative.parent.name if path.name == "__init__.py" else relative.stem.strip("_")
    return ROOT / "tests" / relative.parent / f"test_{name}.py"


def _needs_a_test(path: Path) -> bool:
    if "migrations" in path.parts or path.name in DECLARATIONS:
        return False
    return _own_statements(path) >= TRIVIAL_STATEMENTS


def test_every_module_has_a_test_file_of_its_own() -> None:
    """broker/visrn.py is tested by tests/broker/test_visrn.py; the exceptions are listed with their reason."""
    alone = [_name(path) for path in _sources() if _needs_a_test(path) and not _mirror(path).exists()]
    assert [name for name in alone if name not in TESTED_ELSEWHERE] == []


def test_no_exception_is_out_of_date() -> None:
    """An excused module exists and still lacks a test file of its own."""
    stale = [name for name in TESTED_ELSEWHERE if not (ROOT / name).exists() or _mirror(ROOT / name).exists()]
    assert stale == []


def _written_by_hand() -> Iterator[Path]:
    for folder in (*PACKAGES, "bench", "tests"):
        for suffix in ("c", "h", "html", "js", "py"):
            yield from (ROOT / folder).rglob(f"*.{suffix}")


def test_no_file_is_longer_than_one_can_read() -> None:
    """400 lines, for whatever language it is in."""
    long = {_name(path): len(path.read_text().splitlines()) for path in _written_by_hand()}
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES} == {}


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            described = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield f"{_name(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - described


def test_no_function_is_longer_than_a_screen() -> None:
    """40 lines without the docstring."""
    lengths = dict(each for path in _sources() if "migrations" not in path.parts for each in _functions(path))
    assert {name for name, lines in lengths.items() if lines > MAX_FUNCTION_LINES} == set(IN_ONE_PIECE)


def test_no_folder_holds_many_more_than_a_dozen_modules() -> None:
    """A folder that grows far beyond a dozen is two folders."""
    folders = {path.parent for path in _sources() if "versions" not in path.parts}
    crowded = {
        _name(folder): len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) for folder in folders
    }
    assert {name: files for name, files in crowded.items() if files > MAX_FILES_IN_FOLDER} == {}


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "HACK"])
def test_nothing_is_left_for_later(word: str) -> None:
    """What is not done is not marked in the source: it is done, or it is not there."""
    marked = [_name(path) for path in _written_by_hand() if path != Path(__file__) and word in path.read_text()]
    assert marked == []


def _kept() -> Iterator[Path]:
    """Every file that is part of the project: not the environment, what runs left behind, or git's own."""
    for path in ROOT.iterdir():
        if path.is_file():
            yield path
        elif path.name in {*PACKAGES, ".ci", "bench", "docs", "tests"}:
            yield from (each for each in path.rglob("*") if each.is_file())


def test_no_file_holds_two_versions_of_itself() -> None:
    """A merge that was committed half done: its marks stand at the beginning of a line."""
    marks = tuple(mark * 7 + b" " for mark in (b"<", b">", b"|"))
    files = [path for path in _kept() if path.suffix != ".pyc"]
    assert {"README.md", "run", "CHANGELOG.md"} <= {path.name for path in files}
    torn = [_name(path) for path in files if any(line.startswith(marks) for line in path.read_bytes().splitlines())]
    assert torn == []


def test_every_test_says_which_behaviour_it_holds() -> None:
    """One line in each test's docstring."""
    silent = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
                continue
            if not ast.get_docstring(node):
                silent.append(f"{_name(path)}:{node.name}")
    assert silent == []


def test_import_contracts_cover_every_package_and_their_modules_exist() -> None:
    """A package or a domain module that moved away cannot slip out of the contracts."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    assert parser["importlinter"]["root_packages"].split() == list(PACKAGES)
    for module in parser["importlinter:contract:domain"]["source_modules"].split():
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or path.is_dir(), module
