"""The point of the path where w_J has made half of its way, as a system of equations in balls."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat

from binodal.models.diagonal_linear.numerics.path import Weights
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.balls import ball


class HalfWay:
    """X w = y and w_J = level, with unknowns log A and rho; eta = X^T rho."""

    def __init__(self, setting: Setting, degree: Fraction, level: Fraction) -> None:
        self._setting, self._degree, self._level = setting, degree, level
        self._weights = Weights(degree, "arb")

    def value(self, box: Sequence[arb]) -> list[arb]:
        """What is missing in every row, and in w_J."""
        w, _ = self._at(box)
        missing = self._design() * w - self._targets()
        return [*missing.entries(), w[self._setting.component, 0] - ball(self._level)]

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """By log A, L w; by rho, gains times rows."""
        w, gains = self._at(box)
        by_scale, by_rho = ball(self._degree) * w, gains * self._design().transpose()
        design, j = self._design(), self._setting.component
        rows = zip((design * by_scale).tolist(), (design * by_rho).tolist(), strict=True)
        return [*(first + rest for first, rest in rows), by_scale.tolist()[j] + by_rho.tolist()[j]]

    def ends(self, box: Sequence[arb]) -> tuple[arb, arb]:
        """``pull`` and ``lag`` of the derivation of the delay."""
        _, gains = self._at(box)
        back = gains * self._design().transpose()
        kernel = self._design() * back
        once = kernel.solve(self._targets())
        pull, lag = (back * of for of in (once, kernel.solve(once)))
        return pull[self._setting.component, 0], lag[self._setting.component, 0]

    def _at(self, box: Sequence[arb]) -> tuple[arb_mat, arb_mat]:
        """w as a column, and the gains on a diagonal."""
        scale, width = box[0].exp(), self._setting.width
        etas = self._design().transpose() * arb_mat([[rho] for rho in box[1:]])
        weights = [self._weights.at(scale, self._weights.phi(eta)) for eta in etas.entries()]
        gains = arb_mat(width, width)
        for j, (_, gain, *_) in enumerate(weights):
            gains[j, j] = gain
        return arb_mat([[w] for w, *_ in weights]), gains

    def _design(self) -> arb_mat:
        return arb_mat([[ball(x) for x in row] for row in self._setting.rows])

    def _targets(self) -> arb_mat:
        return arb_mat([[ball(y)] for y in self._setting.bounds])
