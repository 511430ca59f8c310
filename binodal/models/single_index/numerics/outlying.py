"""Neurons of large norm beside a condensate: proved to lie above the zero state.

With c_k = g_k r + h_k + E_k/r a neuron of norm r has the action of c_k = g_k r, which is at least
log(X/(1 - m^2))/2, less ``pull`` r + ``rest``. Away from the edge that is held the sign at the best
norm is enough, with c_k/r for g_k.
"""

from __future__ import annotations

from itertools import pairwise

from flint import arb

from binodal.models.single_index.numerics.profile import FORMS, Profile, sign
from binodal.numerics.balls import interval, precision
from binodal.numerics.errors import Undecided

_OUTLYING = FORMS.functions("outlying", "boxes")
_BITS, _PARTS, _NORMS, _NEAR = 96, 8, (4, 8, 16, 32), tuple(2.0**-k for k in range(3, 9))


def norm_beyond(profile: Profile) -> arb:
    """A norm beyond which every neuron lies above the zero state, at m = 1, m = -1 or both held.

    Raises :class:`Undecided`.
    """
    with precision(_BITS):
        sigma = profile.state.couplings(arb(0))[2].sqrt()
        for times in _NORMS:
            norm = arb((times * sigma).upper())
            if _all_above(profile, norm):
                return norm
    raise Undecided("neurons of large norm are not proved to lie above the zero state")


def _all_above(profile: Profile, norm: arb) -> bool:
    """By parts of 1/r, the infinite norm among them."""
    ends = [arb(k) / (_PARTS * norm) for k in range(_PARTS + 1)]
    return all(_above(profile, low, high) for low, high in pairwise(ends))


def _above(profile: Profile, low: arb, high: arb) -> bool:
    """For norms r with low <= 1/r <= high."""
    setting, small = profile.state.setting, low.union(high)
    orders = max(setting.modes) + 1
    lines, slopes = setting.overlaps.lines(1 / high, high - low, orders), setting.slopes(orders)
    ratios = [slopes[k] + small * (lines[k][0] + small * lines[k][1]) for k in setting.modes]

    def depth(m: arb) -> arb:
        return profile.of("depth", m, ratios)[0]

    others = [slopes, [h for h, _ in lines], [left for _, left in lines]]
    columns = [part[k] for part in others for k in setting.modes]
    return any(
        all(_above_at_edge(profile, edge, small, near, columns) for edge in profile.held)
        and all(sign(depth, *part) is False for part in profile.parts(near))
        for near in _NEAR
    )


def _above_at_edge(
    profile: Profile, edge: arb, small: arb, near: float, columns: list[arb]
) -> bool:
    """X vanishes at the edge, so X/(1 - m^2) is at least half its least slope away from it."""
    if not profile.of("best", edge)[0].contains(0):
        return False
    u, _, variance = profile.state.couplings(arb(0))
    m = interval(1 - near, 1) * edge
    function = _OUTLYING(profile.state.setting.modes)["outlying"]
    pull, rest, slope = function(m, small, u, variance, *profile.amplitudes, *columns)
    least = -slope * edge / 2
    if not (least > 0 and pull <= 0):
        return False
    return bool(least.log() / 2 - pull / small.upper() - rest > 0)
