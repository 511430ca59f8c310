"""A neuron at infinite size: the zero state, and past coexistence the pinned feature.

Past coexistence a mass of neurons at the feature minimum holds its action at zero; the closure's
rows give the mass. Where that mass is of order one it reaches one, and the zero state is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb

from binodal.derive.neuron import Neuron
from binodal.derive.scaling import weight_of
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.codegen.forms import Compiled
from binodal.numerics.codegen.load import compiled_system
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.neuron.action import action_forms, deepest, exact, saddles
from binodal.numerics.neuron.finite import with_masses
from binodal.numerics.neuron.results import Closure, Saddle, Solution
from binodal.numerics.neuron.zero import fluctuations, zero_state
from binodal.numerics.outcome import Status
from binodal.numerics.refine import newton_step, refine

_SCAN_BITS, _HALVINGS, _STEPS = 128, 60, 40
_MASS = sp.Symbol("mass", positive=True)


@cache
def mass_exponent(neuron: Neuron) -> sp.Expr:
    """The power of beta with which a pinned mass falls: that of sigma_a^2 F F^T over the noise."""
    (order,) = neuron.order
    strength = (neuron.closure_rows(neuron.overlaps) / neuron.noise)[0]
    bare = (neuron.closure_rows(0 * neuron.overlaps) / neuron.noise)[0]
    ones = dict.fromkeys((order, *neuron.modes), 1)
    return weight_of(sp.simplify(strength - bare).subs(ones), neuron.scaling, neuron.parameters)


class _State(CompiledSystem):
    """A state with a mass of neurons at a feature: unknowns (order, modes) and the mass if free.

    The feature is a saddle, the closure's rows hold, and with a free mass its action is zero.
    """

    def __init__(self, neuron: Neuron, parameters: Mapping[str, Fraction], free: bool) -> None:
        super().__init__(_equations(neuron, free))
        self._neuron, self._parameters = neuron, parameters

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns and the parameters."""
        return [*box, *exact(self._neuron, self._parameters)]


@cache
def _equations(neuron: Neuron, free: bool) -> Mapping[str, Compiled]:
    (order,) = neuron.order
    mass = _MASS if free else sp.Integer(1)
    resting = fluctuations(neuron) if free else 0 * neuron.overlaps
    rows = neuron.closure_rows(mass * neuron.overlaps + resting) / neuron.noise
    unknowns = (order, *neuron.modes, *((_MASS,) if free else ()))
    equations = [*((neuron.action,) if free else ()), sp.diff(neuron.action, order), *rows]
    return compiled_system("state", equations, unknowns, (*unknowns, *neuron.parameters))


def solve_limit(
    neuron: Neuron,
    parameters: Mapping[str, Fraction],
    theory: str = "derived",
    bits: int = 128,
    notes: tuple[str, ...] = (),
) -> Solution:
    """GFL, GMFL-I or GMFL-II with its closure, saddles and masses; undecided on a boundary.

    Raises ParameterError for a neuron whose zero state is not of this class.
    """
    try:
        targets = zero_state(neuron, parameters, bits)
        with precision(bits):
            points = saddles(neuron, parameters, targets)
            feature = deepest(points)
            lower = feature is not None and positive(-feature.action)
        if feature is None or lower is False:
            marked = with_masses(points, _one_at(points, 0))
            reason = "the zero state is the deepest"
            return _solution(neuron, theory, targets, marked, "GFL", reason, notes)
        if lower is None:
            raise Undecided(f"S = {feature.action.str(5)} at the feature has no proved sign")
        return _past(neuron, parameters, theory, bits, targets, notes)
    except Undecided as doubt:
        return Solution.without(theory, "thermodynamic", Status.UNDECIDED, str(doubt), notes)


