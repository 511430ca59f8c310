"""Events at finite d: where a quantity of the solved closure crosses its level, in floats.

Birth and coexistence are those of the leading action in the residual of that d: S, least over r,
stops falling with |m| anywhere, or its feature is as deep as the zero state. "mass" is where the
feature minima hold a share of the exact law.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.critical_point import CriticalPoint
from binodal.models.single_index.numerics.finite import CUT, FINITE, finite_notes, held_by_features
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.float_saddles import landscape_of
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.window import Array
from binodal.models.single_index.parameters import space
from binodal.numerics.bracketed import bracketed
from binodal.numerics.critical import CriticalPoints, Found, Request
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

_REACH, _STEP, _TOLERANCE, _NEAR = 2.0, 0.05, 1e-12, (1e-6, 1e-4, 1e-2)
_SIDE, _NORMS, _FARTHEST, _OUT, _ROUNDS, _ZOOMS, _LONGEST = 161, 81, 4.0, 2.0, 12, 3, 0.1
_ROUNDING = 1e-7
NEVER = (
    "; at finite d droplets that hold a small share of the law may keep S above that of the zero "
    "state at all temperatures"
)


@dataclass(frozen=True)
class _Fall:
    """Where S, least over r, rises least with |m|: (h, v), the slope; and S of a feature."""

    h: float
    v: float
    slope: float
    action: float


class FiniteCriticalPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence or mass at the given d; the nearest crossing to the parameter's own value.

    The parameter is scanned outwards as far as e^2 either way; that proves no absence, so a scan
    without a crossing is undecided.
    """

    limit = FINITE
    events = ("birth", "coexistence", "mass")
    theories = ("derived",)
    alongs = tuple(space({}).fields)

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the closure, and what the event "mass" counts."""
        notes = finite_notes(request.theory)
        return notes if request.event == "mass" else tuple(n for n in notes if n != CUT)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """The nearest crossing, again on a finer quadrature. Raises :class:`Undecided`."""
        own = {name: float(value) for name, value in request.parameters.items()}

        def state(x: float, refine: int, near: FiniteState | None = None) -> FiniteState:
            point = {**own, request.along: own[request.along] * float(np.exp(x))}
            return solved(self._setting, point, refine=refine, near=near)

        def height(x: float, refine: int = 1, near: FiniteState | None = None) -> float:
            try:
                return _level(state(x, refine, near), request)
            except Undecided:
                return float("nan")

        searched = (
            f"a scan of {request.along} from e^-2 to e^2 times {request.parameters[request.along]}"
        )
        root = _nearest(height)
        if root is None:
            why = NEVER if request.event == "coexistence" else ""
            raise Undecided(f"no crossing of the level in {searched}; no proof{why}")
        near = state(root, 1)
        finer = _beside(lambda x: height(x, 2, near), root)
        error = abs(finer - root) + 10 * _TOLERANCE
        point = _point(state(finer, 2, near), request, own, finer, error)
        why = f"the nearest in {searched}; float with error estimate, not certified"
        return Status.CONVERGED, [point], why


def _level(state: FiniteState, request: Request) -> float:
    if request.event == "mass":
        return held_by_features(state) - float(request.fraction)
    falls = _falls(state)
    values = [fall.slope if request.event == "birth" else fall.action for fall in falls]
    return min((x for x in values if np.isfinite(x)), default=float("nan"))


def _nearest(height: Callable[[float], float]) -> float | None:
    """The zero nearest to 0 of a function that may be NaN, in steps to either side."""
    start = height(0.0)
    ends = dict.fromkeys((1, -1), (0.0, start))
    for k in range(1, int(_REACH / _STEP) + 1):
        for side, (last, value) in ends.items():
            position = side * k * _STEP
            new = height(position)
            if value * new < 0:
                return bracketed(height, last, position, _TOLERANCE)
            ends[side] = position, new
    return None


def _beside(height: Callable[[float], float], root: float) -> float:
    for width in _NEAR:
        low, high = root - width, root + width
        if height(low) * height(high) < 0:
            return bracketed(height, low, high, _TOLERANCE)
    raise Undecided(f"a finer quadrature has no crossing within {_NEAR[-1]:g} of {root:.6g}")


def _falls(state: FiniteState) -> list[_Fall]:
    """On each side of m = 0 that has one, and is no image of the other."""
    sides = (1,) if state.law.even else (1, -1)
    falls = (_fall(state, side) for side in sides)
    return [fall for fall in falls if fall is not None]


def _fall(state: FiniteState, side: int) -> _Fall | None:
    """The lowest dip of the slope, on lattices that zoom in on it; and the feature behind it."""
    h = np.linspace(0.0, _FARTHEST, _SIDE)
    v, slope = _slopes(state, side * h)
    inner = np.flatnonzero((slope[1:-1] < slope[:-2]) & (slope[1:-1] <= slope[2:])) + 1
    if not inner.size:
        return None
    dip = int(inner[slope[inner].argmin()])
    action = _feature(state, side * h[dip:], v[dip:], slope[dip:])
    position, norm, least = h[dip], v[dip], slope[dip]
    step = h[1]
    for _ in range(_ZOOMS):
        near = np.linspace(position - step, position + step, _SIDE)
        v, slope = _slopes(state, side * near)
        k = int(slope.argmin())
        position, norm, least, step = near[k], v[k], slope[k], near[1] - near[0]
    return _Fall(side * float(position), float(norm), float(least), action)


def _feature(state: FiniteState, h: Array, v: Array, slope: Array) -> float:
    """S/d at the minimum behind a dip over that at rest, which mode 0 moves; NaN without one."""
    rises = np.flatnonzero((slope[:-1] < 0) & (slope[1:] >= 0))
    if not rises.size:
        return float("nan")
    k = int(rises[0])
    rest = float(np.log(state.law.at["sigma_w2"])) / 2
    starts = np.array([h[k], 0.0]), np.array([v[k], rest])
    landscape = landscape_of(state.law, state.modes).settled(*starts)
    sound = (landscape.det > 0).all() and (landscape.trace > 0).all() and landscape.h[0] * h[-1] > 0
    return float(landscape.action[0] - landscape.action[1]) if sound else float("nan")


def _slopes(state: FiniteState, h: Array) -> tuple[Array, Array]:
    """log r of the least S at each artanh m, and the slope of that S with artanh |m|."""
    on = landscape_of(state.law, state.modes)
    rest = float(np.log(state.law.at["sigma_w2"])) / 2
    norms = np.linspace(rest - _OUT, rest + _OUT, _NORMS)
    places = (side.ravel() for side in np.meshgrid(h, norms, indexing="ij"))
    v = norms[on.shape(*places)[2].reshape(h.size, _NORMS).argmin(axis=1)]
    for _ in range(_ROUNDS):
        (_, by_v), (_, _, vv) = on.derivatives(h, v)
        v = v - np.clip(by_v / np.abs(vv), -_LONGEST, _LONGEST)
    return v, on.derivatives(h, v)[0][0] * np.where(h < 0, -1.0, 1.0)


def _point(
    state: FiniteState, request: Request, own: Mapping[str, float], x: float, error: float
) -> CriticalPoint:
    """The event with its error; the place is the feature's, or that of its birth."""
    rough = max(_ROUNDING, error)

    def around(value: float, relative: float = rough) -> arb:
        return arb(value, abs(value) * relative)

    value = around(own[request.along] * float(np.exp(x)), error)
    t_1 = state.residual.get(1)
    b = None if t_1 is None else around(t_1)
    h, v = _place(state, request.event)
    m, r = around(float(np.tanh(h))), around(float(np.exp(v)))
    return CriticalPoint(value, around(state.law.u, 3 * error), b, m, r, m * r)


def _place(state: FiniteState, event: str) -> tuple[float, float]:
    """(artanh m, log r) of the lowest fall at a birth, of the deepest feature else."""
    falls = _falls(state)
    if event == "birth":
        lowest = min(falls, key=lambda fall: fall.slope)
        return lowest.h, lowest.v
    deepest = min(falls, key=lambda fall: fall.action if np.isfinite(fall.action) else np.inf)
    landscape = landscape_of(state.law, state.modes).settled(
        1.2 * np.array([deepest.h]), np.array([deepest.v])
    )
    return float(landscape.h[0]), float(landscape.v[0])
