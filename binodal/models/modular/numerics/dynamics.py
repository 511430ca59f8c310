"""Mean-field dynamics of modular addition: a particle is one mode of a neuron, readouts fast.

The law of all weights is a product over modes at all times, so that no neuron needs to be followed
as a whole. The prior is exact between kicks; the decay of sixth order is no part of what can be
drawn exactly and acts in the kick, beside the residual, in steps that the outermost particle asks
for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from binodal.models.modular.numerics.finite import REAL_MODE
from binodal.models.modular.numerics.float_law import mean_and_share
from binodal.models.modular.numerics.functions import PARAMETERS
from binodal.models.modular.numerics.grid import finite_grid
from binodal.models.modular.numerics.results import assumptions, require_complex_mode
from binodal.models.modular.numerics.two_states import ModesInTwoWells
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array, Course, Options, Tell
from binodal.numerics.dynamics.evolve import evolved, known_rest
from binodal.numerics.dynamics.notes import FAST, UNIT
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.phases.network_delay import delay_or_why
from binodal.numerics.phases.rule import PHASES

_FORMS = Forms("binodal.models.modular.forms.dynamics")
_force, _steepest = _FORMS.floats("force"), _FORMS.floats("steepest")
_relaxation, _residual = _FORMS.floats("relaxation"), _FORMS.floats("residual")
_loss = Forms("binodal.models.modular.forms.curves").floats("level")
_events = Forms("binodal.models.modular.forms.action").floats("event_values")


class ModeNeurons:
    """Particles (|w_k|, |v_k|)."""

    holds = 0.5

    def __init__(self, parameters: Mapping[str, float], start: str = "prior") -> None:
        self._exact = [parameters[name] for name in PARAMETERS]
        self.order, self.start = parameters["P"], start
        self.modes = (self.order - 1) // 2
        self.cut, self.ring = (
            _events(event, "derived")(*self._exact)[1] for event in ("birth", "coexistence")
        )

    def rate(self, state: Array, residual: Array) -> float:
        """The prior's rate, and the slopes of the force out to the outermost particle."""
        return 1.0 + float(_steepest()(state.max(), *residual, *self._exact)[0])

    def draw(self, particles: int, chance: np.random.Generator) -> Array:
        """From the Gaussian prior; where asked as many as there are neurons are on the ring."""
        state = self.relaxed(np.zeros((2, particles)), np.inf, chance)
        if self.start == "feature":
            state[:, : round(particles / self.modes)] = np.sqrt(self.ring)
        return state

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """A modulus is the norm of two components, one along the mode and one across."""
        kept, spread = _relaxation()(time, self.order)
        width = np.sqrt(spread)
        moved = chance.standard_normal(state.shape)
        moved *= width
        moved += kept * state
        moved *= moved
        across = chance.standard_normal(state.shape)
        across *= across
        across *= spread
        moved += across
        return np.sqrt(moved, out=moved)

    def residual(self, state: Array) -> Array:
        """(a,)."""
        return np.array(_residual()(_joint(state), *self._exact))

    def force(self, state: Array, residual: Array) -> Array:
        """Along |w_k| and |v_k|."""
        return np.stack(_force()(*state, *residual, *self._exact))

    def read(self, state: Array) -> Mapping[str, float]:
        """Residual and eigenvalue, mean square, neurons with a droplet, loss of the mean."""
        (a,) = self.residual(state)
        mean = (state[0] ** 2 + state[1] ** 2) / 2
        share = float((mean > self.cut).mean())
        return self.described(float(a), float(mean.mean()), share)

    def described(self, a: float, mean: float, share: float) -> dict[str, float]:
        """The curves at a residual, a mean of x and a share of modes in droplets."""
        sigma2 = self._exact[PARAMETERS.index("sigma2")]
        return {
            "a": a,
            "lambda": sigma2 * (1 - a) / a,
            "x": mean,
            "droplets": float(-np.expm1(self.modes * np.log1p(-min(share, 1 - 1e-16)))),
            "test_loss": float(_loss()(a, *self._exact)[0]),
        }


def _joint(state: Array) -> float:
    # No product of vectors: a linear algebra library shares it among threads that wait longest.
    both = state[0] * state[1]
    both *= both
    return float(both.mean())


PANELS = (("a", "droplets"), ("x",), ("lambda",), ("test_loss",))
MEASURED = ("a", "lambda", "x")
DROPLETS = (
    "droplets: neurons with (|w_k|^2 + |v_k|^2)/2 beyond the place of birth in some mode, k and "
    "P-k as one"
)
STARTS = {
    "prior": "start: every weight is drawn from its Gaussian prior, as networks are",
    "feature": "start: of every (P - 1)/2 modes one stands on the ring of coexistence, one a "
    "neuron on average; the others are drawn from the Gaussian prior",
}
MODES = "modes: independent at all times and of one law: action and prior are sums over modes"
ONE_LOSS = "test_loss: of the mean predictor on a pair; all pairs are data, so the train loss too"


def dynamics(
    parameters: Mapping[str, Fraction], theory: str, options: Options, tell: Tell
) -> Course:
    """The mean-field course of a mode. Raises ParameterError for the published theory or P = 2."""
    if theory != "derived":
        raise ParameterError(f"theory={theory}: its closure is no law that dynamics lead to")
    options.require_fast()
    require_complex_mode(parameters)
    point = {name: float(value) for name, value in parameters.items()}
    if not min(point.values()) > 0:
        raise Undecided("a parameter is rounded to zero in doubles")
    own = (MODES, DROPLETS, ONE_LOSS, *(() if point["P"] % 2 else (REAL_MODE,)))
    options.require_no_grid()
    notes = (UNIT, FAST, STARTS[options.start], *assumptions(theory), *own)
    neurons = ModeNeurons(point, options.start)
    rest = known_rest(partial(_at_rest, neurons, point), 16, 32)
    course = evolved(neurons, rest, PANELS, options, notes, tell)
    if options.start != "prior":
        return course
    return replace(
        course, measured=MEASURED, delay=delay_or_why(lambda: ModesInTwoWells(parameters))
    )


def _at_rest(neurons: ModeNeurons, parameters: Mapping[str, float], nodes: int) -> dict[str, float]:
    solved = finite_grid(parameters, "derived", nodes)
    if PHASES[int(solved["phase"])] == "undecided":
        raise Undecided("the closure is not solved in doubles")
    at_u, order, decay, cut = map(
        np.atleast_1d, (solved["u"], neurons.order, parameters["gamma"], neurons.cut)
    )
    mean, share = mean_and_share(at_u, order, decay, cut, nodes)
    return neurons.described(float(solved["a"]), float(mean[0]), float(share[0]))
