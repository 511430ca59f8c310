"""The published action, on r_perp^2 = sigma_w^2: its events and saddles in the cosine alone.

The cells, overlaps and enclosures are those of the derived action, on the path log r = log sigma_w
+ log cosh h with m = tanh h.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import factorial

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.cells import Cells
from binodal.models.single_index.numerics.critical_point import (
    REACH,
    CriticalPoint,
    found_in,
    label,
    linear,
)
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.transition import Place, transition
from binodal.numerics.balls import ball, bits_of, interval, positive, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.table import Table
from binodal.numerics.boxes.zeros import Zeros, all_zeros, inwards, pieces
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.critical import Found, Request
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import refine

FORMS = Forms("binodal.models.single_index.forms.path")
_EVENT, _SLANTS = FORMS.functions("event", "arb"), FORMS.functions("slants", "arb")
_BITS, _WIDTH, _NARROWEST, _FARTHEST = 96, 1 / 64, 2.0**-10, 40.0


def path_norm(norm: arb, m: arb) -> arb:
    """r at the cosine m."""
    return (norm / (1 - m * m)).sqrt()


def path_overlaps(setting: Setting, r: arb) -> list[arb]:
    """The overlaps that the forms on the path take."""
    needed = orders(setting.modes, 3)
    values = setting.overlaps.at(r, max(needed) + 1)
    return [values[k] for k in needed]


class PathSystem(CompiledSystem):
    """An event's rows in (m, beta if it moves, x)."""

    def __init__(self, state: State, event: str) -> None:
        self.state, self._branch = state, state.learns_linear_mode
        super().__init__(_EVENT(event, state.setting.modes, self._branch))

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """All that the generated functions take."""
        state, x = self.state, box[-1]
        couplings, rest = state.couplings(x), state.rest(x)
        r = path_norm(couplings[2], box[0])
        targets = map(ball, state.setting.acting.values())
        head = [box[0], r, *box[1:-1], *couplings, *map(arb, state.powers), *targets]
        return [*head, rest[1], rest[3], *path_overlaps(state.setting, r)]

    def box(self, m: arb, x: arb) -> list[arb]:
        """The unknowns, beta on the zero branch."""
        return [m, *([self.state.beta(x)] if self._branch else []), x]


def _on_path(h: arb) -> list[arb]:
    """log(r/sigma_w), 1/(1 - m^2), d log r/dm and its slope by m, on a cell of h."""
    ends = [abs(arb(h.lower())), abs(arb(h.upper()))]
    near = arb(0) if h.contains(0) else ends[0].min(ends[1])
    growth = near.cosh().union(ends[0].max(ends[1]).cosh())
    low, high = (_SLANTS()["slants"](arb(end).tanh())[0] for end in (h.lower(), h.upper()))
    bend = growth**2 * (2 * growth**2 - 1)
    return [growth.log(), growth**2, low.union(high), bend]


@dataclass(frozen=True)
class PathCells:
    """The slopes of S along the path on cells of artanh m and a parameter."""

    cells: Cells
    table: Table = field(default_factory=lambda: Table(_on_path))

    def slopes(self, h: Intervals, *x: Intervals) -> dict[str, Intervals]:
        """S, S_m/m and S_mm along the path, S and S_m sharpened by the middle."""
        whole, centre = self._at(h, *x), self._at(h.middle, *x)
        step = whole["m"] - centre["m"]
        for values in (whole, centre):
            values["Sm"] = values["m"] * values["T"]
        whole["S"] = whole["S"].within(centre["S"] + whole["Sm"] * step)
        whole["Sm"] = whole["Sm"].within(centre["Sm"] + whole["Smm"] * step)
        return whole

    def _at(self, h: Intervals, *x: Intervals) -> dict[str, Intervals]:
        with precision(_BITS):
            v, rise, slant, bend = self.table(h)
        on = self.cells.at(h, v, *x)
        turned = on["Smm"] + 2 * slant * on["Sml"] + slant * slant * on["Sll"] + bend * on["Sl"]
        return {"m": on["m"], "S": on["S"], "T": on["T"] + rise * on["Sl"], "Smm": turned}


@dataclass(frozen=True)
class _EventCells:
    """An event on cells of (artanh m, x)."""

    state: State
    event: str
    system: PathSystem
    on: PathCells

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where the slope, or the event's own condition, cannot vanish."""
        on = self.on.slopes(*sides)
        names = ("T", "Sm", "S" if self.event == "coexistence" else "Smm")
        gone: NDArray[np.bool_] = np.logical_or.reduce([on[n].without_zero() for n in names])
        return gone

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        h, x = (arb((low + high) / 2) for low, high in hull)
        return self.system.box(h.tanh(), x)

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """A box of this radius about the zero, and the cells that lie in it."""
        m, x = arb(zero[0].mid(), radius * (1 - zero[0] ** 2)), arb(zero[-1].mid(), radius)
        inner = interval(arb(m.lower()).atanh(), arb(m.upper()).atanh())
        return self.system.box(m, x), (inwards(inner), inwards(x))


