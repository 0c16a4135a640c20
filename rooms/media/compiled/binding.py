"""The built module: `ffi` makes and converts C objects, `lib` holds the functions of hop.h.

Importing this raises EngineMissing where the engine was not built.
"""

from __future__ import annotations

from typing import Any

from . import build

_module = build.load()
ffi: Any = _module.ffi
lib: Any = _module.lib
