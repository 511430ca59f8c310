"""The path of interpolators in floats, by continuation in log A."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

Vector = NDArray[np.float64]
FORMS = Forms("binodal.models.diagonal_linear.forms.path")
STEP = 0.05
_DEEPEST = 200.0
_CLOSE, _ROUNDS, _FORGOTTEN = 1e-11, 60, 60


class Weights:
    """(A, phi) -> w, its slopes in eta and phi, the rate of phi with its slope; and phi of eta."""

    def __init__(self, degree: Fraction, target: str) -> None:
        self.at_two = degree == 2
        self._degree, self._read = degree, ball if target == "arb" else float
        self._weights = FORMS.function("weights", target)(self.at_two)
        self._by_scale = FORMS.function("scale_slopes", target)(self.at_two)
        self._ratio = FORMS.function("ratio", target)()

    def at(self, scale: Any, phi: Any) -> tuple[Any, ...]:
        """All five, as arrays or for one ball."""
        return self._weights(scale, phi, self._read(self._degree))

    def by_scale(self, scale: Any, phi: Any) -> tuple[Any, ...]:
        """A times the slopes in A of w and of the rate of phi."""
        return self._by_scale(scale, phi, self._read(self._degree))

    def phi(self, eta: Any) -> Any:
        """log(u/v)/2 of eta."""
        return eta if self.at_two else self._ratio(eta, self._read(self._degree))[0]


class Path:
    """Interpolators by log A, in floats; ``degree`` is L."""

    def __init__(self, setting: Setting, degree: Fraction) -> None:
        self.rows = np.array([[float(x) for x in row] for row in setting.rows])
        self.targets = np.array([float(y) for y in setting.bounds])
        self.degree, self._weights = float(degree), Weights(degree, "numpy")

    def at(self, log_scale: float, rho: Vector) -> tuple[Vector, Vector]:
        """w and the gains."""
        w, gain, *_ = self._weights.at(np.exp(log_scale), self._weights.phi(self.rows.T @ rho))
        return w, gain

    def kernel(self, gain: Vector) -> NDArray[np.float64]:
        """X D X^T."""
        kernel: NDArray[np.float64] = (self.rows * gain) @ self.rows.T
        return kernel

    def forgotten(self, decay: float) -> float:
        """A scale of the start that is as good as any larger one.

        There the path is the early predictor to three digits and more, and what two trajectories
        differ by in rho has shrunk by e^-60 when A^L has halved: they approach each other at the
        rate L A^(L-2) K at least, and K is at least 2 L A^L X X^T.
        """
        least = self.rows.T @ np.linalg.solve(self.rows @ self.rows.T, self.targets)
        slowest = np.linalg.eigvalsh(self.rows @ self.rows.T)[0]
        power = 2 * self.degree - 2
        shrinking = 2 * self.degree**2 * slowest * (1 - 2 ** (-power / self.degree)) / power
        settled = (_FORGOTTEN * decay / shrinking) ** (1 / power)
        return float(max((1e3 * np.abs(least).max()) ** (1 / self.degree), settled))

    def start(self) -> tuple[float, Vector]:
        """A scale at which the predictor is the early one to six digits, and rho there."""
        least = self.rows.T @ np.linalg.solve(self.rows @ self.rows.T, self.targets)
        log_scale = float(np.log(np.abs(least).max() * 1e3) / self.degree)
        gain = np.full(len(least), 2 * self.degree * np.exp(self.degree * log_scale))
        rho: Vector = np.linalg.solve(self.kernel(gain), self.targets)
        return log_scale, self.solved(log_scale, rho)

    def followed(self, log_scale: float, rho: Vector, step: float) -> Vector:
        """rho at log A - step, predicted along the path and corrected."""
        kernel = self.kernel(self.at(log_scale, rho)[1])
        slope: Vector = np.linalg.solve(kernel, self.targets)
        moved = self.degree * step * slope
        return self.solved(log_scale - step, rho + self._shortened(rho, moved))

    def solved(self, log_scale: float, rho: Vector) -> Vector:
        """Newton's method with halved steps. Raises Undecided where it does not end."""
        size = np.abs(self.targets).max()
        w, gain = self.at(log_scale, rho)
        for _ in range(_ROUNDS):
            missing = self.targets - self.rows @ w
            if np.abs(missing).max() < _CLOSE * size:
                return rho
            whole = np.linalg.solve(self.kernel(gain), missing).astype(np.float64)
            step = self._shortened(rho, whole)
            for _ in range(_ROUNDS):
                w, gain = self.at(log_scale, rho + step)
                if np.linalg.norm(self.targets - self.rows @ w) < np.linalg.norm(missing):
                    break
                step = step / 2
            rho = rho + step
        raise Undecided(f"the path of interpolators was lost at A = {np.exp(log_scale):.3g}")

    def _shortened(self, rho: Vector, step: Vector) -> Vector:
        """At most a step that leaves eta in its range, a little inside."""
        if self._weights.at_two:
            largest = np.abs(self.rows.T @ step).max()
            return step * min(1.0, 2.0 / largest) if largest > 0 else step
        for _ in range(_ROUNDS):
            if np.abs(self.rows.T @ (rho + step)).max() * (self.degree - 2) < 1:
                return step
            step = step / 2
        raise Undecided("the path of interpolators reaches the edge of what doubles resolve")


def half_way(
    setting: Setting, degree: Fraction, level: float, late: Vector, near: float
) -> tuple[float, Vector]:
    """log A and rho where w_J passes a level last, before all of w is ``near`` its end.

    w_J alone may pass its end and come back. Raises Undecided where the path does not come near.
    """
    path = Path(setting, degree)
    log_scale, rho = path.start()
    lowest, crossing, before = log_scale - _DEEPEST, None, None
    while log_scale > lowest:
        w = path.at(log_scale, rho)[0]
        here = w[setting.component] - level
        if before is not None and before * here <= 0:
            crossing = log_scale, rho
        if np.abs(w - late).max() < near and crossing is not None:
            return crossing
        before, rho = here, path.followed(log_scale, rho, STEP)
        log_scale -= STEP
    raise Undecided(f"down to log A = {lowest:.0f} the path does not come near the late predictor")
