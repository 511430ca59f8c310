"""What the derived law of (h, v) says of progress measures, at finite d, N infinite."""

from __future__ import annotations

import numpy as np

from binodal.models.single_index.network.shape import shape_of
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.law_readings import averages, log_density
from binodal.models.single_index.numerics.window import Array
from binodal.models.teacher_student.predictions.measures import spike, with_spikes
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.measures.barrier import ONE_PHASE, least_between
from binodal.validate.measures.theory import Theory

LEFT_OUT = "corrections in 1/N and in 1/n are left out"
_COSINES = 2001


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network on n Gaussian inputs, and the droplets of its law of |m|."""
    setting = shape_of(parameters).setting
    point = {name: float(value) for name, value in parameters.items()}
    try:
        states = [solved(setting, point, refine=refine) for refine in (1, 2)]
    except Undecided as doubt:
        return Theory(doubt=str(doubt))
    few = states[1].too_few()
    if few:
        return Theory(doubt=few)
    coarse, fine = map(_of, states)
    values = {name: (value, abs(value - coarse[name])) for name, value in fine.items()}
    across, fourth = fine["w_perp2"] / max(point["d"] - 1, 1), _fourth(states[1])
    values, silent = with_spikes(values, spike(fine["q2"], across, fourth, point["d"], point["N"]))
    places = np.linspace(0, 1, _COSINES)[:-1]
    density = _density(states[1], places) + _density(states[1], -places)
    barrier, share = least_between(places, density) or (None, None)
    why = ONE_PHASE if barrier is None else ""
    return Theory(values, silent, barrier, share, why, LEFT_OUT)


def _density(state: FiniteState, places: Array) -> Array:
    return np.exp(log_density(state.law, state.window, state.chances, places))


def _fourth(state: FiniteState) -> float:
    """<|w_perp|^4>."""
    rest, norm2 = 1 - state.window.m**2, state.window.r**2
    return float(rest**2 @ state.chances @ norm2**2)


def _of(state: FiniteState) -> dict[str, float]:
    modes = {f"t{k}": t for k, t in state.residual.items()}
    direct = {f"{name}_direct": t for name, t in modes.items()}
    return modes | direct | averages(state.law, state.window, state.chances)
