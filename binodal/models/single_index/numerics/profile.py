"""The least action over the norm along m, where overlaps are c_k = g_k r: signs and saddles.

u sigma_w^2 (f/m)^2 < 1, f the field over r, is the sign of that action, so that all is said by
polynomials in m.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flint import arb

from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval, positive, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import isolate
from binodal.numerics.refine import Scalar, refine

FORMS = Forms("binodal.models.single_index.forms.condensate")
_PROFILE = FORMS.functions("profile", "boxes")
_BITS, _MOST, _NEAR = 96, 4000, tuple(2.0**-k for k in range(3, 11))


@dataclass(frozen=True)
class Profile:
    """At a residual t_k; ``held`` are those m at which neurons hold the action at zero."""

    state: State
    amplitudes: tuple[arb, ...]
    held: tuple[arb, ...] = ()

    def of(self, name: str, m: arb, slopes: Sequence[arb] | None = None) -> list[arb]:
        """A function along m, for other c_k/r of the acting modes than g_k where they are given."""
        modes, (u, _, norm) = self.state.setting.modes, self.state.couplings(arb(0))
        if slopes is None:
            own = self.state.setting.slopes(max(modes) + 1)
            slopes = [own[k] for k in modes]
        return list(_PROFILE(modes)[name](m, u, norm, *self.amplitudes, *slopes))

    def _entry(self, name: str, k: int) -> Callable[[arb], arb]:
        return lambda m: self.of(name, m)[k]

    def parts(self, near: float) -> list[tuple[float, float]]:
        """The range of m without the neighbourhoods of what is held; m >= 0 alone for images."""
        start, parts = 0.0 if self.state.setting.symmetric else -1.0, []
        for middle in sorted(float(m.mid()) for m in self.held):
            parts.append((start, middle - near))
            start = middle + near
        return [(a, b) for a, b in [*parts, (start, 1.0)] if a < b]

    def deepest(self) -> bool | None:
        """Whether no neuron's action is negative, and none vanishes but at m = 0 and what is held.

        None without a proof.
        """
        near = self._near()
        if near is None:
            return None
        signs = [sign(self._entry("depth", 0), *part) for part in self.parts(near)]
        if True in signs:
            return False
        return None if None in signs else True

    def _near(self) -> float | None:
        """A distance from what is held within which the depth falls off it on every side."""
        for near in _NEAR if self.held else (0.0,):
            if all(self._falls(m, near) for m in self.held):
                return near
        return None

    def _falls(self, m: arb, near: float) -> bool:
        _, slope, bend = self.of("depth", _around(m, near))
        return bool(slope * m > 0 if _edge(m) else bend < 0)

    def saddles(self, bits: int) -> list[Saddle]:
        """Every saddle of finite norm, the zero state first. Raises :class:`Undecided`."""
        norm = self.state.couplings(arb(0))[2]
        rest = Saddle(m=arb(0), r=norm.sqrt(), action=arb(0), kind="minimum")
        turn = Scalar(self._entry("turn", 0), self._entry("turn", 1))
        edges = replace(self, held=tuple(m for m in self.held if _edge(m)))
        with precision(_BITS):
            parts = edges.parts(edges._beyond())
            saddles = [isolate(turn, [interval(*part)]) for part in parts]
        if not all(one.complete for one in saddles):
            raise Undecided("the saddles along m are not all isolated")
        turns = [refine(turn, zero, bits)[0] for one in saddles for zero in one.zeros]
        return [rest, *(self._saddle(m) for m in sorted(turns, key=lambda m: float(m.mid())))]

    def _beyond(self) -> float:
        """A distance from edges without a saddle: there the slope has a double zero at them."""
        for near in _NEAR if self.held else (0.0,):
            if all(self.of("turn", _around(m, near))[2] != 0 for m in self.held):
                return near
        raise Undecided("saddles near m = 1 or m = -1 are not excluded")

    def _saddle(self, m: arb) -> Saddle:
        left, action = self.of("best", m)
        bend = positive(m * self.of("turn", m)[1])
        if bend is None or not left > 0:
            raise Undecided("a saddle's curvature has no proved sign")
        norm = self.state.couplings(arb(0))[2]
        return Saddle(
            m=m, r=(norm / left).sqrt(), action=action, kind="minimum" if bend else "saddle"
        )


def _edge(m: arb) -> bool:
    return bool(abs(m) == 1)


def _around(m: arb, near: float) -> arb:
    return interval(max(m.lower() - near, arb(-1)), min(m.upper() + near, arb(1)))


def sign(row: Callable[[arb], arb], low: float, high: float) -> bool | None:
    """Whether a row is somewhere positive, or negative throughout; None without a proof."""
    stack = [(low, high)]
    if row(arb(low)) > 0 or row(arb(high)) > 0:
        return True
    for _ in range(_MOST):
        if not stack:
            return False
        start, stop = stack.pop()
        if row(interval(start, stop)) < 0:
            continue
        middle = (start + stop) / 2
        if row(arb(middle)) > 0:
            return True
        stack += [(start, middle), (middle, stop)]
    return None
