"""What is quadratic in readouts, or what they tell, at both first orders, for any activation.

As of the teacher-student model: mean squares of outputs and of gradients, of every neuron's share
of the output, and the information between readout and outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from binodal.models.single_index.numerics.finite_data import DataShift, DataTerm
from binodal.models.single_index.numerics.finite_width import (
    Here,
    moves,
)
from binodal.models.single_index.numerics.sectors import breaks, means_of
from binodal.models.single_index.numerics.window import Array
from binodal.models.teacher_student.numerics.readouts import (
    GRADIENTS,
    INFORMATION,
    OUTPUTS,
    UNITS,
    Terms,
)
from binodal.numerics.codegen.forms import Forms

_SLOPED = Forms("binodal.models.single_index.forms.finite_width").floats("sloped")
_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_loss_weights, _responses = _FORMS.floats("loss_weights"), _FORMS.floats("responses")
LOST = "lost"
"""<(y - f)^2> on new inputs."""
JUMPS = "the activation jumps, so that its gradient is no function"


class Readouts:
    """Mean squares at one closure; ``beside`` moves the residual, in sector 0, as well."""

    def __init__(self, term: DataTerm, beside: Array) -> None:
        self.term, self.of, self.here, self.beside = term, term.of, term.here, beside
        at = term.of.law.at
        self.strength, self.width, self.data = (at[name] for name in ("sigma_a2", "N", "n"))
        self.noise = at["sigma2"]

    def _powers(self) -> Iterator[tuple[str, int]]:
        """Of degrees, by which functions count."""
        yield OUTPUTS, 0
        if not breaks(self.of.law.setting.activation)[1]:
            yield GRADIENTS, 1

    def _rest(self, power: int) -> Array:
        """What is not resolved of a neuron."""
        of = self.of
        if not power:
            return of.rest
        whole = of.window.r**2 * means_of(_SLOPED, of.law.setting.activation, of.window, 1)[0]
        return np.asarray(whole - of.along.squares(power) - of.across.squares(power))

    def orders(self, data: DataShift) -> dict[str, Terms]:
        """Mean field, and both first orders."""
        of, term, here = self.of, self.term, self.here
        moved, tilt = moves(of, here)
        own = dict(zip(of.law.orders, moved, strict=True))
        width = np.array([own.get(k, 0.0) for k in of.modes])
        learned = term.target - term.mean
        ways = [self.beside, self.beside + width, self.beside + width + data.population]
        found = {}
        for name, power in self._powers():
            counts = [np.array(sector.degrees) ** power for sector in (of.along, of.across)]
            steps = [float(counts[0] @ (learned - way) ** 2) for way in ways]
            rest = float((here.chances * (here.bare + here.pulled) * self._rest(power)).sum())
            orders = self._spread(*counts) + rest / term.density, self._scatter(*counts)
            found[name] = _moving(steps, *orders)
            if name == OUTPUTS:
                lost = [term.unlearned + float(np.square(term.mean + way).sum()) for way in ways]
                found[LOST] = _moving(lost, *orders)
        found[UNITS] = self._units((tilt, data.tilt), (width, data.training))
        found[INFORMATION] = self._information((tilt, data.tilt))
        return found

    def _spread(self, along: Array, across: Array) -> float:
        kernel = self.term.kernel
        outer = self.here.copies * float(across @ np.diag(kernel.across))
        return float(along @ np.diag(kernel.along)) + outer

    def _scatter(self, along: Array, across: Array) -> float:
        term, kernel = self.term, self.term.kernel
        factor = float(_loss_weights()(self.data, self.noise)[0])
        answer = kernel.along @ term.mean
        pairs = zip((kernel.along, kernel.across), term.squares, strict=True)
        inner, outer = (np.diag(k @ square @ k) for k, square in pairs)
        whole = along @ (inner - answer**2) + self.here.copies * (across @ outer)
        return factor * float(whole)

    def _units(self, tilts: tuple[Array, Array], felt: tuple[Array, Array]) -> Terms:
        of, here, coupling = self.of, self.here, self.of.law.coupling
        nothing = np.zeros_like(self.term.mean)
        factor = _responses()(nothing, nothing, nothing, self.width, self.data, self.noise)[2]
        own = -of.by_neuron(here).grown / (2 * self.width), factor * self.term.by_neuron.grown
        weight, pulled = self.strength * here.chances * of.norms, coupling * here.field**2
        terms = []
        for tilt, moved, known in zip(tilts, felt, own, strict=True):
            shift = 2 * coupling * here.field * of.along.combined(moved)
            gains = (1 + pulled) * tilt, shift, 2 * known
            terms.append(tuple(float((weight * gain).sum()) for gain in gains))
        return Terms(float((weight * (1 + pulled)).sum()), *terms)

    @property
    def _bare(self) -> Here:
        """The kernel alone, without the covariance of pulls."""
        inner, outer = self.here.kernels
        still = np.zeros_like(self.here.pulled), np.zeros_like(self.here.mean)
        return replace(
            self.here,
            pulled=still[0],
            mean=still[1],
            inner=inner,
            outer=outer,
            above=self.here.bare_above,
        )

    def _information(self, tilts: tuple[Array, Array]) -> Terms:
        bare, term = self._bare, self.term
        each, kernel = self.of.by_neuron(bare).gained, term.kernels(bare)
        at_input = term.variance(kernel) * term.density
        squares = float((bare.chances * each**2).sum()), term.mean_square(at_input)
        pairs = (kernel.along, 1.0), (kernel.across, bare.copies)
        joint = sum(count * float((k * k.T).sum()) for k, count in pairs) * term.density**2
        moved = [float((bare.chances * tilt * each).sum()) / 2 for tilt in tilts]
        scattered = (
            -(square - joint) / (4 * count)
            for square, count in zip(squares, (self.width, self.data), strict=True)
        )
        return Terms(bare.log_det / 2, *zip(moved, scattered, strict=True))


def _moving(steps: list[float], spread: float, scatter: float) -> Terms:
    """A mean square of what both orders move, and of what scatters about it."""
    return Terms(steps[0], (steps[1] - steps[0], spread), (steps[2] - steps[1], scatter))
