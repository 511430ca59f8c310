"""A single-index theory at given d: closure, saddles and the masses of the minima's basins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.protocol import Solver
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.finite_width import first_order
from binodal.models.single_index.numerics.float_saddles import FloatSaddle, float_saddles
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.notes import require_derived
from binodal.models.single_index.numerics.results import Closure, Saddle, Solution
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.window import Array, Window
from binodal.models.single_index.settings import written
from binodal.numerics.balls import ball
from binodal.numerics.corrections import in_width
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.rule import RULE, phase

FINITE = "finite"
CUT = "basins: minima are divided where the leading action in (artanh m, log r) falls to each"
MODES = (
    "modes: the residual holds the teacher's modes, and mode 0 where phi has a mean; those that no "
    "neuron learns stay"
)
_ALONE = "at finite d saddles and masses take one direction without a bias of each neuron's own"
_ROUNDING, _NEGLIGIBLE, _CELLS = 1e-13, 1e-9, 3.0


def law_notes(theory: str) -> tuple[str, ...]:
    """What the law of a neuron at finite d rests on, with its closure."""
    require_derived(theory)
    shared = (Assumption.GAUSSIAN_DATA, Assumption.CONTINUUM, Assumption.UNIT_TEACHER)
    return (*(a.value for a in (*shared, Assumption.MEAN_FIELD)), MODES)


def finite_notes(theory: str) -> tuple[str, ...]:
    """What a closure at finite d rests on, its phases' rule included."""
    *named, modes = law_notes(theory)
    return (*named, f"saddles only: {Assumption.LARGE_D.value}", modes, CUT, RULE)


def solver(setting: Setting) -> Solver:
    """Solves at parameters by floats, with errors from a finer quadrature; never certified."""

    def solve(parameters: Parameters, theory: str, digits: int) -> Solution:
        notes = finite_notes(theory)
        floats = {name: float(value) for name, value in parameters.items()}
        try:
            coarse = solved(setting, floats)
            fine = solved(setting, floats, refine=2, near=coarse)
        except Undecided as doubt:
            return Solution.without(theory, FINITE, Status.UNDECIDED, str(doubt), notes)
        return _solution(setting, theory, coarse, fine)

    return solve


def _solution(setting: Setting, theory: str, coarse: FiniteState, fine: FiniteState) -> Solution:
    of = _closure(setting, coarse, fine)
    known = "closure and masses" if setting.plain else "closure"
    why = f"{known}: quadrature over the neuron's coordinates, refined once; not certified"
    why += f"; {few}" if (few := fine.too_few()) else ""
    saddles: tuple[Saddle, ...] = ()
    named = "undecided"
    try:
        if not setting.plain:
            raise Undecided(_ALONE)
        pairs = _matched(*(float_saddles(s.law, s.modes) for s in (coarse, fine)))
        saddles = tuple(_saddle(*pair) for pair in pairs)
        shares = [_masses(s, [p[k] for p in pairs]) for k, s in enumerate((coarse, fine))]
        saddles = tuple(_with_masses(saddles, *shares))
        rest = min(saddles, key=lambda s: abs(float(s.m.mid())))
        held = [s.mass for s in saddles if s.mass is not None and s is not rest]
        at_rest = arb(0) if rest.mass is None else rest.mass
        named = phase(sum(held, arb(0)), at_rest, arb(fine.law.at["N"]))
    except Undecided as doubt:
        why = f"{why}; not decided: {doubt}"
    status, notes = Status.CONVERGED, finite_notes(theory)
    return Solution(
        theory,
        FINITE,
        status,
        of,
        saddles,
        named,
        why,
        notes,
        masses=status,
        corrections=partial(in_width, partial(_shifts, fine)),
    )


def _shifts(state: FiniteState) -> dict[str, object]:
    """First order in 1/N at the state's N, of the modes and of averages over neurons."""
    shifts = first_order(state)
    several = state.law.setting.directions > 1
    modes = {written(k) if several else str(k): shift for k, shift in shifts.modes.items()}
    return {"t": modes, **shifts.averages}


