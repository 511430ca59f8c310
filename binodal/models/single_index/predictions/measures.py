"""What the derived law of a neuron says of measures, at finite d, with orders in 1/N and 1/n."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial

import numpy as np

from binodal.derive.gaussian.activations import activation
from binodal.models.single_index.network.shape import shape_of
from binodal.models.single_index.numerics.closed_modes import more_modes
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.law_readings import averaged, ends, log_density
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.window import Array
from binodal.models.single_index.predictions.finite_width import finite_width
from binodal.models.single_index.predictions.modes import named
from binodal.models.single_index.predictions.readouts import LOSS, TRAINED, of_readouts
from binodal.models.single_index.predictions.rows import complete, on_axis
from binodal.models.teacher_student.predictions.measures import (
    LEFT_OUT,
    entropy,
    entropy_across,
    spike,
    with_spikes,
)
from binodal.models.teacher_student.predictions.readouts import READ
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.measures.barrier import ONE_PHASE, least_between
from binodal.validate.measures.crossed import crossings
from binodal.validate.measures.silent import silent_share
from binodal.validate.measures.theory import Later, Theory

SEVERAL = "derived for one direction"
_COSINES = 2001
_FURTHER = ("sparsity", "weight_entropy", "local_complexity")
_FOURTH = "w_perp4"
Values = dict[str, tuple[float, float]]


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network on n Gaussian inputs, and the droplets of its law of |m|."""
    setting = shape_of(parameters).setting
    point = {name: float(value) for name, value in parameters.items()}
    try:
        state = solved(setting, point, refine=2, near=solved(setting, point))
    except Undecided as doubt:
        return Theory(doubt=str(doubt))
    few = state.too_few()
    if few:
        return Theory(doubt=few)
    modes = [named(setting, k) for k in more_modes(setting)]
    further = (*_FURTHER, "bbp_spikes", *READ, LOSS, TRAINED)
    names = (*modes, *_direct(modes), *averaged(setting), *further)
    told = cache(partial(_told, setting, point))
    barrier, share, why = _droplets(state)
    values = Later(names, lambda: told()[0])
    silent = Later(names, lambda: told()[1])
    return Theory(values, silent, {}, barrier, share, why, LEFT_OUT)


def _told(setting: Setting, point: Mapping[str, float]) -> tuple[Values, dict[str, str]]:
    """Numbers with their errors, or why there are none."""
    orders = more_modes(setting)
    whole, axis = complete(setting, dict(point)), on_axis(setting, dict(point), orders)
    rows = list(finite_width(setting, orders, whole, axis, (*_FURTHER, _FOURTH), _further))
    values = {row.observable: (row.value, row.error) for row in rows if not row.missing}
    silent = {row.observable: row.missing for row in rows if row.missing}
    modes = [named(setting, k) for k in orders]
    if silent:
        why = next(iter(silent.values()))
        return values, silent | dict.fromkeys(
            (*_direct(modes), *READ, LOSS, TRAINED, "bbp_spikes"), why
        )
    known = of_readouts([solve() for solve in axis], whole[1](), _further)
    values = {name: known.moved(name, *told) for name, told in values.items()}
    values |= dict(zip(_direct(modes), map(values.__getitem__, modes), strict=True))
    values |= known.values
    silent |= known.silent
    aligned = min(sum(sum(values[f"m2{end}"]) for end in ends(setting.directions)), 1.0)
    density, moved = values["local_complexity"]
    crossed, frame = crossings(point["N"], int(point["d"]), aligned, density)
    values["local_complexity"] = crossed, frame + moved / density * crossed
    fourth = values.pop(_FOURTH)[0]
    if setting.directions > 1:
        return values, {**silent, "bbp_spikes": SEVERAL}
    across = values["w_perp2"][0] / max(point["d"] - 1, 1)
    spikes = spike(values["q2"][0], across, fourth, point["d"], point["N"])
    numbers, doubts = with_spikes(values, spikes)
    return numbers, silent | doubts


def _direct(modes: Sequence[str]) -> list[str]:
    return [f"{name}_direct" for name in modes]


def _droplets(state: FiniteState) -> tuple[float | None, float | None, str]:
    """The barrier of |m| with the share beyond it, or why there is none."""
    if state.law.setting.directions > 1:
        return None, None, f"a barrier between phases of neurons is {SEVERAL}"
    places = np.linspace(0, 1, _COSINES)[:-1]
    one, other = (log_density(state.law, state.window, state.chances, s * places) for s in (1, -1))
    barrier, share = least_between(places, np.exp(one) + np.exp(other)) or (None, None)
    return barrier, share, ONE_PHASE if barrier is None else ""


def _further(state: FiniteState) -> dict[str, Array]:
    """|w_perp|^4, activations that are nearly silent, - sum |w_j| ln |w_j| over a network, and the
    density of w.x at zero by what it is without a bias.
    """
    window, point = state.window, state.law.at
    squares = window.cosines**2
    perp2 = np.maximum(1 - squares.sum(0), 0)[:, None] * window.r**2
    along = sum(entropy(np.abs(cosine)[:, None] * window.r) for cosine in window.cosines)
    across = entropy_across(point["d"] + 1 - len(squares), perp2)
    phi = activation(state.law.setting.activation)
    return {
        "sparsity": silent_share(phi, window.r, window.bias)[None],
        "weight_entropy": point["N"] * (along + across),
        "local_complexity": np.exp(-((window.bias / window.r) ** 2) / 2)[None],
        _FOURTH: perp2**2,
    }
