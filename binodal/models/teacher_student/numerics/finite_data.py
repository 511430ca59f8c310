"""Teacher-student at first order in 1/n at fixed n/sigma^2: the residual and the neurons' law.

D = <m^2 v> - <m K m> on nodes of t = w*.x > 0: K = A/(1 + (n/sigma^2) A) in sectors 0 and 1, and
higher sectors enter at first order of what they hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from binodal.models.teacher_student.numerics.finite_width import (
    MODES,
    STEP,
    Curvature,
    Sectors,
    Shift,
    form,
)
from binodal.models.teacher_student.numerics.law import scales
from binodal.models.teacher_student.numerics.nodes import Array
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_responses = _FORMS.floats("responses")
_LARGEST = 0.5


@dataclass(frozen=True)
class _Law:
    """One law: K of both sectors, and the variance v at the nodes.

    ``left`` and ``right`` are (1 + X)^{-1} of sectors 0 and 1, X in ``of``; ``kernel`` and
    ``copy`` K of sector 0 and of a copy of sector 1.
    """

    of: Sectors
    left: Array
    right: Array
    kernel: Array
    copy: Array
    variance: Array


@dataclass(frozen=True)
class Counts:
    """How often a function's square counts: operators on sectors 0 and 1, and a neuron's share of
    the sectors above, (q, s).

    Once each for <f^2>, as often as its degree for <|grad f|^2>.
    """

    along: Array
    across: Array
    rest: Array


class DataTerm:
    """D and its slopes around the closure's residual."""

    def __init__(self, of: Curvature) -> None:
        self.of, self.density = of, of.at["n"] / of.at["sigma2"]
        self.modes, self._roots = of.nodes.modes, of.nodes.roots

    def law(self, residual: Array, source: float = 0.0) -> _Law:
        """What D needs from the law at a residual (normalised basis)."""
        return self.of_sectors(self.of.sectors(residual, source))

    def of_sectors(self, of: Sectors) -> _Law:
        """What it needs from a law's part of the curvature."""
        left, right = (np.asarray(np.linalg.inv(np.eye(len(x)) + x)) for x in (of.inner, of.outer))
        kernel, copy = of.inner @ left / self.density, of.outer @ right / self.density
        rest = np.tensordot(self.of.nodes.rest, of.chances * of.weight, 2) / self.density
        local = np.diag(kernel) + self.of.copies * np.diag(copy) + rest
        return _Law(of, left, right, np.asarray(kernel), np.asarray(copy), local / self._roots**2)

    def value(self, of: _Law, mean: Array) -> float:
        """D at a law and a mean residual on the nodes."""
        return float(mean @ (of.variance * mean) - mean @ of.kernel @ mean)

    @property
    def once(self) -> Counts:
        """Of <f^2>."""
        every = np.eye(len(self._roots))
        return Counts(every, every, self.of.rest)

    def spread(self, of: _Law, counts: Counts) -> float:
        """The outputs' variance over the posterior, averaged over inputs."""
        rest = (of.of.chances * of.of.weight * counts.rest).sum() / self.density
        outer = self.of.copies * (counts.across * of.copy).sum()
        return float((counts.along * of.kernel).sum() + outer + rest)

    def scatter(self, of: _Law, mean: Array, counts: Counts) -> float:
        """The trace of K m^2 K - (K m)(K m) over sectors 0 and 1."""
        square, answer = np.diag((mean / self._roots) ** 2), of.kernel @ mean
        pairs = (counts.along, of.kernel), (counts.across, of.copy)
        inner, outer = (float((how * (k @ square @ k)).sum()) for how, k in pairs)
        return inner + self.of.copies * outer - float(answer @ counts.along @ answer)

    def by_mean(self, of: _Law, mean: Array) -> Array:
        """The slopes of D by the mean residual at a fixed law."""
        return np.asarray(2 * (of.variance * mean - of.kernel @ mean))

    def by_neuron(self, of: _Law, mean: Array, weight: Array) -> Array:
        """dD/d eps when the law is tilted by exp(eps) at one (q, s) alone, over its chance.

        Up to a constant, as the law stays normalised. K changes by (1 + X)^{-1} dX (1 + X)^{-1}.
        ``weight`` as in :meth:`Curvature.by_neuron`.
        """
        square = np.diag((mean / self._roots) ** 2)
        inside = of.left @ (square - np.outer(mean, mean)) @ of.left
        whole = form(self.of.along, inside) + form(self.of.across, of.right @ square @ of.right)
        whole = weight * (whole + np.tensordot(np.diag(square), self.of.nodes.rest, 1))
        pulled = np.sqrt(of.of.pulled) * np.sign(of.of.field)
        whole -= 2 * pulled * np.tensordot(inside @ of.of.mean, self.of.along, 1)
        return np.asarray(whole / self.density)


@dataclass(frozen=True)
class DataShift:
    """The first order in 1/n: observables, and the law of neurons, whose ``chances`` are (q, s).

    ``training`` is the shift of the residual's modes on the training inputs. The terms of ``shift``
    are what the residual that D holds moves, and the law that D holds.
    """

    shift: Shift
    training: Array
    chances: Array

    def left_out(self, data: float) -> float:
        """The second order over the first, estimated: not a bound.

        A law that gains t is tilted by exp(t), of which the first order keeps 1 + t; for a fixed
        kernel the ratio is that of Gaussian features.
        """
        return self.shift.tilted + self.shift.next_over_first(data)

    def require_small(self, data: float) -> None:
        """Raises Undecided unless the second order is below half of the first."""
        if not self.left_out(data) < _LARGEST:
            raise Undecided(
                f"1/n is not small: log p of a neuron would gain {self.shift.tilted:.2g}, and "
                f"there are {self.shift.freedom:.3g} degrees of freedom for n = {data:.0f}"
            )


@dataclass(frozen=True)
class _Moved:
    """What one source in D moves: the residual's modes on new and training inputs, log p."""

    population: Array
    training: Array
    tilt: Array


def _moved(term: DataTerm, here: _Law, by_mean: Array, by_law: Array, own: Array) -> _Moved:
    """D's slopes by the mean residual, by the law's residual, and by a neuron's own chance."""
    numbers = (term.of.at[name] for name in ("N", "n", "sigma2"))
    sources = _responses()(by_mean, by_law, here.of.inner @ by_mean, *numbers)
    training, population = (here.left @ source for source in sources[:2])
    felt = np.tensordot(training, term.of.along, 1)
    tilt = term.of.tilt(here.of.chances, here.of.field, felt, sources[2] * own)
    return _Moved(term.modes @ population, term.modes @ training, tilt)


def first_order_data(of: Curvature, step: float = STEP) -> DataShift:
    """Modes of the residual on new inputs, and the neurons' law, at the given n."""
    term, residual = DataTerm(of), of.residual
    mean, here = residual @ term.modes, term.law(residual)
    slopes = [
        sum(sign * term.value(term.law(residual + sign * step * unit), mean) for sign in (1, -1))
        for unit in np.eye(MODES)
    ]
    by_law = np.array(slopes) / (2 * step) @ term.modes
    still, nobody = np.zeros_like(mean), np.zeros_like(here.of.chances)
    parts = (
        _moved(term, here, term.by_mean(here, mean), still, nobody),
        _moved(term, here, still, by_law, term.by_neuron(here, mean, here.of.weight)),
    )
    population, training, tilts = (
        np.array([getattr(part, name) for part in parts])
        for name in ("population", "training", "tilt")
    )
    shift = of.order(residual, here.of.chances, population, tilts)
    return DataShift(shift, training.sum(0) / scales(MODES), here.of.chances)
