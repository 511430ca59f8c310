"""Events at finite d: where a quantity of the solved closure crosses its level.

The crossing is found by a scan and brackets in double precision, and then proved by signs of
certified quadrature. Where that does not succeed it is converged: the error is the change on a
finer quadrature, in which the steps, the cut-offs and the barriers are all redone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from flint import arb

from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.numerics.critical import CriticalPoint
from binodal.models.teacher_student.numerics.event_proof import proved_point
from binodal.models.teacher_student.numerics.functions import (
    PARAMETERS,
    order_parameters,
    strength,
)
from binodal.models.teacher_student.numerics.functions import assumptions as assumptions_of
from binodal.models.teacher_student.numerics.law import Array, Law, scales, solved_law
from binodal.models.teacher_student.numerics.masses import basin_masses
from binodal.models.teacher_student.numerics.systems import EVENTS
from binodal.numerics.bracketed import bracketed
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.critical import CriticalPoints, Found, Request
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

_SCAN = np.linspace(-2.0, 2.0, 161)
_TOLERANCE = 1e-13
_NEAR = 1e-4
_BRACKETS = (1e-6, 1e-4, 1e-2)
BEYOND = "mass: the probability behind the outermost barrier of the leading action in rho"
NEVER = {
    "coexistence": (
        "; at finite d droplets that hold a small share of the law already pull b down, and their "
        "S may stay above zero at all temperatures: coexistence is then an event of the limit alone"
    )
}
"""Why an event may have no crossing."""
PROVED = "a change of sign is proved between the ends of the ball; found in"


_action_functions = Forms("binodal.models.teacher_student.forms.finite").functions(
    "action_functions", "numpy"
)


@dataclass(frozen=True)
class _State:
    """The solved closure at one value of the parameters, with the action's saddles."""

    theory: str
    law: Law
    residual: Array
    b: float
    c: float
    kappa: float
    stiffness: float
    width: float
    refine: int

    def zeros(self, name: str) -> Array:
        """Real zeros of S' ("slope") or S'' ("curvature") in 0 < rho < 1/2, increasing."""
        row = _action_functions(self.theory)[name](self.b, self.c, self.kappa, self.width)
        roots = np.roots(np.array(row, dtype=float))
        real = np.sort(roots[np.abs(roots.imag) < 1e-9].real)
        return np.asarray(real[(real > 1e-12) & (real < 0.5)])

    def density(self, places: Array) -> tuple[Array, Array]:
        """S/d and its slope."""
        f = _action_functions(self.theory)["density"]
        value, slope = f(places, self.b, self.c, self.kappa, self.width)
        return value, slope

    def feature(self) -> float | None:
        """rho of the outermost minimum, if the action has a barrier and a minimum behind it."""
        zeros = self.zeros("slope")
        return float(zeros[-1]) if len(zeros) >= 2 else None


def _state(parameters: Mapping[str, float], theory: str, refine: int) -> _State:
    of, residual = solved_law(parameters, theory, refine=refine)
    b_value, c_value = residual / scales(2)
    exact = [parameters[str(symbol)] for symbol in PARAMETERS]
    kappa_value, stiffness = _action_functions(theory)["common"](b_value, *exact)
    return _State(
        theory,
        of,
        residual,
        b_value,
        c_value,
        kappa_value,
        stiffness,
        parameters["sigma_w2"],
        refine,
    )


def _birth(state: _State) -> float:
    inflections = state.zeros("curvature")
    return float(state.density(inflections)[1].min()) if len(inflections) else np.nan


def _coexistence(state: _State) -> float:
    feature = state.feature()
    return np.nan if feature is None else float(state.density(np.array([feature]))[0][0])


def feature_mass(state: _State) -> float:
    """Probability behind the outermost barrier; zero without one."""
    zeros = state.zeros("slope")
    if len(zeros) < 2:
        return 0.0
    cut = float(np.sqrt(zeros[-2] / (1.0 - 2.0 * zeros[-2])))
    return float(basin_masses(state.law, state.residual, [cut], state.refine)[1])


def _level(event: str, fraction: float) -> Callable[[_State], float]:
    levels: dict[str, Callable[[_State], float]] = {
        "birth": _birth,
        "coexistence": _coexistence,
        "instability": lambda state: state.stiffness,
        "mass": lambda state: feature_mass(state) - fraction,
    }
    return levels[event]


def event_level(
    parameters: Mapping[str, float],
    event: str,
    theory: str,
    fraction: float = 0.5,
    refine: int = 1,
) -> float:
    """What vanishes at the event, at the solved closure of finite d; NaN where it does not exist.

    ``refine`` multiplies the nodes of the quadrature.
    """
    try:
        return float(_level(event, fraction)(_state(parameters, theory, refine)))
    except Undecided:
        return float("nan")


