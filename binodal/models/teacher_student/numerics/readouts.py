"""What is quadratic in readouts, and what readouts can tell, at first order in 1/N and in 1/n.

Given its weights w a readout is Gaussian of the variance sigma_a^2/N about the pull of the mean
residual, (sigma_a^2/N) F, in mean field. Of data and of the other neurons know

* <f^2> and <|grad f|^2>: the square of the mean output, which moves; the outputs' posterior
  variance, of order 1/N; and their scatter over data sets, of order 1/n.
* sum_i <a_i^2 phi_i^2>: the slope of log Z by a source J of it. The source makes a neuron's prior
  variance sigma_a^2/N (1 + eps), eps = 2 J g sigma_a^2/N and g = <phi^2>, so that its features grow
  by eps/2: at first order log Z = V - h/2 + D's term answers as it does to the law of neurons.
* (1/2) log det(1 + K/sigma^2), the information between readout and outputs on the data: that of
  the mean kernel, less a quarter of the variance that N neurons and n inputs give to its matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from binodal.models.teacher_student.numerics.finite_data import Counts, DataShift, DataTerm
from binodal.models.teacher_student.numerics.finite_width import (
    OBSERVABLES,
    Curvature,
    Sectors,
    Shift,
    form,
    gram,
    size_of,
)
from binodal.models.teacher_student.numerics.law import scales
from binodal.models.teacher_student.numerics.nodes import Array
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_gradient = _FORMS.floats("gradient")
_loss_weights, _responses = _FORMS.floats("loss_weights"), _FORMS.floats("responses")
OUTPUTS, GRADIENTS, UNITS, INFORMATION = "outputs", "gradients", "units", "information"
READ = OUTPUTS, GRADIENTS, UNITS, INFORMATION


@dataclass(frozen=True)
class Terms:
    """Mean field, and the terms of both first orders."""

    start: float
    width: tuple[float, ...] = ()
    data: tuple[float, ...] = ()

    @property
    def value(self) -> float:
        """All of it."""
        return self.start + sum(self.width) + sum(self.data)

    @property
    def sizes(self) -> tuple[float, float]:
        """Of both orders."""
        return size_of(self.width), size_of(self.data)


class Readouts:
    """Mean squares at one evaluation; ``beside`` moves the residual's modes as well."""

    def __init__(self, of: Curvature, beside: Array) -> None:
        self.of, self.beside = of, beside
        self.strength, self.width = of.at["sigma_a2"], of.at["N"]
        self._term = DataTerm(of)
        self._law = self._term.law(of.residual)
        self._here, self._mean = self._law.of, of.residual @ self._term.modes

    @property
    def _counted(self) -> Iterator[tuple[str, Counts, Array]]:
        """With what each degree of w*.x counts."""
        of, along = self.of, self.of.nodes.degrees(1)
        across = np.eye(len(along)) + of.nodes.degrees(0)
        whole = _gradient()(of.q[:, None], of.s)[0]
        rest = whole - form(of.along, along) - form(of.across, across)
        modes = np.arange(1.0, 2 * len(of.residual), 2)
        yield OUTPUTS, self._term.once, np.ones_like(modes)
        yield GRADIENTS, Counts(along, across, rest), modes

    @property
    def _own(self) -> Array:
        """g, the mean square of a neuron's output, all sectors together."""
        return np.asarray((self.of.along**2).sum(0) + (self.of.across**2).sum(0) + self.of.rest)

    def mean_field(self) -> dict[str, Terms]:
        """Without both orders."""
        learned, here = self.of.of.target - self.of.residual, self._here
        pulled = self.of.of.coupling * here.field**2
        starts = {name: float(weigh @ learned**2) for name, _, weigh in self._counted}
        starts[UNITS] = float(self.strength * (here.chances * self._own * (1 + pulled)).sum())
        starts[INFORMATION] = self._information(self._bare)
        return {name: Terms(start) for name, start in starts.items()}

    def orders(self, width: Shift, data: DataShift) -> dict[str, Terms]:
        """With both, given those of the closure."""
        found, moves = self.mean_field(), [_normalised(of) for of in (width, data.shift)]
        scattered = float(_loss_weights()(self.of.at["n"], self.of.at["sigma2"])[0])
        for name, counts, weigh in self._counted:
            learned = self.of.of.target - self.of.residual - self.beside
            steps = [float(weigh @ (learned - sum(moves[:k])) ** 2) for k in range(3)]
            spread = self._term.spread(self._law, counts)
            scatter = scattered * self._term.scatter(self._law, self._mean, counts)
            found[name] = Terms(
                steps[0], (steps[1] - steps[0], spread), (steps[2] - steps[1], scatter)
            )
        felt = moves[0], data.training * scales(len(moves[0]))
        tilts = width.tilt, data.shift.tilt
        by_size = self._here.by_size
        own = (
            -self.of.by_neuron(self._here, by_size).sum(0) / (2 * self.width),
            self._by_data(by_size),
        )
        units = [self._of_units(*of) for of in zip(tilts, felt, own, strict=True)]
        found[UNITS] = replace(found[UNITS], width=units[0], data=units[1])
        told = self._of_information(tilts)
        found[INFORMATION] = replace(found[INFORMATION], width=told[0], data=told[1])
        return found

    def _by_data(self, weight: Array) -> Array:
        """What the features' growth adds to log Z through D, a neuron."""
        nothing = np.zeros_like(self._mean)
        numbers = (self.of.at[name] for name in ("N", "n", "sigma2"))
        factor = _responses()(nothing, nothing, nothing, *numbers)[2]
        return np.asarray(factor * self._term.by_neuron(self._law, self._mean, weight))

    def _of_units(self, tilt: Array, felt: Array, own: Array) -> tuple[float, ...]:
        """The law's tilt, the pull's shift, and what readouts know of data and of each other."""
        coupling, field = self.of.of.coupling, self._here.field
        shift = np.tensordot(felt, self.of.overlaps, 1)
        gains = (1 + coupling * field**2) * tilt, 2 * coupling * field * shift, 2 * own
        weight = self.strength * self._here.chances * self._own
        return tuple(float((weight * gain).sum()) for gain in gains)

    @property
    def _bare(self) -> Sectors:
        """The kernel alone, without the covariance of pulls."""
        here, of = self._here, self.of
        weight = here.chances * here.bare
        inner, outer = gram(of.along, weight), gram(of.across, weight) / of.copies
        none = np.zeros_like(here.pulled), np.zeros_like(here.mean)
        return replace(here, pulled=none[0], mean=none[1], inner=inner, outer=outer)

    def _information(self, kernel: Sectors) -> float:
        return float(self.of.log_dets(kernel).sum()) / 2

    def _of_information(self, tilts: tuple[Array, Array]) -> tuple[tuple[float, ...], ...]:
        """The law's tilt, and the variance of the matrix's degrees of freedom over neurons and over
        inputs."""
        kernel, of = self._bare, self.of
        law = self._term.of_sectors(kernel)
        each = of.by_neuron(kernel, kernel.weight).sum(0)
        at_input = law.variance * self._term.density
        squares = float((kernel.chances * each**2).sum()), float(of.nodes.roots**2 @ at_input**2)
        pairs = (law.kernel, 1.0), (law.copy, of.copies)
        joint = sum(count * float((k * k.T).sum()) for k, count in pairs) * self._term.density**2
        moved = [float((kernel.chances * tilt * each).sum()) / 2 for tilt in tilts]
        counts = self.width, of.at["n"]
        return tuple(
            (shift, -(square - joint) / (4 * count))
            for shift, square, count in zip(moved, squares, counts, strict=True)
        )


def _normalised(order: Shift) -> Array:
    shifts = np.array([order.shift[name] for name in OBSERVABLES[:4]])
    return np.asarray(shifts * scales(len(shifts)))