def _closure(setting: Setting, coarse: FiniteState, fine: FiniteState) -> Closure:
    """t_k with the change on a finer quadrature for a radius; what no neuron learns is exact."""
    t = {k: ball(y) for k, y in setting.taught.items()}
    rough = coarse.residual
    for k, value in fine.residual.items():
        t[k] = arb(value, abs(value - rough[k]) + _ROUNDING * max(1.0, abs(value)))
    ordered = sorted(t.items(), key=lambda mode: (sum(setting.index(mode[0])), mode[0]))
    several = setting.directions > 1
    return Closure({written(k) if several else k: value for k, value in ordered})


def _matched(
    coarse: Sequence[FloatSaddle], fine: Sequence[FloatSaddle]
) -> list[tuple[FloatSaddle, FloatSaddle]]:
    if [s.kind for s in coarse] != [s.kind for s in fine]:
        raise Undecided("the number of saddles depends on the quadrature")
    return list(zip(coarse, fine, strict=True))


def _saddle(rough: FloatSaddle, better: FloatSaddle) -> Saddle:
    def estimate(name: str) -> arb:
        value, other = getattr(better, name), getattr(rough, name)
        return arb(value, abs(value - other) + better.slack + _ROUNDING * abs(value))

    m = arb(0) if rough.m == better.m == 0 else estimate("m")
    return Saddle(m=m, r=estimate("r"), action=estimate("action"), kind=better.kind)


def _masses(state: FiniteState, points: Sequence[FloatSaddle]) -> dict[int, float]:
    """The probability of each minimum's basin, by its place in the list.

    Raises :class:`Undecided` where some probability runs to no minimum.
    """
    minima = {k: s for k, s in enumerate(points) if s.kind == "minimum"}
    window = state.window
    ends = _descent(window, _action(state.law, window, state.modes))
    roots, place = np.unique(ends, return_inverse=True)
    weight = np.bincount(place, weights=state.chances.ravel())
    masses = dict.fromkeys(minima, 0.0)
    lost = 0.0
    for root, share in zip(roots, weight, strict=True):
        i, k = np.unravel_index(root, (window.h.size, window.v.size))
        owner = _owner(minima, float(window.h[i]), float(window.v[k]), window)
        if owner is None:
            lost += float(share)
        else:
            masses[owner] += float(share)
    if lost > _NEGLIGIBLE:
        raise Undecided(f"a probability of {lost:.2g} belongs to no minimum of the action")
    return masses


def held_by_features(state: FiniteState) -> float:
    """The probability of the basins of all minima but the one nearest to m = 0.

    Raises :class:`Undecided` where some probability runs to no minimum.
    """
    saddles = float_saddles(state.law, state.modes)
    rest = min(range(len(saddles)), key=lambda k: abs(saddles[k].m))
    return sum(share for k, share in _masses(state, saddles).items() if k != rest)


def _owner(minima: dict[int, FloatSaddle], h: float, v: float, window: Window) -> int | None:
    """The minimum within a few steps of a place."""
    for k, place in minima.items():
        away = (abs(a - b) / s for a, b, s in zip(place.place, (h, v), window.steps, strict=True))
        if max(away) < _CELLS:
            return k
    return None


def _action(law: NeuronLaw, window: Window, modes: Array) -> Array:
    """S/d on the window, up to a constant: the logarithm of the density without its Jacobian."""
    along = np.logaddexp(window.h, -window.h)[:, None]
    return np.asarray((along - law.log_density(window, law.field(window, modes))) / law.at["d"])


def _descent(window: Window, action: Array) -> Array:
    """Where steepest descent from every point ends, as flat indices."""
    rows, columns = action.shape
    padded = np.pad(action, 1, constant_values=np.inf)
    best, goal = action.copy(), np.arange(action.size).reshape(action.shape)
    own = goal.copy()
    for i in (-1, 0, 1):
        for k in (-1, 0, 1):
            other = padded[1 + i : 1 + i + rows, 1 + k : 1 + k + columns]
            lower = other < best
            best = np.where(lower, other, best)
            goal = np.where(lower, own + i * columns + k, goal)
    flat = goal.ravel()
    while True:
        further = flat[flat]
        if np.array_equal(further, flat):
            return np.asarray(flat)
        flat = further


def _with_masses(
    saddles: Sequence[Saddle], rough: dict[int, float], better: dict[int, float]
) -> list[Saddle]:
    """Masses of the minima; what lies beyond the window is below the smallest that it holds."""
    return [
        replace(s, mass=arb(better[k], abs(better[k] - rough[k]) + _ROUNDING)) if k in better else s
        for k, s in enumerate(saddles)
    ]