def path_events(state: State, event: str, low: float, high: float) -> Zeros:
    """All zeros of an event's system with own e^low < parameter < own e^high.

    Raises :class:`Undecided` where nothing bounds the cosine.
    """
    one_sided, x = state.setting.symmetric, interval(low, high)
    with precision(_BITS):
        cells = _EventCells(state, event, PathSystem(state, event), PathCells(Cells.along(state)))
        boxes = []
        for piece in pieces(low, high):
            top = _reach(state, *piece)
            boxes.append(((0.0 if one_sided else -top, top), piece))
        zeros = all_zeros(cells, boxes, _WIDTH)
        zeros.zeros = [z for z in zeros.zeros if z[-1].overlaps(x) and (not one_sided or z[0] > 0)]
    return zeros


def _reach(state: State, low: float, high: float) -> float:
    """The farthest artanh |m| of a saddle for the parameters in a range, halved as it is needed."""
    x = interval(low, high)
    try:
        u, _, norm = state.couplings(x)
        return path_reach(state.setting, u, norm, state.amplitudes(x))
    except Undecided:
        if high - low < _NARROWEST:
            raise
    middle = (low + high) / 2
    return max(_reach(state, low, middle), _reach(state, middle, high))


def path_reach(setting: Setting, u: arb, norm: arb, amplitudes: Sequence[arb]) -> float:
    """h with S_m/m = cosh^4 h - u (F/m)(F_m + m cosh^2 h F_l) > 0 wherever artanh |m| > h.

    |c_k| <= sqrt(k!) (excess + slope r), r = sigma_w cosh h: a polynomial in cosh h with one change
    of sign if the first coefficient is positive, so positive from where it is. Raises
    :class:`Undecided` where the law may not be normalisable.
    """
    flat, linear = setting.slopes(2)
    slope = (abs(linear) + abs(flat) * (arb.pi() / 2).sqrt()) * norm.sqrt()
    excess = ball(setting.overlaps.facts.excess)
    sizes = [arb(factorial(k)).sqrt() for k in setting.modes]
    more = [arb(factorial(k + 2)).sqrt() + k * s for k, s in zip(setting.modes, sizes, strict=True)]
    pairs = list(zip(map(abs, amplitudes), sizes, strict=True))
    force = sum((t * s for t, s in pairs), arb(0))
    by_m = sum((k * t * s for k, (t, s) in zip(setting.modes, pairs, strict=True)), arb(0))
    by_l = sum((t * s for t, s in zip(map(abs, amplitudes), more, strict=True)), arb(0))
    if not u * force * by_l * slope * slope < 1:
        raise Undecided("large cosines are not excluded: the law may not be normalisable")
    h = 0.25
    while h < _FARTHEST:
        growth = arb(h).cosh()
        size = excess + slope * growth
        if growth**4 > u * force * size * (by_m * size + growth**2 * by_l * size):
            return h
        h += 0.25
    raise Undecided("large cosines are not excluded")


def path_critical(state: State, request: Request, around: str) -> Found[CriticalPoint]:
    """Births or coexistences. Raises :class:`Undecided` where nothing bounds the cosine."""
    if request.event == "condensation":
        raise ParameterError(
            "event condensation: the published theory holds the norm across the teacher, which "
            "condenses; choose theory derived"
        )
    zeros = path_events(state, request.event, -REACH, REACH)
    points = [p for p in (_point(state, request, zero) for zero in zeros.zeros) if p is not None]
    return found_in(points, zeros.left, request, around)


def _point(state: State, request: Request, zero: Box) -> CriticalPoint | None:
    """The proved point; None for a coexistence that is not one of a minimum."""
    bits, system = bits_of(request.digits), PathSystem(state, request.event)
    proved = refine(system, zero, bits)
    with precision(bits):
        bend, _ = system.shape(proved)
        deep = request.event == "birth" or positive(bend)
        if deep is None:
            raise Undecided("the shape of the action at the event has no proved sign")
        if not deep:
            return None
        x, m = proved[-1], proved[0]
        couplings = state.couplings(x)
        r = path_norm(couplings[2], m)
        beta = proved[1] if state.learns_linear_mode else arb(1)
        value = ball(request.parameters[request.along]) * x.exp()
        place = Place(m, r, arb(0), arb(0), beta, x)
        passed = transition(state, place, path=True) if request.event == "coexistence" else None
        return CriticalPoint(
            value,
            couplings[0],
            linear(state, beta),
            m,
            r,
            m * r,
            label=label(state, m),
            transition=passed,
        )
