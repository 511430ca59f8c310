"""Langevin particles of one neuron against the time it takes to leave the zero state, exactly.

The residual is held at that of a network all at zero. A particle that arrives at the feature starts
anew from zero overlap, so that arrivals in a long time are that time over the mean one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import exp, log, nan

import numpy as np
from flint import arb

from binodal.models.teacher_student.numerics.hysteresis import leaving_zero
from binodal.models.teacher_student.numerics.metastable import over_barrier
from binodal.models.teacher_student.numerics.particles import ErfNeurons
from binodal.models.teacher_student.numerics.saddles import Closure, saddles
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.balls import precision
from binodal.numerics.dynamics.course import Array
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale
from binodal.validate.compare.measurement import Measurement
from binodal.validate.experiments.trial import Curve, Trial, Tried
from binodal.validate.prediction import Prediction

SEED, REPLICAS, PARTICLES, BITS, SHARE, BEFORE = 2310, 8, 500, 96, 0.1, 0.2
"""``SHARE`` of the inverse of the fastest rate is a step; ``BEFORE`` of a run is not counted."""

WALKED = ((Fraction(18, 100), 8, 700), (Fraction(19, 100), 8, 400))
"""sigma2, beta of the scaling, and how many arrivals are waited for."""

LADDER = Fraction(21, 100), (8, 12, 16, 25, 36, 49, 64, 81)
_FIG2 = SPACE.at(SPACE.presets["fig2"])


def _cases(effort: Fraction, device: str) -> Iterator[Tried]:
    walked = [_walked(*of, effort) for of in WALKED]
    first, *others = walked
    yield Tried(*first, curves=_curves([parameters for _, parameters, *_ in walked]))
    yield from (Tried(*other) for other in others)


def setting(sigma2: Fraction, beta: int) -> Parameters:
    """Fig. 2 at a noise, along the model's scaling."""
    scaled, _ = rescale(_FIG2, Fraction(beta))
    return scaled.replace(sigma2=sigma2)


def arrivals(
    neurons: ErfNeurons,
    residual: Array,
    goal: float,
    step: float,
    steps: int,
    chance: np.random.Generator,
) -> float:
    """Arrivals of |q| at a goal per particle and unit of time, after a share of the run."""
    state, arrived, first = neurons.draw(PARTICLES, chance), 0, round(BEFORE * steps)
    state[0] = 0.0
    for k in range(steps):
        pushed = neurons.force(state, residual)
        pushed = pushed + neurons.force(state + step * pushed, residual)
        state = neurons.relaxed(state + step / 2 * pushed, step, chance)
        there = np.abs(state[0]) >= goal
        state[0, there] = 0.0
        arrived += int(there.sum()) if k >= first else 0
    return arrived / (PARTICLES * step * (steps - first))


def _walked(
    sigma2: Fraction, beta: int, wanted: int, effort: Fraction
) -> tuple[str, Parameters, int, tuple[Measurement, ...], tuple[Prediction, ...]]:
    """Rates over the exact one, with steps of two lengths, and formulas beside it."""
    parameters = setting(sigma2, beta)
    of = leaving_zero(parameters, "derived", BITS)
    if of.exact is None or of.log10_time is None or of.rise is None:
        raise Undecided(of.why or "no exact time")
    time, relaxed = 10 ** of.exact[0], _relaxation(parameters)
    residual = np.array([float(of.residual[mode].mid()) for mode in ("b", "c")])
    counted = float(wanted * effort) * time / (REPLICAS * PARTICLES)
    fine, rough = (_rates(parameters, residual, k, counted) * time for k in (1, 2))
    spread = float(fine.std(ddof=1)) / REPLICAS**0.5
    away = float(fine.mean() - rough.mean()) / 3
    chance = float(np.hypot(fine.std(ddof=1), rough.std(ddof=1))) / REPLICAS**0.5 / 3
    name = "escape rate"
    told = Measurement(
        name, float(fine.mean()), spread, REPLICAS, nan, nan, bias=away, bias_error=chance
    )
    formula = 10 ** (of.exact[0] - of.log10_time)
    naive = time / relaxed * exp(-float(of.rise.mid()))
    control = partial(Prediction, observable=name, control=True)
    predictions = (
        Prediction("derived", name, 1.0, log(10) * of.exact[1]),
        Prediction(
            "derived", name, formula, formula * log(10) * (of.error or nan), limit="Kramers"
        ),
        control("control: one of both exits", value=formula / 2),
        control("control: exp(barrier) relaxations", value=naive),
        control(
            "control: dW in the place of sqrt(2) dW", value=formula * exp(-float(of.rise.mid()))
        ),
    )
    case = f"sigma2-{float(sigma2):g}-beta-{beta}"
    return case, parameters, REPLICAS * PARTICLES * 2, (told,), predictions


def _relaxation(parameters: Parameters) -> float:
    """The time in which the prior is forgotten."""
    return float(parameters["sigma_w2"] / parameters["d"])


def _rates(parameters: Parameters, residual: Array, longer: int, counted: float) -> Array:
    """Arrivals per time, replica by replica, in a counted time, with steps so much ``longer``."""
    neurons = ErfNeurons({name: float(value) for name, value in parameters.items()}, "derived")
    step = longer * SHARE / neurons.rate(np.empty(0), residual)
    steps = max(10, round(counted / step / (1 - BEFORE)))
    seeds = np.random.SeedSequence([SEED, longer]).spawn(REPLICAS)
    chances = [np.random.Generator(np.random.SFC64(seed)) for seed in seeds]
    goal = _goal(parameters, residual)
    return np.array([arrivals(neurons, residual, goal, step, steps, each) for each in chances])


def _goal(parameters: Parameters, residual: Array) -> float:
    """Where the feature is least in action."""
    with precision(BITS):
        closure = Closure(*(arb(float(mode)) for mode in residual))
        pair = over_barrier(saddles(parameters, closure, "derived"))
    if pair is None:
        raise Undecided("no feature in this residual")
    return float(pair[1].q.mid())


def _curves(walked: Sequence[Parameters]) -> dict[str, Curve]:
    """Barriers and log10 of times over a relaxation: exact, by the formula, where walked."""
    sigma2, betas = LADDER
    ladder = [setting(sigma2, beta) for beta in betas]
    parts = {"exact": ladder, "Kramers": ladder, "walked": walked}
    return {name: _times(name, of) for name, of in parts.items()}


def _times(name: str, settings: Sequence[Parameters]) -> dict[str, list[float]]:
    rows = []
    for of in settings:
        times, unit = leaving_zero(of, "derived", BITS), np.log10(_relaxation(of))
        formula = None if times.error is None else (times.log10_time, times.error)
        time = formula if name == "Kramers" else times.exact
        if time is not None and time[0] is not None and times.rise is not None:
            rows.append((float(times.rise.mid()), float(time[0] - unit), time[1]))
    return dict(zip(("x", "y", "error"), map(list, zip(*rows, strict=True)), strict=True))


ESCAPE_TIMES = Trial(
    "escape-times",
    "The time of one neuron over its barrier: particles, the exact equation, Eyring and Kramers",
    "Do Langevin particles leave the zero state at the derived rate, prefactor included?",
    {
        "theory": "derived action in (q, r_perp), residual of a network that is all at zero",
        "particles": f"{REPLICAS} replicas of {PARTICLES}, steps of two lengths",
    },
    SEED,
    _cases,
)
