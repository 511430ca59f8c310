"""The law of code generation: every target agrees with the exact value inside a running bound.

The bound is computed, not chosen: the same program in ball arithmetic at the target's precision
encloses what rounding can do to it, cancellation included. A result must lie within ``FACTOR``
of that radius from the exact value, which the ball program gives at 400 bits.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb

from binodal.numerics.balls import precision
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.targets import TARGETS, Target
from tests.numerics.codegen import run
from tests.numerics.codegen.run import Results, Rows

FACTOR = 4
"""Radii: a ball rounds once an operation, a library's function may err by two units or three."""


@dataclass(frozen=True)
class Precision:
    """Bits of a target's numbers, and the logarithms of its largest and smallest normal number."""

    bits: int
    largest: float = 709.0
    smallest: float = -708.0


PRECISIONS = {
    "numpy": Precision(53),
    "torch": Precision(53),
    "torch32": Precision(24, 88.0, -87.0),
    "c": Precision(53),
    "javascript": Precision(53),
    "mpmath": Precision(120, 1e9, -1e9),
}
Cases = Sequence[tuple[Function, Rows]]


def single(value: float) -> float:
    """The nearest number that float32 has."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def results(label: str, cases: Cases, folder: Path, target: Target | None = None) -> list[Results]:
    """What a target computes for each function; ``target`` may be a changed one."""
    of = target or TARGETS[label.removesuffix("32")]
    if of.language == "javascript":
        return run.javascript_rows(cases, folder, of)
    if of.language == "c":
        return [run.c_rows(f, rows, folder, of) for f, rows in cases]
    if of.name == "mpmath":
        return [run.mp_rows(f, rows, PRECISIONS[label].bits, of) for f, rows in cases]
    if of.name == "torch":
        kind = "float32" if label == "torch32" else "float64"
        return [run.torch_rows(f, rows, kind, of) for f, rows in cases]
    with np.errstate(all="ignore"):
        return [run.python_rows(f, of, rows, float) for f, rows in cases]


def violations(label: str, function: Function, rows: Rows, found: Results) -> list[str]:
    """Sentences about the results that are outside their bounds."""
    wrong = []
    of = PRECISIONS[label]
    exact, running = (run.ball_rows(function, rows, bits) for bits in (400, of.bits))
    for row, *triples in zip(rows, found, exact, running, strict=True):
        for name, value, truth, ball in zip(function.expressions, *triples, strict=True):
            complaint = _complaint(of, value, truth, ball)
            if complaint:
                at = dict(zip(function.parameters, row, strict=True))
                wrong.append(f"{label} {function.name}.{name} at {at}: {value}, {complaint}")
    return wrong


def _complaint(of: Precision, value: Any, truth: arb, ball: arb) -> str:
    value = value if isinstance(value, arb) else float(value)
    with precision(400):
        if not (truth.rel_accuracy_bits() > 150 or truth.rad() < arb(2) ** -300):
            return f"the exact value {truth.str(10)} is not known"
        size = abs(truth).log() if truth != 0 and not truth.contains(0) else arb(-1)
        if size > of.largest:
            return "" if float(value) == float("inf") * (1 if truth > 0 else -1) else "no overflow"
        if size < of.smallest:
            return "" if abs(arb(value)) < arb(of.smallest + 1).exp() else "no underflow"
        error = abs(arb(value) - truth).upper()
        bound = (FACTOR * (ball.rad() + abs(truth) * arb(2) ** -of.bits)).upper()
        if error <= bound and ball.is_finite():
            return ""
        return f"exactly {truth.str(20)}: error {float(error):.3g}, bound {float(bound):.3g}"
