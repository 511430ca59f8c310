"""Particles followed to rest or to a given time, with steps as short as their errors ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from binodal.numerics.dynamics.course import Array, Course, Curve, Options, Tell
from binodal.numerics.dynamics.particles import REPLICAS, Neurons, Readings, followed
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status

PARTICLES, FEWEST_PARTICLES, MOST_PARTICLES = 100_000, 4 * REPLICAS, 10_000_000
WORK = 4e8
"""Moves of particles after which a course without an end of its own is left."""
LONGEST = 1e11
"""Moves of particles that a user can ask for."""
_STEP, _HALVINGS, _CLOSE, _WINDOW, _FEWEST, _SAMPLE = 0.25, 2, 3.0, 2.0, 4, 64
Rest = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class _End:
    """When a course without a time to end at is left: at rest, or after so much work."""

    rest: Rest
    particles: int
    until: float
    tell: Tell

    def __call__(self, so_far: Readings) -> bool:
        steps = (np.diff(so_far.times) / so_far.steps[1:]).sum()
        if not np.isfinite(steps):
            return True
        work, time = steps * self.particles / WORK, so_far.times[-1] / self.until
        self.tell(min(1.0, max(work, time) if self.until == np.inf else time))
        if self.until < np.inf:
            return False
        return bool(work > 1) or at_rest(so_far.times, so_far.curves(), self.rest)


def known_rest(
    read: Callable[[int], Mapping[str, float]], rough: int = 1, fine: int = 2
) -> dict[str, tuple[float, float]]:
    """What a law of equilibrium says at the finer of two quadratures, with the change from the
    rougher one for an error."""
    first, second = read(rough), read(fine)
    return {name: (value, abs(value - first[name])) for name, value in second.items()}


def at_rest(times: Array, curves: Mapping[str, Curve], rest: Rest) -> bool:
    """Whether all that tends to a known value is there, through the last half of the time.

    At each moment within three errors, and on the mean within one: a slow approach is not there.
    """
    late = times >= times[-1] / _WINDOW
    if late.sum() < _FEWEST:
        return False
    for name, (value, error) in rest.items():
        off, errors = curves[name].values[late] - value, curves[name].errors[late] + error
        if (np.abs(off) > _CLOSE * errors).any() or abs(off.mean()) > errors.mean():
            return False
    return True


@np.errstate(all="ignore")
def evolved(
    neurons: Neurons,
    rest: Rest,
    panels: tuple[tuple[str, ...], ...],
    options: Options,
    notes: tuple[str, ...],
    tell: Tell,
) -> Course:
    """The course of a law of neurons from the prior on.

    ``panels`` are what is drawn together. Steps are halved until a rougher set of particles differs
    by chance alone, or twice; then what is left of the difference stays in the errors and the
    status is undecided. Raises ParameterError for a time or a number of particles that makes no
    sense, and Undecided where numbers overflow.
    """
    particles, seed = _particles(options), options.seed or 0
    share, until = _STEP, _until(neurons, options, particles)
    end = _End(rest, particles, until, tell)
    for _ in range(_HALVINGS + 1):
        readings = _finite(followed(neurons, share, until, particles, seed, end))
        share /= 2
        if readings.stopped or not readings.too_rough():
            break
    steps = float(readings.steps[1:].min()), float(readings.steps.max())
    numbers = dict(zip(("shortest_step", "longest_step"), steps, strict=True))
    numbers |= {"particles": particles, "replicas": REPLICAS, "seed": seed}
    curves = readings.curves()
    status, why = _judged(readings, curves, rest, options)
    stopped = readings.stopped
    return Course(
        readings.times, curves, rest, panels, status, why, notes, numbers, stopped=stopped
    )


def _finite(readings: Readings) -> Readings:
    if not all(np.isfinite(values).all() for values in readings.fine.values()):
        raise Undecided(f"numbers overflow by t = {readings.times[-1]:.4g}")
    return readings


def _particles(options: Options) -> int:
    particles = PARTICLES if options.particles is None else options.particles
    if not FEWEST_PARTICLES <= particles <= MOST_PARTICLES:
        least, most = FEWEST_PARTICLES, MOST_PARTICLES
        raise ParameterError(f"particles={particles}: must be from {least} to {most}")
    return particles - particles % (2 * REPLICAS)


def _until(neurons: Neurons, options: Options, particles: int) -> float:
    if options.until is None:
        return float("inf")
    if not 0 < options.until < np.inf:
        raise ParameterError(f"until={options.until:g}: a positive time")
    prior = neurons.draw(_SAMPLE, np.random.default_rng(0))
    steps = options.until * neurons.rate(prior, neurons.residual(prior)) / _STEP
    if steps * particles > LONGEST:
        raise ParameterError(f"until={options.until:g}: too long for {particles} particles")
    return options.until


def _judged(
    readings: Readings, curves: Mapping[str, Curve], rest: Rest, options: Options
) -> tuple[Status, str]:
    if readings.stopped:
        return Status.UNDECIDED, f"interrupted at t = {readings.times[-1]:.4g}"
    if readings.too_rough():
        return Status.UNDECIDED, "steps halved twice still show beside chance"
    return how_far(readings.times, curves, rest, options)


def how_far(
    times: Array, curves: Mapping[str, Curve], rest: Rest, options: Options
) -> tuple[Status, str]:
    """How a course ended: the worst quantity is named where it has not come to rest."""
    end = float(times[-1])
    if at_rest(times, curves, rest):
        return Status.CONVERGED, f"the law is that of equilibrium from t = {end / _WINDOW:.4g} on"
    far = {
        k: abs(curves[k].values[-1] - v) / (curves[k].errors[-1] + e) for k, (v, e) in rest.items()
    }
    worst = max(far, key=lambda name: far[name])
    here, there = curves[worst].values[-1], rest[worst][0]
    why = f"not at equilibrium by t = {end:.4g}: {worst} is {here:.5g} there, {there:.5g} at rest"
    return (Status.UNDECIDED if options.until is None else Status.CONVERGED), why
