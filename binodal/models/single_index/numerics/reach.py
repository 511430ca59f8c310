"""Where saddles can be at all: bounds on m and r beyond which a slope keeps its sign."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

from flint import arb

from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval
from binodal.numerics.errors import Undecided

_STEPS = 60
_GROWTH, _SPARE = 1.35, 1e-6


def _sizes(state: State, r: arb, amplitudes: Sequence[arb]) -> tuple[arb, arb, arb]:
    """Bounds on |F|, |dF/dlog r| and |dF/dm| for all |m| <= 1, from overlaps on a ball of r."""
    modes = state.setting.modes
    values = [abs(c).upper() for c in state.setting.overlaps.at(r, max(modes) + 3)]
    return _sums(amplitudes, modes, values)


def _sums(
    amplitudes: Sequence[arb], modes: Sequence[int], values: Sequence[arb]
) -> tuple[arb, arb, arb]:
    field, by_l, by_m = arb(0), arb(0), arb(0)
    for t, k in zip(amplitudes, modes, strict=True):
        size = abs(t)
        field += size * values[k]
        by_l += size * (values[k + 2] + k * values[k])
        by_m += size * k * values[k]
    return field, by_l, by_m


def _bounded(state: State, amplitudes: Sequence[arb], scale: arb) -> tuple[arb, arb, arb]:
    """The same for all r, from |c_k| <= sqrt(k!) scale."""
    modes = state.setting.modes
    values = [arb(factorial(k)).sqrt() * scale for k in range(max(modes) + 3)]
    return _sums(amplitudes, modes, values)


def radial_range(state: State, x: arb) -> tuple[float, float]:
    """Bounds on v = log(r/sigma_w) at every saddle, for parameters own * e^x.

    S_l = r^2/sigma_w^2 - 1 - u F F_l is proved negative below and positive above. Raises
    :class:`Undecided` where the law may not be normalisable.
    """
    u, _, norm = state.couplings(x)
    amplitudes = state.amplitudes(x)
    sigma = norm.sqrt()
    return _lowest(state, u, sigma, amplitudes), _highest(state, u, sigma, amplitudes)


def _lowest(state: State, u: arb, sigma: arb, amplitudes: Sequence[arb]) -> float:
    v = -0.05
    for _ in range(_STEPS):
        top = arb(v).exp()
        field, by_l, _ = _sizes(state, arb(0).union((sigma * top).upper()), amplitudes)
        if top**2 - 1 + u * field * by_l < 0:
            return v
        v *= _GROWTH
    raise Undecided("small norms of a neuron are not excluded")


def _highest(state: State, u: arb, sigma: arb, amplitudes: Sequence[arb]) -> float:
    growth = state.setting.growth
    v = 0.05
    for _ in range(_STEPS):
        low = arb(v).exp()
        if growth.bounded:
            field, by_l, _ = _bounded(state, amplitudes, growth.rest)
            if low**2 - 1 - u * field * by_l > 0:
                return v
        elif _rises(state, u, sigma, amplitudes, sigma * low):
            return v
        v *= _GROWTH
    raise Undecided("large norms of a neuron are not excluded: the law may not be normalisable")


def _rises(
    state: State, u: arb, sigma: arb, amplitudes: Sequence[arb], least: arb, cuts: int = 64
) -> bool:
    """S_l/r^2 = 1/sigma_w^2 - 1/r^2 - u (F/r)(F_l/r) > 0 for all r >= least and |m| <= 1."""
    modes = state.setting.modes
    slopes = state.setting.overlaps.at_infinity(arb(least.lower()), max(modes) + 3)
    for cut in range(-cuts, cuts):
        m = interval(cut / cuts, (cut + 1) / cuts)
        terms = list(zip(amplitudes, modes, strict=True))
        field = sum((t * m**k * slopes[k] for t, k in terms), arb(0))
        by_l = sum((t * m**k * (slopes[k + 2] + k * slopes[k]) for t, k in terms), arb(0))
        if not 1 / sigma**2 - 1 / least**2 - u * field * by_l > 0:
            return False
    return True


def angular_range(state: State, x: arb, top: float) -> float:
    """A bound on h = artanh |m| at every saddle with log(r/sigma_w) <= ``top``.

    S_m/m = cosh^2 h - u (F/m) F_m is proved positive beyond; |F/m| is at most |F|'s bound.
    """
    u, _, norm = state.couplings(x)
    amplitudes = state.amplitudes(x)
    r = arb(0).union((norm.sqrt() * arb(top).exp()).upper())
    field, _, by_m = _sizes(state, r, amplitudes)
    largest = arb((1 + u * field * by_m).upper())
    return float(largest.sqrt().acosh().upper().mid()) + _SPARE
