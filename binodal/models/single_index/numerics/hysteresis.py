"""The two branches of a single-index loop at one setting, and escapes at the given d."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.single_index.numerics.condensation import not_normalisable
from binodal.models.single_index.numerics.escape import escapes
from binodal.models.single_index.numerics.passes import WeightsLandscape, between, lowest_pass
from binodal.models.single_index.numerics.reach import reach_of
from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.saddles import Landscape
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.solve import SADDLES, solver_of_bits
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Feature
from binodal.numerics.phases.hysteresis import Solved

Branches = Callable[[Mapping[str, Fraction], str, int], Solved]
Way = Callable[[Saddle, Sequence[Saddle], Saddle], Saddle]
"""(zero state, other stationary points on one side, a minimum there) -> the pass between them."""


def branches(setting: Setting) -> Branches:
    """(parameters, theory, bits) -> phase and features of both branches; escapes at the given d.

    Where its law is not normalisable there is no kept zero state, and no feature in its residual.
    Raises :class:`Undecided`.
    """
    solve = solver_of_bits(setting)

    def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
        state = State(setting, parameters)
        with precision(bits):
            u, _, norm = state.couplings(arb(0))
            kept = Landscape(setting, u, norm, tuple(state.amplitudes(arb(0))))
        lawless = theory == "derived" and not_normalisable(state)
        cooling = None if lawless else feature(SADDLES[theory](kept, bits), _ways(kept, theory))
        equilibrium = solve(parameters, theory, bits)
        if equilibrium.phase == "undecided" or equilibrium.closure is None:
            raise Undecided(equilibrium.reason)
        t = equilibrium.closure.t
        at_rest = Landscape(setting, u, norm, tuple(t[k] for k in setting.modes))
        heating = cooling
        if equilibrium.phase != "GFL":
            heating = held(equilibrium.saddles, _ways(at_rest, theory))
        return equilibrium.phase, cooling, heating, escapes(setting, parameters, theory)

    return solved


def _ways(on: Landscape, theory: str) -> Way:
    """How the lowest pass is found where several are on a feature's side."""
    if theory == "published":
        return between

    def lowest(zero: Saddle, here: Sequence[Saddle], goal: Saddle) -> Saddle:
        # Where neurons without a bound hold the residual saddles may be missing.
        reach_of(on.setting, on.u, on.norm.sqrt(), on.amplitudes)
        return lowest_pass(WeightsLandscape.of(on), zero, here, goal)

    return lowest


def feature(saddles: Sequence[Saddle], way: Way) -> Feature | None:
    """The deepest feature and the pass to it from the zero state; None without a feature.

    Raises :class:`Undecided` where it is not proved which one is deepest, or the pass to it.
    """
    minima = [s for s in saddles[1:] if s.kind == "minimum"]
    if not minima:
        return None
    deepest = min(minima, key=lambda s: float(s.action.mid()))
    if any(positive(s.action - deepest.action) is None for s in minima if s is not deepest):
        raise Undecided("which of two features is deeper is not proved")
    return _behind_a_pass(saddles, deepest, way)


def held(saddles: Sequence[Saddle], way: Way) -> Feature | None:
    """Of the features that lie as deep as the zero state, the one behind the lowest pass.

    None where neurons without a bound of their norm hold the residual alone. Raises
    :class:`Undecided`.
    """
    minima = [s for s in saddles[1:] if s.kind == "minimum" and s.action.contains(0)]
    behind = [_behind_a_pass(saddles, s, way) for s in reversed(minima)]
    return min(behind, key=lambda f: float(f.barrier.mid()), default=None)


def _behind_a_pass(saddles: Sequence[Saddle], minimum: Saddle, way: Way) -> Feature:
    """A feature and the lowest pass to it.

    On m = 0 the action rises steadily with the distance from the zero state, so that the lowest
    path to a feature stays on its side of m = 0. Raises :class:`Undecided`.
    """
    side = positive(minimum.m)
    here = [s for s in saddles[1:] if positive(s.m) == side]
    tops = [s for s in here if s.kind != "minimum"]
    if not tops:
        raise Undecided("no saddle was found before a feature")
    top = tops[0] if len(here) == 2 else way(saddles[0], here, minimum)
    return Feature(minimum.q, top.q, minimum.action, top.action)
