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

    Raises :class:`Undecided`.
    """
    return at_factors(setting, *factors(setting, box))


def at_factors(setting: Setting, root: arb, slope: arb, norm: arb) -> BoxState:
    """The same from :func:`factors`."""
    modes = (ball(y) * (slope if k == 1 else root) for k, y in setting.acting.items())
    known = arb(1), interval(0, 1), norm
    return BoxState(setting, {}, known=known, known_amplitudes=tuple(modes))


def factors(setting: Setting, box: Box) -> tuple[arb, arb, arb]:
    """sqrt(u), sqrt(u) beta and sigma_w^2 on a box of parameters; beta = t_1/y_1.

    With g = G/sqrt(u) the row reads g s c_1^2 = (1 - s/sqrt(u)) (1 - s^2 c_1^2 y_1^2) for
    s = sqrt(u) beta, so s grows with u and falls with g and |c_1|, and takes its extremes with
    them. Raises :class:`Undecided`.
    """
    norm = interval(*map(ball, _range(POWERS()["sigma_w2"], box)))
    u_low, u_high = map(ball, _range(POWERS()["u"], box))
    whole = BoxState(setting, {}, known=(interval(u_low, u_high), interval(0, 1), norm))
    root = interval(u_low.sqrt(), u_high.sqrt())
    if not whole.learns_linear_mode:
        return root, root, norm
    rest = abs(whole.rest(arb(0))[1])
    doubled = {k: 2 * POWERS()["gain"].get(k, 0) - POWERS()["u"].get(k, 0) for k in box}
    g_low, g_high = (ball(g).sqrt() for g in _range(doubled, box))
    ends = []
    for u, g, c in ((u_low, g_high, rest.upper()), (u_high, g_low, rest.lower())):
        ends.append(whole.root(u, g * u.sqrt(), arb(c)) * u.sqrt())
    return root, interval(ends[0].lower(), ends[1].upper()), norm


def _range(powers: dict[str, int], box: Box) -> tuple[Fraction, Fraction]:
    """The least and the largest value of a monomial on a box."""
    low, high = (
        prod((box[name][int((p > 0) == top)] ** p for name, p in powers.items()), start=Fraction(1))
        for top in (False, True)
    )
    return low, high
