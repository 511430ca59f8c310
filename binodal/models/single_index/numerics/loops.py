"""The two branches of a loop of neurons with several directions or a bias, and their escapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from binodal.models.single_index.numerics.biased import solve as biased
from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.models.single_index.numerics.biased.state import BiasedState, state_of
from binodal.models.single_index.numerics.hysteresis import Branches
from binodal.models.single_index.numerics.notes import require_derived
from binodal.models.single_index.numerics.passes import WeightsLandscape, alike, lowest_pass
from binodal.models.single_index.numerics.several import solve as several
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import turns
from binodal.models.single_index.numerics.solve import residual
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.ways_out import escapes
from binodal.models.single_index.settings import written
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Feature
from binodal.numerics.phases.hysteresis import NoBranches, Solved

_Modes = Mapping[tuple[int, ...], arb]
_Loop = tuple[str, Feature | None, Feature | None]


def several_branches(setting: SeveralSetting) -> Branches:
    """(parameters, theory, bits) -> phase and features of both branches; escapes at the given d.

    Raises :class:`NoBranches` with the escapes where the branches are not proved.
    """

    def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> _Loop:
        if turns(setting):
            raise Undecided("saddles are circles, as F is in all directions: none is isolated")
        state = State(setting, parameters)
        with precision(bits):
            t, zero = several.zero_branch(setting, state), several.zero_state(state)
        cooling = None
        if not several.not_normalisable(state, setting):
            cooling = _kept(_on(setting, state, t), zero, several.saddles_at(setting, state, bits))
        equilibrium = several.solved_at(setting, state, theory, bits)
        heating = cooling
        if equilibrium.phase != "GFL" and equilibrium.closure is not None:
            modes = {a: equilibrium.closure.t[written(a)] for a in setting.taught}
            heating = _holding(_on(setting, state, modes), zero, equilibrium.saddles[1:])
        return equilibrium.phase, cooling, heating

    return _with_escapes(setting, solved)


def biased_branches(setting: BiasedSetting) -> Branches:
    """The same of neurons with a bias each."""

    def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> _Loop:
        state = state_of(setting, parameters)
        with precision(bits):
            zero = biased.zero_state(state)
            t: _Modes = {(k,): v for k, v in residual(state).items()}
        cooling = _kept(_on(setting, state, t), zero, biased.saddles_at(state, bits))
        equilibrium = biased.solved_at(state, theory, bits)
        heating = cooling
        if equilibrium.phase != "GFL" and equilibrium.closure is not None:
            modes: _Modes = {(k,): v for k, v in equilibrium.closure.t.items()}
            heating = _holding(_on(setting, state, modes), zero, equilibrium.saddles[1:])
        return equilibrium.phase, cooling, heating

    return _with_escapes(setting, solved)


def _with_escapes(
    setting: SeveralSetting | BiasedSetting,
    loop: Callable[[Mapping[str, Fraction], str, int], _Loop],
) -> Branches:
    def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
        require_derived(theory)
        times = escapes(setting, parameters, theory)
        try:
            return (*loop(parameters, theory, bits), times)
        except Undecided as doubt:
            raise NoBranches(str(doubt), times) from doubt

    return solved


def _on(setting: Any, state: State | BiasedState, t: _Modes) -> WeightsLandscape:
    pin = ball(setting.pin) if isinstance(setting, BiasedSetting) else None
    modes = [k if isinstance(k, tuple) else (k,) for k in setting.acting_taught]
    u, _, norm = state.couplings(arb(0))
    return WeightsLandscape(setting, tuple(modes), [t[a] for a in modes], u, norm, pin)


def _kept(on: WeightsLandscape, zero: Any, here: Sequence[Any]) -> Feature | None:
    """The deepest feature; None without one. Raises :class:`Undecided`."""
    minima = [s for s in here if s.kind == "minimum"]
    if not minima:
        return None
    deepest = min(minima, key=lambda s: float(s.action.mid()))
    for other in minima:
        if not (alike(on, other, deepest) or positive(other.action - deepest.action)):
            raise Undecided("which of two features is deeper is not proved")
    return _behind(on, zero, here, deepest)


def _holding(on: WeightsLandscape, zero: Any, here: Sequence[Any]) -> Feature | None:
    """Of those as deep as the zero state the one behind the lowest pass."""
    minima = [s for s in here if s.kind == "minimum" and s.action.contains(0)]
    behind = [_behind(on, zero, here, s) for s in minima]
    return min(behind, key=lambda f: float(f.barrier.mid()), default=None)


def _behind(on: WeightsLandscape, zero: Any, here: Sequence[Any], minimum: Any) -> Feature:
    top = lowest_pass(on, zero, here, minimum)
    name = "m1" if on.directions > 1 else "q"
    return Feature(getattr(minimum, name), getattr(top, name), minimum.action, top.action)
