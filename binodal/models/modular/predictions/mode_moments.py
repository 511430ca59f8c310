"""One mode's law at an amplitude of the residual, by quadrature, and its moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.finite_width import AMPLITUDE
from binodal.derive.symbols import N, P, sigma2, sigma_a2, x, x_v
from binodal.models.modular.derivations.finite_width import finite_width_of_modes
from binodal.models.modular.predictions.mode_law import pair_law, zero_law
from binodal.numerics.codegen.load import compiled

Array = NDArray[np.float64]
SOURCES: Mapping[str, sp.Expr] = {"x2": x * x_v, "x": (x + x_v) / 2, "x4": (x**2 + x_v**2) / 2}
"""Observables of one mode that are averaged over neurons and modes."""
SIZE = (AMPLITUDE, N, P, sigma2, sigma_a2)
ORDER = 10
_POWERS, _ZERO_POWERS = 7, 5


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    coupling = finite_width_of_modes().results["coupling"]
    return {
        "sources": compiled("sources", SOURCES, (x, x_v), "numpy"),
        "coupling": compiled("coupling", {"u": coupling}, SIZE, "numpy"),
    }


@dataclass(frozen=True)
class Moments:
    """``pair``[a, b] = <x^a x_v^b> of a mode, ``zero``[i] = <u_0^{2i}> of the real one."""

    pair: Array
    zero: Array

    def mean(self, name: str) -> float:
        """<g> of a source."""
        pair = {"x2": self.pair[1, 1], "x": self.pair[1, 0], "x4": self.pair[2, 0]}
        return float(pair[name])

    def reach(self, name: str) -> float:
        """<g^2>/<g>: where the weight of g lies, on droplets if there are any."""
        square = {
            "x2": self.pair[2, 2],
            "x": (self.pair[2, 0] + self.pair[1, 1]) / 2,
            "x4": (self.pair[4, 0] + self.pair[2, 2]) / 2,
        }
        return float(square[name]) / self.mean(name)


class ModeLaw:
    """The law of one mode at given parameters; ``order`` is that of the Gauss rule."""

    def __init__(self, parameters: Mapping[str, float], order: int = ORDER) -> None:
        self.at = {name: float(value) for name, value in parameters.items()}
        self._gauss = order

    def size(self, amplitude: float) -> tuple[float, ...]:
        """The arguments SIZE of compiled formulas."""
        return (amplitude, *(self.at[name] for name in ("N", "P", "sigma2", "sigma_a2")))

    def moments(self, amplitude: float, source: str = "x2", strength: float = 0.0) -> Moments:
        """Moments of a mode's law, its weight times exp(strength * source)."""
        (at_u,) = _functions()["coupling"](*self.size(amplitude))
        order, decay = self.at["P"], self.at["gamma"]

        def tilt(one: Array, other: Array) -> Array:
            values = dict(zip(SOURCES, _functions()["sources"](one, other), strict=True))
            return np.asarray(strength * values[source])

        law = pair_law(at_u, order, decay, nodes=self._gauss, source=tilt)
        powers = np.vander(law.points, _POWERS, increasing=True)
        root, alone = zero_law(order, decay)
        zero = np.vander(root**2, _ZERO_POWERS, increasing=True).T @ alone
        return Moments(powers.T @ law.mass @ powers, zero)

    def response(self, amplitude: float, m: Moments) -> float:
        """How much of the law's exponent an amplitude moves, relative: steps must stay below it."""
        (at_u,) = _functions()["coupling"](*self.size(amplitude))
        return float(2 * self.at["P"] * at_u * m.reach("x2"))
