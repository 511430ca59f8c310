"""Action and gradient at a million points: generated C and numpy against memory and other ways."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import sympy as sp

from benchmarks.timing import Row, seconds
from binodal.derive.symbols import P, b, c, gamma, kappa, rho, sigma_w2, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.teacher_student.derivations.action import action
from binodal.numerics.codegen.blocks import BLOCK, blocked
from binodal.numerics.codegen.library import compiler
from binodal.numerics.codegen.load import compiled
from binodal.numerics.codegen.native import native

_SIZE = 1_000_000
_AT = (0.3, -0.3, 19.0, 0.5)
_ARGUMENTS = (rho, b, c, kappa, sigma_w2)


def _hand(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best by hand: Horner forms, one logarithm, blocks that fit the cache."""
    b_, c_, k, w = _AT
    value, slope = np.empty_like(column), np.empty_like(column)
    for start in range(0, column.size, BLOCK):
        r = column[start : start + BLOCK]
        z = 1.0 - 2.0 * r
        cr = 2.0 * c_ * r
        h = b_ - cr
        inverse = 1.0 / z
        value[start : start + BLOCK] = r * (inverse / (2.0 * w) - k * h * h) - 0.5 * np.log(z)
        slope[start : start + BLOCK] = inverse * (inverse / (2.0 * w) + 1.0) - k * h * (
            h - 2.0 * cr
        )
    return value, slope


def _best(work: Callable[[], object], runs: int = 25) -> float:
    """Shortest duration of ``work()``: what the machine does when nobody else uses it."""
    durations = []
    for _ in range(runs):
        start = perf_counter()
        work()
        durations.append(perf_counter() - start)
    return min(durations)


def _memory(size: int, writes: int) -> Callable[[], None]:
    """Moves as many bytes as a function of one column with so many results, computing nothing."""
    column, results = np.ones(size), [np.zeros(size) for _ in range(writes)]

    def move() -> None:
        np.copyto(results[0], column)
        for target in results[1:]:
            target.fill(1.0)

    return move


def _programs() -> Iterator[tuple[str, dict[str, sp.Expr], tuple[sp.Symbol, ...], list[float]]]:
    """Action and its slope: the relaxed one has a logarithm, the published one divides twice."""
    for theory in ("derived", "published"):
        of = action(theory)
        yield theory, {"S": of.density(), "S1": of.slope()}, _ARGUMENTS, list(_AT)
    mode = mode_action()
    pair = {"S": mode.factor * mode.s, "S1": sp.diff(mode.factor * mode.s, x)}
    yield "modular", pair, (x, x_v, u, P, gamma), [0.4, 1.3, 401.0, 0.2]


def _compiled_rows(folder: Path) -> list[Row]:
    """C on arrays that exist, against moving the same bytes: in the cache, and far beyond it."""
    rows = []
    for name, pair, arguments, rest in _programs():
        of = native("pair", pair, arguments, folder)
        loop = of.loop(frozenset(map(str, arguments[1:])))
        for size in (_SIZE, 8 * _SIZE):
            points = np.linspace(1e-3, 0.49, size)
            results = [np.zeros(size) for _ in pair]
            pointers = [points.ctypes.data, *rest, *(r.ctypes.data for r in results)]
            ours = _best(lambda size=size, to=tuple(pointers), loop=loop: loop(size, *to))
            label = f"C, {name} action and slope, {size:.0e} points"
            note = "naive moves the same bytes and computes nothing"
            rows.append(Row(label, ours, _best(_memory(size, len(pair))), note))
    return rows


def run() -> list[Row]:
    """``naive``: hand-written in blocks, sympy.lambdify with and without cse, and for C the memory.

    A ratio of 0.5 in a row of C says that it takes twice the time that its bytes need.
    """
    pair = {"S": action("derived").density(), "S1": action("derived").slope()}
    points = np.linspace(1e-3, 0.49, _SIZE)
    generated = compiled("pair", pair, _ARGUMENTS, "numpy")
    if not np.allclose(blocked(generated, 2, points, *_AT), _hand(points), rtol=1e-12, atol=1e-14):
        raise ValueError("the generated and the hand-written action differ")
    ours = seconds(lambda: blocked(generated, 2, points, *_AT))
    hand = seconds(lambda: _hand(points))
    rows = [Row("action and gradient, 1e6 points", ours, hand, "naive is hand-written, in blocks")]
    for cse in (True, False):
        whole = sp.lambdify(_ARGUMENTS, list(pair.values()), "numpy", cse=cse)
        note = f"naive is sympy.lambdify(cse={cse}), whole arrays"
        rows.append(Row("", ours, seconds(lambda whole=whole: whole(points, *_AT)), note))
    if compiler() is None:
        return rows
    with tempfile.TemporaryDirectory() as folder:
        fast = native("pair", pair, _ARGUMENTS, Path(folder))
        if not np.allclose(fast(points, *_AT), _hand(points), rtol=1e-12, atol=1e-14):
            raise ValueError("the compiled and the hand-written action differ")
        best = _best(lambda: fast(points, *_AT)), _best(lambda: blocked(generated, 2, points, *_AT))
        rows.append(Row("C with new arrays", *best, "naive is generated numpy, in blocks"))
        return [*rows, *_compiled_rows(Path(folder))]
