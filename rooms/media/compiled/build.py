"""Building the compiled engine where a C compiler and Python's headers are, and finding what was built.

What is built lies in the environment (`sys.prefix`), under a name made of everything it was made from, so that another
state of the sources, another Python or other flags never get the wrong one. Nothing is ever compiled while serving.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from ..errors import BuildFailed, EngineMissing

HERE = Path(__file__).parent
MODULE = "_hop"
FLAGS = ("-O2", "-std=gnu11", "-D_GNU_SOURCE", "-fPIC", "-fvisibility=hidden", "-shared")
COMMAND = "python -m rooms.media.compiled"
TIMEOUT = 120.0
"""Seconds. It takes two."""

CALLS_INTO_PYTHON = """
extern "Python" {
    void hop_on_stun(void *self, const uint8_t *datagram, uint32_t size, const hop_address *from);
    void hop_on_dtls(void *self, hop_path *path, const uint8_t *datagram, uint32_t size);
    void hop_on_rtcp(void *self, hop_path *path, const uint8_t *datagram, uint32_t size);
    hop_route *hop_on_stranger(void *self, hop_path *path, const uint8_t *packet, uint32_t size, double now);
    void hop_on_tap(void *self, hop_route *route, uint8_t *packet, uint32_t size);
    int hop_on_disorder(void *self, hop_route *route, uint16_t seq, double now);
    int hop_on_wrapped(void *self, hop_route *route, const uint8_t *packet, uint32_t size, double now);
    double hop_now(void *self);
}
"""
"""The functions of hop_slow, as cffi is told to make them; engine.py says what they do."""


def load() -> Any:
    """Return the module built from these sources. Raises EngineMissing where there is none, or it does not load."""
    path = built_at()
    if not path.exists():
        raise EngineMissing(f"it has not been built: {COMMAND} does that")
    spec = importlib.util.spec_from_file_location(MODULE, path)
    if spec is None or spec.loader is None:
        raise EngineMissing(f"{path.name} is no module")
    try:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError as error:
        raise EngineMissing(f"it does not load: {error}") from error
    return module


def build() -> Path:
    """Build it if it is not there, and return where it is.

    Raises EngineMissing where the means are missing, BuildFailed if they are there and it fails nevertheless.
    """
    path = built_at()
    if path.exists():
        return path
    compiler = _compiler()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            made = _compile(compiler, Path(scratch))
            made.replace(path)  # whole or not at all, also when two build at a time
    except OSError as error:
        raise EngineMissing(f"{path.parent} cannot be written: {error.strerror}") from error
    return path


def built_at() -> Path:
    """Return where the engine of these sources is, or would be."""
    return Path(sys.prefix, "lib", "mulakat", f"{MODULE}-{_key()}.so")


def _key() -> str:
    """Return a name for everything that makes a difference to what comes out."""
    made_of = hashlib.sha256(CALLS_INTO_PYTHON.encode())
    for source in sorted(HERE.glob("*.[ch]")):
        made_of.update(source.read_bytes())
    for each in (sysconfig.get_config_var("SOABI"), importlib.metadata.version("cffi"), *FLAGS, *_more_flags()):
        made_of.update(f"\0{each}".encode())
    return made_of.hexdigest()[:16]


def _more_flags() -> list[str]:
    """The environment's own flags, for a sanitizer or a distribution's hardening."""
    return shlex.split(os.environ.get("CFLAGS", ""))


def _compiler() -> list[str]:
    """Return the command of a C compiler. Raises EngineMissing if something that compiling needs is not there."""
    asked = [shlex.split(os.environ["CC"])] if os.environ.get("CC") else [["cc"], ["gcc"], ["clang"]]
    found = next((command for command in asked if shutil.which(command[0])), None)
    if found is None:
        raise EngineMissing(f"there is no C compiler ({', '.join(command[0] for command in asked)})")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        raise EngineMissing("there are no headers of Python (on Debian: apt-get install python3-dev)")
    return found


def _compile(compiler: list[str], scratch: Path) -> Path:
    from cffi import FFI  # noqa: PLC0415 - with its parser of C, which serving does without

    declarations = [line for line in (HERE / "hop.h").read_text().splitlines() if not line.startswith(("#p", "#i"))]
    ffi = FFI()
    ffi.cdef("\n".join(declarations) + CALLS_INTO_PYTHON)
    ffi.set_source(MODULE, '#include "hop.h"', compiler_verbose=0)
    binding, made = scratch / "binding.c", scratch / "hop.so"
    ffi.emit_c_code(str(binding))
    includes = {sysconfig.get_path("include"), sysconfig.get_path("platinclude"), str(HERE)}
    command = [
        *(*compiler, *FLAGS, *_more_flags()),
        *(f"-I{include}" for include in sorted(includes)),
        *(str(source) for source in (binding, *sorted(HERE.glob("*.c")))),
        *("-o", str(made)),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(f"{compiler[0]} took more than {TIMEOUT:.0f} s", "") from error
    if done.returncode:
        raise BuildFailed(f"{compiler[0]} ended with {done.returncode}", done.stderr)
    return made