def event_state(
    parameters: Mapping[str, float], theory: str, refine: int = 1
) -> tuple[float, float]:
    """(rho of the feature or of the outermost inflection, b) at the solved closure.

    Raises :class:`Undecided` when the closure is not solved.
    """
    state = _state(parameters, theory, refine)
    inflections = state.zeros("curvature")
    return state.feature() or (float(inflections[-1]) if len(inflections) else 0.0), state.b


class _CriticalPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence, instability or mass at the given d (and N, n).

    Birth and coexistence are those of the leading action at the finite-d closure; ``mass`` is where
    the basin behind the outermost barrier holds ``fraction`` of the exact law. The parameter is
    scanned from e^-2 to e^2 times its own value; a scan proves no absence, so a scan without a
    crossing is undecided.
    """

    limit = "finite"
    theories, events, alongs = THEORIES, EVENTS, PARAMETERS

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the action, and what the event "mass" counts."""
        counted = (BEYOND,) if request.event == "mass" else ()
        return (*(a.value for a in assumptions_of(request.theory)), *counted)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """The crossings of a scan, bracketed."""
        own = {name: float(value) for name, value in request.parameters.items()}
        level = _level(request.event, float(request.fraction))
        along, theory = request.along, request.theory

        def height(logarithm: float, refine: int = 1) -> float:
            return level(_state({**own, along: own[along] * np.exp(logarithm)}, theory, refine))

        crossings = _crossings(height)
        searched = f"a scan of {along} from e^-2 to e^2 times {request.parameters[along]}"
        if not crossings:
            why = NEVER.get(request.event, "")
            raise Undecided(f"no crossing of the level in {searched}; no proof{why}")
        crossings.sort(key=abs)
        try:
            proved = [_proved(request, x, height, own[along]) for x in crossings]
            return Status.CERTIFIED, proved, f"{PROVED} {searched}, which excludes no others"
        except Undecided as doubt:
            points = [_point(x, height, own, request) for x in crossings]
            reason = f"bracketed in {searched}; float with error estimate, not certified: {doubt}"
            return Status.CONVERGED, points, reason


def _crossings(height: Callable[[float], float]) -> list[float]:
    values = []
    for logarithm in _SCAN:
        try:
            values.append(height(float(logarithm)))
        except Undecided:
            values.append(np.nan)
    crossings = []
    for low, high, left, right in zip(_SCAN, _SCAN[1:], values, values[1:], strict=False):
        if np.isfinite(left) and np.isfinite(right) and left * right < 0:
            try:
                root = bracketed(height, low, high, _TOLERANCE)
            except Undecided:
                continue
            if abs(height(root)) <= 1e-6 * max(abs(left), abs(right)):
                crossings.append(root)
    return crossings


def _proved(
    request: Request, root: float, height: Callable[[float], float], own: float
) -> CriticalPoint:
    """The crossing as balls, with the slope of the level per unit of the parameter."""
    value = own * float(np.exp(root))
    slope = (height(root + _NEAR) - height(root - _NEAR)) / (2 * _NEAR) / value
    return proved_point(request, value, slope)


def _point(
    root: float, height: Callable[..., float], own: Mapping[str, float], request: Request
) -> CriticalPoint:
    """The crossing, with the error that a finer quadrature reveals as its radius.

    Raises :class:`Undecided` where the finer quadrature has no crossing nearby.
    """
    along, theory = request.along, request.theory
    finer = refound(lambda x: height(x, 2), root)
    error = abs(finer - root) + 10 * _TOLERANCE
    point = {**own, along: own[along] * float(np.exp(finer))}
    state = _state(point, theory, 2)
    inflections = state.zeros("curvature")
    feature = state.feature() or (float(inflections[-1]) if len(inflections) else 0.0)
    if request.event == "instability":
        feature = 0.0
    u = float(strength(point).mid())
    rough = max(1e-7, error)
    q2 = order_parameters(theory)(arb(feature), arb(point["sigma_w2"]))[0]
    q = float(q2.mid()) ** 0.5

    def around(value: float, relative: float) -> arb:
        return arb(value, abs(value) * relative)

    return CriticalPoint(
        around(point[along], error),
        around(u, 3 * error),
        around(q, rough),
        around(feature, rough),
        around(state.b, rough),
    )


def refound(level: Callable[[float], float], root: float, unit: float = 1.0) -> float:
    """The zero of a level beside the zero of a coarser one, in brackets that grow around it.

    ``unit`` is the scale of the parameter. Raises :class:`Undecided` without a change of
    sign, or without a value between.
    """
    for width in _BRACKETS:
        ends = root - width * unit, root + width * unit
        low, high = (level(end) for end in ends)
        if low * high < 0:
            return bracketed(level, *ends, _TOLERANCE * unit)
    raise Undecided(f"a finer quadrature has no crossing within {_BRACKETS[-1]:g} of {root}")


critical_finite = _CriticalPoints()
