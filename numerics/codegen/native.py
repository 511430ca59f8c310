"""Generated C as a fast path: compiled once by the system's compiler, kept in a cache folder."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from numerics.codegen.function import Function
from numerics.codegen.layout_c import c_module
from numerics.codegen.load import blocked, compiled
from numerics.codegen.targets import C
from numerics.errors import CodegenError

Array = NDArray[np.float64]

# errno and floating-point traps would forbid vector code. Fused multiply-adds round once instead
# of twice; no flag reorders or drops an operation.
FLAGS = (
    "-std=c99",
    "-O3",
    "-march=native",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=fast",
    "-shared",
    "-fPIC",
)
_SECONDS = 120


def compiler() -> str | None:
    """Path of the C compiler: $CC, else cc, gcc or clang; None if there is none."""
    wanted = os.environ.get("CC")
    candidates = (wanted,) if wanted else ("cc", "gcc", "clang")
    return next(filter(None, map(shutil.which, candidates)), None)


def cache_folder() -> Path:
    """Where compiled files are kept: binodal/native below $XDG_CACHE_HOME or ~/.cache."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if given else Path.home() / ".cache") / "binodal" / "native"


@cache
def _identity(path: str) -> str:
    """What the compiler is and which processor it compiles for: its predefined macros."""
    command = [path, *FLAGS[:3], "-dM", "-E", "-x", "c", os.devnull]
    return f"{platform.machine()}\n{_run(command)}"


def _run(command: Sequence[str]) -> str:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CodegenError(f"the C compiler {command[0]} did not run: {error}") from None
    if ran.returncode:
        lines = ran.stderr.strip().splitlines() or [f"status {ran.returncode}"]
        told = next((line for line in lines if "error" in line), lines[0])
        raise CodegenError(f"the C compiler {command[0]} failed: {told}")
    return ran.stdout


def build(text: str, folder: Path | None = None) -> Path:
    """Compile C source to a shared library in ``folder`` (default: the cache) unless it is there.

    The name is a hash of source, compiler, processor and flags; a finished file appears under it
    at once. Raises :class:`CodegenError` without a compiler, when it fails, and when the folder
    cannot be written.
    """
    path = compiler()
    if path is None:
        raise CodegenError("no C compiler: install one or set CC; the numpy target needs none")
    parts = (text, path, _identity(path), *FLAGS)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    place = folder or cache_folder()
    library = place / f"{digest}.so"
    if library.exists():
        return library
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=place) as unfinished:
            code, built = Path(unfinished) / "code.c", Path(unfinished) / "code.so"
            code.write_text(text, "utf-8")
            _run([path, *FLAGS, str(code), "-o", str(built), "-lm"])
            built.replace(library)
    except OSError as error:
        raise CodegenError(f"no place for compiled code in {place}: {error.strerror}") from None
    return library


class Native:
    """A compiled function of arrays that broadcast, like the generated numpy function.

    Which arguments are arrays decides which loop is compiled: the others stay numbers in it.
    """

    def __init__(self, function: Function, folder: Path | None = None) -> None:
        self.function = function
        self.folder = folder
        self._loops: dict[frozenset[str], Callable[..., None]] = {}

    def loop(self, by_value: frozenset[str]) -> Callable[..., None]:
        """The C function over arrays, with the named arguments as numbers."""
        if by_value not in self._loops:
            text = c_module(self.function, C, by_value)
            library = ctypes.CDLL(str(build(text, self.folder)))
            loop = getattr(library, f"{self.function.name}_n")
            kinds = [
                ctypes.c_double if p in by_value else ctypes.c_void_p
                for p in self.function.parameters
            ]
            outputs = [ctypes.c_void_p] * len(self.function.expressions)
            loop.argtypes, loop.restype = [ctypes.c_size_t, *kinds, *outputs], None
            self._loops[by_value] = loop
        return self._loops[by_value]

    def __call__(self, *arguments: Array | float) -> tuple[Array, ...]:
        """Results of the broadcast shape, in the order of the expressions."""
        names = self.function.parameters
        if len(arguments) != len(names):
            raise TypeError(f"{self.function.name} takes {', '.join(names)}")
        shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
        by_value = frozenset(p for p, a in zip(names, arguments, strict=True) if np.ndim(a) == 0)
        given: list[Any] = [
            float(a)
            if p in by_value
            else np.ascontiguousarray(np.broadcast_to(np.asarray(a, dtype=float), shape))
            for p, a in zip(names, arguments, strict=True)
        ]
        results = tuple(np.empty(shape) for _ in self.function.expressions)
        pointers = [g if isinstance(g, float) else g.ctypes.data for g in given]
        self.loop(by_value)(results[0].size, *pointers, *(r.ctypes.data for r in results))
        return results


def native(
    name: str,
    expressions: Mapping[str, sp.Expr],
    arguments: Sequence[sp.Symbol],
    folder: Path | None = None,
) -> Native:
    """The expressions as compiled C. Raises :class:`CodegenError` where that is not possible."""
    function = Native(Function(name, expressions, arguments), folder)
    function.loop(frozenset(function.function.parameters))
    return function


def fastest(
    name: str,
    expressions: Mapping[str, sp.Expr],
    arguments: Sequence[sp.Symbol],
    folder: Path | None = None,
) -> Callable[..., tuple[Array, ...]]:
    """Compiled C where a compiler works, else generated numpy in blocks: same arguments, results.

    >>> z = sp.Symbol("z", positive=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cube = fastest("cube", {"cube": z**3}, (z,), Path(folder))
    ...     cube(np.array([2.0, 3.0]))[0].tolist()
    [8.0, 27.0]
    """
    try:
        return native(name, expressions, arguments, folder)
    except CodegenError:
        return partial(blocked, compiled(name, expressions, arguments, "numpy"), len(expressions))
