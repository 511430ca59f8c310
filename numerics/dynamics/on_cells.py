"""The law of all neurons on cells, followed to rest or to a given time without any noise.

Implicit steps with the residual that the law has at their end: where neurons answer the residual
faster than a step, one that is taken from its start would be overshot. Two runs, the finer one with
cells half as wide and a quarter of the step, tell the error: of second order in the cells and of
first in the step, both fall by four.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.ndimage import maximum_filter1d

from binodal.numerics.dynamics.cells import rates, stepped
from binodal.numerics.dynamics.course import Array, Course, Curve, Options, Tell
from binodal.numerics.dynamics.evolve import Rest, at_rest, how_far
from binodal.numerics.dynamics.particles import FEWEST, GROWTH
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status

_FIRST, _MOST, _NEAR = 0.05, 400, 8
"""The first step by the rate at the start; how many times a course without an end has; how many
readings before and after tell an error: an octave of time each."""
_CLOSED, _TRIES, _MOVED, _ROUNDED = 1e-9, 15, 1e-4, 1e-6
"""Of the residual, what is left open and what differences are taken over; a share of a curve that
no error is below, and of a step that rounding may take."""
_OUTSIDE, _DEPTHS = 1e-9, (40.0, 80.0, 160.0, 320.0)
"""The mass that outermost cells may hold, or deeper ones are tried."""


class LawOnCells(Protocol):
    """A neuron on cells (rows, columns): masses sum to one.

    The first row and the first column may be where the coordinates end, not what cells leave out.
    """

    sizes: tuple[float, float]
    ends: tuple[bool, bool]

    def prior(self) -> Array:
        """The masses to start from."""

    def potential(self, residual: Array) -> Array:
        """U of one neuron on the cells."""

    def residual(self, masses: Array) -> Array:
        """The modes of the residual that a law leaves."""

    def read(self, masses: Array) -> Mapping[str, float]:
        """What curves show."""


@dataclass
class Run:
    """A law on its way; ``parts`` are the steps between two readings."""

    law: LawOnCells
    parts: int
    masses: Array = field(init=False)
    residual: Array = field(init=False)
    _inverse: Array = field(init=False)

    def __post_init__(self) -> None:
        self.masses = self.law.prior()
        self.residual = self.law.residual(self.masses)
        self._inverse = -np.eye(len(self.residual))

    def advance(self, span: float) -> None:
        """To the next reading. Raises Undecided where the residual cannot be closed in doubles."""
        for _ in range(self.parts):
            self._step(span / self.parts)

    def _step(self, step: float) -> None:
        """By Broyden's method in the residual at the end, from slopes anew where it fails."""
        leaving, _ = rates(self.law.potential(self.residual), self.law.sizes)
        rounding = float(np.finfo(float).eps * step * leaving.max())
        if rounding > _ROUNDED:
            raise Undecided("doubles do not resolve longer steps")
        close = max(_CLOSED, rounding)
        if not self._closed(step, close):
            self._inverse = self._by_differences(step)
            if not self._closed(step, close):
                raise Undecided("the residual cannot be closed at the end of a step")

    def _closed(self, step: float, close: float) -> bool:
        residual = self.residual
        after, off = self._tried(residual, step)
        for _ in range(_TRIES):
            if np.abs(off).max() <= close * np.abs(residual).max():
                self.masses, self.residual = after, residual + off
                return True
            change = -self._inverse @ off
            residual, before = residual + change, off
            after, off = self._tried(residual, step)
            answer = self._inverse @ (off - before)
            scale = change @ answer
            if scale != 0:
                self._inverse += np.outer(change - answer, change @ self._inverse) / scale
        return False

    def _by_differences(self, step: float) -> Array:
        """The inverse of the slopes of what is left open."""
        residual = self.residual
        _, off = self._tried(residual, step)
        moves = _MOVED * np.abs(residual).max() * np.eye(len(residual))
        slopes = [(self._tried(residual + move, step)[1] - off) / move.sum() for move in moves]
        return np.linalg.inv(np.stack(slopes, axis=1))

    def _tried(self, residual: Array, step: float) -> tuple[Array, Array]:
        after = stepped(self.masses, self.law.potential(residual), self.law.sizes, step)
        after /= after.sum()  # Rounding moves the mass by the step times the fastest rate.
        return after, self.law.residual(after) - residual

    def outside(self) -> float:
        """The mass of the outermost cells where the coordinates do not end."""
        total = 0.0
        for axis, ends in enumerate(self.law.ends):
            if self.masses.shape[axis] > 1:
                total += float(np.take(self.masses, -1, axis).sum())
                total += 0.0 if ends else float(np.take(self.masses, 0, axis).sum())
        return total


