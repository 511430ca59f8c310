"""Generated C as a fast path, where the system has a compiler."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.layout_c import c_module
from binodal.numerics.codegen.library import load as load_library
from binodal.numerics.codegen.targets import C

Array = NDArray[np.float64]


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
            library = load_library(text, self.folder)
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