def _past(
    neuron: Neuron,
    parameters: Mapping[str, Fraction],
    theory: str,
    bits: int,
    targets: Sequence[arb],
    notes: tuple[str, ...],
) -> Solution:
    """Past coexistence: the pinned state, and past the end of GMFL-I the full one."""
    order, shrunk = _seed(neuron, parameters, targets)
    mass = _mass_guess(neuron, parameters, order, shrunk)
    state = _State(neuron, parameters, True)
    start = _approached(neuron, parameters, state, [order, *shrunk, mass])
    order, *modes, mass = refine(state, start, bits)
    ends = mass_exponent(neuron) == 0
    with precision(bits):
        if not mass > 0:
            raise Undecided(f"the mass {mass.str(5)} of the feature is not proved positive")
        full = positive(mass - 1)
    if full is None:
        raise Undecided("the state cannot be told from the end of GMFL-I")
    if full and ends:
        order, *modes = refine(_State(neuron, parameters, False), [order, *modes], bits)
    with precision(bits):
        points = saddles(neuron, parameters, modes)
        index = _index(points, order, pinned=not (full and ends))
    shares = _one_at(points, index)
    if not (full and ends):
        shares[0], shares[index] = 1 - mass, mass
    marked = points if full and not ends else with_masses(points, shares)
    named = "GMFL-II" if full and ends else "GMFL-I"
    reason = f"the feature holds a mass of {float(mass.mid()):.4g} and its action at zero"
    if full:
        reason = (
            "the feature holds all of the probability"
            if ends
            else f"{reason}; {neuron.size} is too small for the leading order: no mass is given"
        )
    return _solution(neuron, theory, modes, marked, named, reason, notes)


def _index(points: Sequence[Saddle], order: arb, pinned: bool) -> int:
    """The place of a state's feature among the minima; no other saddle may lie below.

    Raises :class:`Undecided`.
    """
    if pinned and points[0].kind != "minimum":
        raise Undecided("the zero state beside the feature is not stable")
    minima = [s for s in points if s.kind == "minimum"]
    indices = [k for k, s in enumerate(minima) if s.order.overlaps(order)]
    if len(indices) != 1 or indices == [0]:
        raise Undecided("the state's feature is not proved to be a minimum")
    here = minima[indices[0]].action
    level = arb(0) if pinned else here
    others = (s for k, s in enumerate(minima) if k != indices[0] and not (pinned and k == 0))
    if not all(s.action > level for s in others):
        raise Undecided("another minimum is not proved to lie above the state's feature")
    return indices[0]


def _one_at(points: Sequence[Saddle], index: int) -> list[arb]:
    count = sum(s.kind == "minimum" for s in points)
    return [arb(int(k == index)) for k in range(count)]


def _seed(
    neuron: Neuron, parameters: Mapping[str, Fraction], targets: Sequence[arb]
) -> tuple[arb, list[arb]]:
    """Where the feature's action vanishes as all modes shrink together, by bisection."""
    low, high, place = arb(0), arb(1), None
    with precision(_SCAN_BITS):
        for _ in range(_HALVINGS):
            middle = arb(((low + high) / 2).mid())
            try:
                feature = deepest(saddles(neuron, parameters, [t * middle for t in targets]))
            except Undecided:
                feature = None
            if feature is not None and feature.action < 0:
                high, place = middle, feature.order
            else:
                low = middle
        if place is None:
            raise Undecided("no residual was found that holds the feature's action at zero")
        return arb(place.mid()), [arb((t * high).mid()) for t in targets]


def _approached(
    neuron: Neuron, parameters: Mapping[str, Fraction], state: _State, point: list[arb]
) -> list[arb]:
    """Newton steps between midpoints, cut short where they would leave a stable zero state."""
    with precision(_SCAN_BITS):
        rest = exact(neuron, parameters)
        for _ in range(_STEPS):
            moved, _ = newton_step(state, point)
            for _ in range(_HALVINGS):
                if action_forms(neuron).at_zero(*moved[1:-1], *rest)[0] > 0:
                    break
                moved = [arb(((a + b) / 2).mid()) for a, b in zip(point, moved, strict=True)]
            point = moved
    return point


def _mass_guess(
    neuron: Neuron, parameters: Mapping[str, Fraction], order: arb, modes: Sequence[arb]
) -> arb:
    """The mass that leaves the least residual of the closure's rows, which are linear in it."""
    state = _State(neuron, parameters, True)
    with precision(_SCAN_BITS):
        none, one = (
            [arb(v.mid()) for v in state.value([order, *modes, arb(m)])[2:]] for m in (0, 1)
        )
        slopes = [b - a for a, b in zip(none, one, strict=True)]
        top = sum((-a * s for a, s in zip(none, slopes, strict=True)), arb(0))
        return arb((top / sum((s * s for s in slopes), arb(0))).mid())


def _solution(
    neuron: Neuron,
    theory: str,
    modes: Sequence[arb],
    points: Sequence[Saddle],
    named: str,
    reason: str,
    notes: tuple[str, ...],
) -> Solution:
    closure = Closure({str(s): ball(t) for s, t in zip(neuron.modes, modes, strict=True)})
    return Solution(
        theory, "thermodynamic", Status.CERTIFIED, closure, tuple(points), named, reason, notes
    )
