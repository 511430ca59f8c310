"""Loading generated modules through Python's import machinery, and calling them in blocks."""

from __future__ import annotations

import importlib.abc
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.numerics.codegen.function import fingerprint
from binodal.numerics.codegen.module import source
from binodal.numerics.codegen.targets import TARGETS
from binodal.numerics.errors import CodegenError

BLOCK = 8192
"""Points a block: a dozen double-precision temporaries of this length stay in the L2 cache."""


class _SourceLoader(importlib.abc.InspectLoader):
    """Serves one generated module from memory."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text


def compiled(
    name: str, expressions: Mapping[str, sp.Expr], arguments: Sequence[sp.Symbol], target: str
) -> Callable[..., tuple[Any, ...]]:
    """The generated function of a target, ready to call with positional arguments.

    Raises :class:`CodegenError` for an unknown target and for one that Python cannot load: C is
    compiled by :func:`binodal.numerics.codegen.native.native`.
    """
    if target not in TARGETS:
        raise CodegenError(f"target {target!r} is not one of {', '.join(TARGETS)}")
    if TARGETS[target].language != "python":
        raise CodegenError(f"target {target!r} cannot be loaded into Python")
    text = source(name, expressions, arguments, TARGETS[target])
    return loaded(text, name, f"generated_{name}_{target}_{fingerprint(expressions)}")


def loaded(text: str, name: str, module_name: str = "generated") -> Callable[..., tuple[Any, ...]]:
    """The function of a generated Python module's text; the module stands in no table."""
    spec = importlib.util.spec_from_loader(module_name, _SourceLoader(text))
    if spec is None or spec.loader is None:
        raise CodegenError(f"the generated module {module_name} could not be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[..., tuple[Any, ...]] = getattr(module, name)
    return function


def blocked(
    function: Callable[..., tuple[Any, ...]], outputs: int, *arguments: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], ...]:
    """Call a generated numpy function block by block, so that temporaries stay in the cache.

    Arguments broadcast against each other; the results have the broadcast shape.
    """
    shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
    scalars = [float(a) if np.ndim(a) == 0 else None for a in arguments]
    columns = [
        np.empty(0) if s is not None else np.broadcast_to(np.asarray(a, dtype=float), shape).ravel()
        for a, s in zip(arguments, scalars, strict=True)
    ]
    size = int(np.prod(shape, dtype=int))
    results = tuple(np.empty(size) for _ in range(outputs))
    for start in range(0, size, BLOCK):
        part = slice(start, start + BLOCK)
        values = function(
            *(c[part] if s is None else s for c, s in zip(columns, scalars, strict=True))
        )
        for result, value in zip(results, values, strict=True):
            result[part] = value
    return tuple(result.reshape(shape) for result in results)