@dataclass
class Pair:
    """A rough and a fine run, and what was read of both at common times."""

    rough: Run
    fine: Run
    times: list[float] = field(default_factory=list)
    kept: list[tuple[Mapping[str, float], Mapping[str, float]]] = field(default_factory=list)

    def note(self, time: float) -> None:
        """Read both."""
        self.times.append(time)
        rough, fine = (run.law.read(run.masses) for run in (self.rough, self.fine))
        self.kept.append((rough, fine))

    def curves(self) -> dict[str, Curve]:
        """Extrapolated from both; errors: how far they are apart, and what rounding and closing do.

        Near a reading, since errors of cells and of steps cancel where they have other signs.
        """
        curves = {}
        for name in self.kept[0][0]:
            rough, fine = np.array([(r[name], f[name]) for r, f in self.kept]).T
            best = (4 * fine - rough) / 3
            apart = maximum_filter1d(np.abs(fine - rough), 2 * _NEAR + 1, mode="nearest")
            curves[name] = Curve(best, apart + _ROUNDED * np.abs(best).max())
        return curves

    def held(self, span: float, until: float) -> bool:
        """Whether cells hold the law after a step to the next reading, which is then made."""
        for run in (self.rough, self.fine):
            run.advance(span)
        time = self.times[-1]
        self.note(until if span == until - time else time + span)
        return self.rough.outside() + self.fine.outside() < _OUTSIDE


@np.errstate(all="ignore")
def on_cells(
    law: Callable[[float, int], LawOnCells],
    rate: Callable[[Array], float],
    rest: Rest,
    panels: tuple[tuple[str, ...], ...],
    options: Options,
    notes: tuple[str, ...],
    tell: Tell,
) -> Course:
    """The course from the prior on; ``law`` is told how deep cells are to reach, in units of U,
    and by how much to divide their sizes.

    ``rate`` is the fastest of one neuron in a residual. Raises ParameterError for what makes no
    sense, and Undecided where a step does not close at the start or no cells hold the law.
    """
    if options.particles is not None or options.seed is not None:
        raise ParameterError("particles and seed: a law on a grid draws nothing at random")
    until = np.inf if options.until is None else options.until
    if not until > 0:
        raise ParameterError(f"until={until:g}: a positive time")
    for depth in _DEPTHS:
        pair, left = Pair(Run(law(depth, 1), 1), Run(law(depth, 2), 4)), None
        try:
            held = _followed(pair, rate(pair.rough.residual), until, rest, tell)
        except (KeyboardInterrupt, Undecided) as ending:
            if len(pair.kept) < FEWEST:
                raise
            held, left = True, ending
        if held:
            return _course(pair, rest, panels, options, notes, left)
    raise Undecided(f"cells do not hold the law at t = {pair.times[-1]:.4g}")


def _followed(pair: Pair, rate: float, until: float, rest: Rest, tell: Tell) -> bool:
    """Whether the cells held the law to the end."""
    pair.note(0.0)
    while pair.times[-1] < until and len(pair.times) <= _MOST:
        time = pair.times[-1]
        if until == np.inf and at_rest(np.array(pair.times), pair.curves(), rest):
            return True
        tell(min(1.0, time / until if until < np.inf else len(pair.times) / _MOST))
        span = min(max(_FIRST / rate, time * (GROWTH - 1)), until - time)
        if not pair.held(span, until):
            return False
    return True


def _course(
    pair: Pair,
    rest: Rest,
    panels: tuple[tuple[str, ...], ...],
    options: Options,
    notes: tuple[str, ...],
    left: BaseException | None,
) -> Course:
    times, curves = np.array(pair.times[: len(pair.kept)]), pair.curves()
    steps = np.diff(times) / pair.fine.parts
    rows, columns = pair.fine.masses.shape
    numbers = {"shortest_step": float(steps.min()), "longest_step": float(steps.max())}
    numbers |= {"rows": rows, "columns": columns}
    status, why = how_far(times, curves, rest, options)
    stopped = isinstance(left, KeyboardInterrupt)
    if stopped:
        status, why = Status.UNDECIDED, f"interrupted at t = {times[-1]:.4g}"
    elif left is not None:
        status, why = Status.UNDECIDED, f"{left}; {why}"
    return Course(times, curves, rest, panels, status, why, notes, numbers, stopped=stopped)
