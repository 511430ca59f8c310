"""Modular addition: grids and certified results against what a user would write with scipy."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from math import exp, sqrt

import numpy as np
from scipy.integrate import dblquad
from scipy.optimize import brentq

from benchmarks.timing import Row, seconds
from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.models.registry import parameters_of, preset

_POINTS = 100_000
_FINITE_POINTS = 200
_SAMPLE = 50
_WHOLE = """
from binodal.models.modular.numerics.critical import critical
from binodal.models.registry import preset
print(critical(preset("fig3"), "coexistence", digits=100).point.value)
"""
_FLOAT = """
from scipy.optimize import brentq
print(brentq(lambda s: 2 * 2e-6 * 401**2 / (1000 * s * s) - 2e-2 / 3**0.5, 0.1, 1))
"""


def _pinned(sigma2: float, neurons: float, order: float, spread: float, gamma: float) -> float:
    """a at one sigma^2: does the zero state hold, and if not, where is the ring as deep as zero?"""

    def depth(a: float) -> float:
        u = 2 * spread * a * a * order**2 / (neurons * sigma2 * sigma2)
        if u * u < gamma:
            return 1.0
        x = (u + sqrt(u * u - gamma)) / gamma
        return x * (2 - u * x) / 3

    return 1.0 if depth(1.0) > 0 else brentq(depth, 1e-6, 1.0)


def _by_dblquad(p: dict[str, float]) -> float:
    """The closure at a small P with scipy's double quadrature inside a root finder."""
    order, gamma = p["P"], p["gamma"]

    def balance(tau: float) -> float:
        u = 2 * p["sigma_a2"] * order**2 / (p["N"] * tau * tau)

        def moment(power: int) -> float:
            def density(x: float, y: float) -> float:
                s = (x + y) / 2 - u * x * y + gamma * (x**3 + y**3) / 6
                return float((x * y) ** power * exp(-2 * order * s))

            return float(dblquad(density, 0, 9, 0, 9, epsrel=1e-9)[0])

        return tau - p["sigma2"] - 4 * order**2 * p["sigma_a2"] * moment(1) / moment(0)

    return float(brentq(balance, 0.35, 2.0, xtol=1e-9))


def _processes() -> Row:
    """Whole processes, imports and derivation included."""

    def call(code: str) -> float:
        command = [sys.executable, "-c", code]
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True), 3)

    return Row("modular critical, 100 digits", call(_WHOLE), call(_FLOAT), "naive is one brentq")


def _grids() -> list[Row]:
    fig3 = {name: float(value) for name, value in preset("fig3").items()}
    sigma2 = np.linspace(0.05, 0.3, _POINTS)
    rest = [fig3[name] for name in ("N", "P", "sigma_a2", "gamma")]
    ours = seconds(lambda: thermodynamic_grid({**fig3, "sigma2": sigma2}), 3) / _POINTS
    sample = sigma2[:: _POINTS // _SAMPLE]
    naive = seconds(lambda: [_pinned(float(s), *rest) for s in sample], 3) / len(sample)
    note = f"a point; {_POINTS} values of sigma^2 took {ours * _POINTS:.2g} s"
    few = np.linspace(0.05, 0.3, _FINITE_POINTS)
    exact = seconds(lambda: finite_grid({**fig3, "sigma2": few}), 1)
    one = seconds(lambda: solve_finite(preset("fig3").replace(sigma2=Fraction(1, 5))), 3)
    return [
        Row("modular grid, thermodynamic", ours, naive, note),
        Row(
            "modular grid, P = 401",
            exact / _FINITE_POINTS,
            one,
            f"a point; {_FINITE_POINTS} values took {exact:.2g} s; naive is one certified solve",
        ),
    ]


def run() -> list[Row]:
    """Grids, whole processes, and a certified closure against dblquad at P = 5."""
    small = parameters_of(
        "modular",
        {
            "N": Fraction(8),
            "P": Fraction(5),
            "sigma2": Fraction(2, 5),
            "sigma_a2": Fraction(1, 30),
            "gamma": Fraction(1, 3),
        },
    )
    floats = {name: float(value) for name, value in small.items()}
    ours, naive = (
        seconds(lambda: solve_finite(small), 3),
        seconds(lambda: _by_dblquad(floats), 1),
    )
    certified = Row("modular closure, P = 5, proved", ours, naive, "naive is dblquad, 9 digits")
    return [_processes(), *_grids(), certified]
