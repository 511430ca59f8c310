"""Where saddles can be at all: bounds on m and r beyond which a slope keeps its sign."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import mul

from flint import arb

from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval
from binodal.numerics.boxes.intervals import ends
from binodal.numerics.errors import Undecided

Bounds = tuple[float, float, float]
_STEPS = 60
_GROWTH, _SPARE, _NARROWEST, _FINEST = 1.35, 1e-6, 2.0**-14, 2.0**-11
_NORMS: list[float] = [*accumulate([0.05, *[_GROWTH] * (_STEPS - 1)], mul)]
"""v = log(r/sigma_w)."""


def reach(state: State, low: float, high: float) -> Bounds:
    """Bounds at every saddle for own e^low <= parameter <= own e^high, as :func:`reach_of`.

    The range is halved where its whole is too wide to bound. Raises :class:`Undecided`.
    """

    def whole(start: float, stop: float) -> Bounds:
        x = interval(start, stop)
        u, _, norm = state.couplings(x)
        return reach_of(state.setting, u, norm.sqrt(), state.amplitudes(x))

    return halved(whole, low, high)


def halved(bounds: Callable[[float, float], Bounds], low: float, high: float) -> Bounds:
    """Bounds on a range, of its halves where its whole is too wide. Raises :class:`Undecided`."""
    try:
        return bounds(low, high)
    except Undecided:
        if high - low < _NARROWEST:
            raise
    middle = (low + high) / 2
    one, other = halved(bounds, low, middle), halved(bounds, middle, high)
    return min(one[0], other[0]), max(one[1], other[1]), max(one[2], other[2])


def reach_of(
    setting: Setting, u: arb, sigma: arb, amplitudes: Sequence[arb], largest: arb | None = None
) -> tuple[float, float, float]:
    """Bounds (v below, v above, h above) of v = log(r/sigma_w) and h = artanh |m| at every saddle.

    At those of norms up to ``largest`` where that is given.

    S_l = r^2/sigma_w^2 - 1 - u F F_l is proved negative below and positive above in v, and
    S_m/m = cosh^2 h - u (F/m) F_m positive beyond h. Raises :class:`Undecided` where the law may
    not be normalisable.
    """
    below = _lowest(setting, u, sigma, setting.modes, amplitudes)
    if largest is None:
        above = _highest(lambda r: _rises(setting, u, sigma, amplitudes, r), sigma)
    else:
        above = ends((largest / sigma).log())[1]
    return below, above, _cosine(setting, u, sigma, setting.modes, amplitudes, above)


def norms_and_cosines(
    state: State,
    setting: Setting,
    ks: Sequence[int],
    sizes: Sequence[arb],
    low: float,
    high: float,
    rises: Callable[[arb, arb], bool] | None = None,
) -> Bounds:
    """The same for |F| <= sum_k |m|^k sizes_k |c_k|, sizes on the zero branch's own scale.

    Of use where a mode's amplitude depends on a direction. ``rises`` tells sharper than the sizes
    whether S grows with the norm at (the parameter's x, all norms beyond one).
    """
    x = interval(low, high)
    u, _, norm = state.couplings(x)
    beta, sigma = state.beta(x), norm.sqrt()
    amplitudes = [s * (beta if k == 1 else 1) for k, s in zip(ks, sizes, strict=True)]
    below = _lowest(setting, u, sigma, ks, amplitudes)

    def rises_by_sizes(_: arb, least: arb) -> bool:
        slopes = setting.at_infinity(arb(least.lower()), max(ks) + 3)
        field = sum((a * abs(slopes[k]) for a, k in zip(amplitudes, ks, strict=True)), arb(0))
        by_l = sum(
            (a * abs(slopes[k + 2] + k * slopes[k]) for a, k in zip(amplitudes, ks, strict=True)),
            arb(0),
        )
        return bool(1 / sigma**2 - 1 / least**2 - u * field * by_l > 0)

    tells = rises or rises_by_sizes
    above = _highest(lambda least: tells(x, least), sigma)
    return below, above, _cosine(setting, u, sigma, ks, amplitudes, above)


def _cosine(
    setting: Setting,
    u: arb,
    sigma: arb,
    ks: Sequence[int],
    amplitudes: Sequence[arb],
    above: float,
) -> float:
    r = arb(0).union((sigma * arb(above).exp()).upper())
    field, _, by_m = _sizes(setting, r, ks, amplitudes)
    largest = arb((1 + u * field * by_m).upper())
    return float(arb(largest.sqrt().upper()).acosh().upper().mid()) + _SPARE


def _sizes(
    setting: Setting, r: arb, ks: Sequence[int], amplitudes: Sequence[arb]
) -> tuple[arb, arb, arb]:
    """Bounds on |F| and |F/m|, |dF/dlog r| and |dF/dm| for all |m| <= 1 on a ball of r."""
    field, by_l, by_m = arb(0), arb(0), arb(0)
    for t, k, (size, slope) in zip(amplitudes, ks, setting.sizes(r, ks), strict=True):
        field += abs(t) * size
        by_l += abs(t) * slope
        by_m += abs(t) * k * size
    return field, by_l, by_m


def _lowest(
    setting: Setting, u: arb, sigma: arb, ks: Sequence[int], amplitudes: Sequence[arb]
) -> float:
    v = -0.05
    for _ in range(_STEPS):
        top = arb(v).exp()
        field, by_l, _ = _sizes(setting, arb(0).union((sigma * top).upper()), ks, amplitudes)
        if top**2 - 1 + u * field * by_l < 0:
            return v
        v *= _GROWTH
    raise Undecided("small norms of a neuron are not excluded")


def _highest(rises: Callable[[arb], bool], sigma: arb) -> float:
    """The first of growing norms beyond which S rises with the norm; beyond larger ones it does."""
    found = bisect_left(_NORMS, True, key=lambda v: rises(sigma * arb(v).exp()))
    if found == len(_NORMS):
        raise Undecided("large norms of a neuron are not excluded: the law may not be normalisable")
    return _NORMS[found]


def _rises(setting: Setting, u: arb, sigma: arb, amplitudes: Sequence[arb], least: arb) -> bool:
    """S_l/r^2 = 1/sigma_w^2 - 1/r^2 - u (F/r)(F_l/r) > 0 for all r >= least and |m| <= 1."""
    modes = setting.modes
    slopes = setting.at_infinity(arb(least.lower()), max(modes) + 3)
    terms = [
        (k, t * slopes[k], t * (slopes[k + 2] + k * slopes[k]))
        for t, k in zip(amplitudes, modes, strict=True)
    ]
    spring = 1 / sigma**2 - 1 / least**2
    stack = [(0.0 if setting.symmetric else -1.0, 1.0)]
    while stack:
        low, high = stack.pop()
        m = interval(low, high)
        field = sum((value * m**k for k, value, _ in terms), arb(0))
        by_l = sum((value * m**k for k, _, value in terms), arb(0))
        if spring - u * field * by_l > 0:
            continue
        if high - low < _FINEST:
            return False
        middle = (low + high) / 2
        stack += [(low, middle), (middle, high)]
    return True
