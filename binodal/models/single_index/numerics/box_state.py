"""A single-index theory at couplings and modes that are balls: on boxes, at points of curves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from flint import arb

from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import POWERS, State
from binodal.numerics.balls import ball, interval
from binodal.numerics.phases.quadtree import Box


@dataclass(frozen=True, kw_only=True)
class BoxState(State):
    """A state that stands still: u, G, sigma_w^2 and t_k of the acting modes, whatever x is."""

    known: tuple[arb, arb, arb]
    known_amplitudes: tuple[arb, ...] = ()

    def couplings(self, x: arb) -> tuple[arb, arb, arb]:
        """Those."""
        return self.known

    def amplitudes(self, x: arb) -> list[arb]:
        """Those."""
        return list(self.known_amplitudes)


def on_box(setting: Setting, box: Box) -> BoxState:
    """The zero branch on a box of parameters, at u = 1 and with sqrt(u) t_k for t_k.

    With g = G/sqrt(u) the row reads g s c_1^2 = (1 - s/sqrt(u)) (1 - s^2 c_1^2 y_1^2) for
    s = sqrt(u) beta, so s grows with u and falls with g and |c_1|, and takes its extremes with
    them. Raises :class:`Undecided`.
    """
    gain, norm = interval(0, 1), interval(*map(ball, _range(POWERS()["sigma_w2"], box)))
    u_low, u_high = map(ball, _range(POWERS()["u"], box))
    whole = BoxState(setting, {}, known=(interval(u_low, u_high), gain, norm))
    root = interval(u_low.sqrt(), u_high.sqrt())
    slope = root
    if whole.learns_linear_mode:
        rest = abs(whole.rest(arb(0))[1])
        doubled = {k: 2 * POWERS()["gain"].get(k, 0) - POWERS()["u"].get(k, 0) for k in box}
        g_low, g_high = (ball(g).sqrt() for g in _range(doubled, box))
        ends = []
        for u, g, c in ((u_low, g_high, rest.upper()), (u_high, g_low, rest.lower())):
            ends.append(whole.root(u, g * u.sqrt(), arb(c)) * u.sqrt())
        slope = interval(ends[0].lower(), ends[1].upper())
    modes = (ball(y) * (slope if k == 1 else root) for k, y in setting.acting.items())
    return BoxState(setting, {}, known=(arb(1), gain, norm), known_amplitudes=tuple(modes))


def _range(powers: dict[str, int], box: Box) -> tuple[Fraction, Fraction]:
    """The least and the largest value of a monomial on a box."""
    low, high = (
        prod((box[name][int((p > 0) == top)] ** p for name, p in powers.items()), start=Fraction(1))
        for top in (False, True)
    )
    return low, high
