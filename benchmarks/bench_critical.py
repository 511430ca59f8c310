"""Certified critical points as whole processes, against a float root finder that proves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.timing import Row, seconds

_ROOT_FINDER = """
from scipy.optimize import root
from math import pi, sqrt
n, d, N, w, a, e = 3000, 150, 700, 0.5, 8 / 700, -0.3
def gap(v):
    s, b, x = v
    k, D0, D = 2 * n * n * a / (pi * s * s * d * N), 1 + 2 * w, 1 + 2 * w + 2 * x
    h, G = b - 2 * e * x / D, 4 * n * a / (pi * s * d * (1 + 2 * w))
    closure = b * G - (1 - b) * (1 / w - 2 * k * b * b / D0)
    return [1 / (2 * w) - k * h * h / D, (b * D - 2 * e * (x - D0)) / D, closure]
print(root(gap, [0.18, 0.3, 0.5]).x[0])
"""


def run() -> list[Row]:
    """``naive`` is one scipy.optimize.root from one start for the published action: 8 digits."""
    program = str(Path(sys.executable).with_name("binodal"))

    def call(*command: str) -> float:
        return seconds(
            lambda: subprocess.run(
                command, check=True, capture_output=True, stdin=subprocess.DEVNULL
            ),
            3,
        )

    naive = call(sys.executable, "-c", _ROOT_FINDER)
    rows = []
    for theory, digits in (("published", 50), ("derived", 50), ("derived", 1000)):
        words = ["critical", "teacher-student", "--preset", "fig2", "--event", "coexistence"]
        ours = call(program, *words, "--theory", theory, "--digits", str(digits))
        rows.append(Row(f"critical, {theory}, {digits} digits", ours, naive, "whole processes"))
    return rows
