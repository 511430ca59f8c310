"""Independent routes to the quenched action: definitions at small P, pairings, differences."""

from __future__ import annotations

from functools import cache
from math import sqrt

import sympy as sp

from binodal.derive.checks import Claims
from binodal.derive.step import Cases
from binodal.derive.symbols import P, gamma, x
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.subset_checks import mode_rows
from binodal.models.modular.derivations.subsets import F
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING as U
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER, STIFFNESS

_SHARE = 0.6


def _close(left: float, right: float, error: float = 1e-9) -> bool:
    return abs(left - right) < error * (1 + abs(right))


def disorder_cases(claim: sp.Expr) -> Cases:
    """(1 - F)/(F P)."""
    (share,) = claim.free_symbols - {P}
    yield "definition", claim, (1 - share) / (share * P)


def _bent(order: int, at_x: float, coupling: float) -> tuple[list[list[float]], list[list[float]]]:
    """What multiplies xi_nm in the second derivative by w_n and v_m, and the rows w and v.

    S = -c sum_p T_p^2 with T_p the sum over kept pairs of 2 y^p w_n v_m, at the mean of T_p;
    c = u/(4 P^2) and u = U/F^2.
    """
    w, v = mode_rows(order, at_x, at_x)
    strength = coupling / _SHARE**2 / (4 * order**2)
    y, residues = target(order), range(order)
    means = [
        _SHARE * sum(2 * float(t[n][m]) * w[n] * v[m] for n in residues for m in residues)
        for t in y
    ]
    bent = [
        [
            -4 * strength * sum(float(t[n][m]) * mean for t, mean in zip(y, means, strict=True))
            for m in residues
        ]
        for n in residues
    ]
    return bent, [w, v]


def _disorder(order: int) -> float:
    return (1 - _SHARE) / (_SHARE * order)


def radius_claims(claim: sp.Expr) -> Claims:
    """Four times the mean sum of variances of a row."""
    for order, at_x, coupling in ((5, 0.8, 0.7), (7, 1.3, 0.4)):
        bent, _ = _bent(order, at_x, coupling)
        variance = _SHARE * (1 - _SHARE)
        rows = [variance * sum(e * e for e in row) for row in bent]
        value = claim.subs({U: coupling, x: at_x, DISORDER: _disorder(order)})
        yield order, _close(4 * sum(rows) / order, float(value))
        yield (order, "alike"), max(rows) - min(rows) < 1e-9


def _pairings(steps: int) -> int:
    """Pairings of 2 k points without crossings: walks that stay at or above zero."""
    heights = {0: 1}
    for _ in range(2 * steps):
        following: dict[int, int] = {}
        for height, ways in heights.items():
            for beyond in (height - 1, height + 1):
                if beyond >= 0:
                    following[beyond] = following.get(beyond, 0) + ways
        heights = following
    return heights[0]


def semicircle_claims(claim: sp.Expr) -> Claims:
    """The coefficients of rho^k are the pairings over 4^k."""
    r = sp.Symbol("r")
    series = sp.series(claim.subs(STIFFNESS, sp.sqrt(1 - r)), r, 0, 5).removeO()
    for k in range(5):
        yield k, series.coeff(r, k) == sp.Rational(_pairings(k), 4**k)


def gain_claims(claim: sp.Expr) -> Claims:
    """Half the mean squared force of the other modes over 2 P, and then the pairings."""
    r, order, at_x, coupling = sp.Symbol("r"), 7, 1.3, 0.4
    bent, (w, v) = _bent(order, at_x, coupling)
    variance, residues = _SHARE * (1 - _SHARE), range(order)
    pairs = [(n, m) for n in residues for m in residues]
    force2 = variance * sum(bent[n][m] ** 2 * (w[n] ** 2 + v[m] ** 2) for n, m in pairs)
    squared = 32 * _disorder(order) * (coupling * at_x) ** 2
    series = sp.series(claim.subs(STIFFNESS, sp.sqrt(1 - r)) / x, r, 0, 5).removeO()
    lead = float(series.coeff(r, 1)) * squared * at_x
    yield "force", _close(lead, force2 / 2 / (2 * order))
    for k in range(5):
        # A first return: one pairing around the others.
        yield k, series.coeff(r, k) == (sp.Rational(_pairings(k - 1), 4**k) if k else 0)


def _mode(at_x: float, coupling: float, decay: float, strength: float) -> float:
    """s on a subset as numbers, from its parts: first returns as a sum of pairings."""
    ratio = 8 * strength * (coupling * at_x) ** 2
    lost = sum(count * ratio ** (k + 1) for k, count in enumerate(_counted()))
    return at_x - coupling * at_x**2 + decay * at_x**3 / 3 - at_x * lost


@cache
def _counted() -> tuple[int, ...]:
    return tuple(_pairings(k) for k in range(90))


def quenched_claims(claim: sp.Expr) -> Claims:
    """The action against its parts, with and without disorder."""
    for place in ((0.9, 0.8, 0.5, 0.01), (1.6, 1.1, 0.9, 0.002), (1.1, 0.7, 0.3, 0.0)):
        value = claim.subs(dict(zip((x, U, gamma, DISORDER), place, strict=True)))
        yield place, _close(float(value), _mode(*place))


def _along(claim: sp.Tuple, z: float) -> tuple[float, float, float]:
    values = [float(e.subs(STIFFNESS, z)) for e in claim]
    return values[0], values[1], values[2]


def _differences(coupling: float, decay: float, strength: float) -> tuple[float, float, float]:
    """s, ds/dx and d^2s/dx^2 at x = 1."""
    h = 1e-3
    grid = [_mode(1 + k * h, coupling, decay, strength) for k in (-2, -1, 0, 1, 2)]
    slope = (grid[0] - 8 * grid[1] + 8 * grid[3] - grid[4]) / (12 * h)
    bend = (-grid[0] + 16 * grid[1] - 30 * grid[2] + 16 * grid[3] - grid[4]) / (12 * h * h)
    return grid[2], slope, bend


def coexistence_claims(claim: sp.Tuple) -> Claims:
    """s and its slope vanish at x = 1; U x = 2 and gamma x^2 = 3 without disorder."""
    for z in (0.95, 0.8, 0.65):
        value, slope, _ = _differences(*_along(claim, z))
        yield (z, "value"), abs(value) < 1e-9
        yield (z, "slope"), abs(slope) < 1e-8
    yield "no disorder", _along(claim, 1) == (2, 3, 0)
    yield "strength", all(_along(claim, z)[2] > 0 for z in (0.3, 0.9))


def spinodal_claims(claim: sp.Tuple) -> Claims:
    """Both slopes vanish at x = 1; U x = gamma x^2 = 1 without disorder."""
    for z in (0.95, 0.8, 0.65):
        _, slope, bend = _differences(*_along(claim, z))
        yield (z, "slope"), abs(slope) < 1e-8
        yield (z, "bend"), abs(bend) < 1e-6
    yield "no disorder", _along(claim, 1) == (1, 1, 0)
    yield "strength", all(_along(claim, z)[2] > 0 for z in (0.3, 0.9))


def _event_at(z: float, level: int) -> tuple[float, float]:
    """epsilon, and U^2/gamma, where s = s' = 0 (0) or s' = s'' = 0 (1) at x = 1.

    By z alone: y is found by bisection, with epsilon = (1 - z^2)/(32 y^2) and gamma from s' = 0.
    """

    def left(y: float) -> float:
        strength = (1 - z * z) / (32 * y * y)
        decay = -_differences(y, 0.0, strength)[1]
        return _differences(y, decay, strength)[2 * level]

    low, high = 0.5, 40.0
    for _ in range(60):
        middle = sqrt(low * high)
        low, high = (middle, high) if left(middle) * left(low) > 0 else (low, middle)
    strength = (1 - z * z) / (32 * low * low)
    return strength, low * low / -_differences(low, 0.0, strength)[1]


def fall_claims(claim: sp.Tuple) -> Claims:
    """Differences of U^2/gamma by those of epsilon; the sign between zero and one."""
    h = 1e-3
    for level, slope in enumerate(claim):
        for z in (0.9, 0.65):
            (e0, r0), (e1, r1) = (_event_at(z + sign * h, level) for sign in (-1, 1))
            slope_at = float(slope.subs(STIFFNESS, z))
            yield (level, z), _close(slope_at, (r1 - r0) / (e1 - e0), 1e-3)
        yield (
            (level, "falls"),
            all(slope.subs(STIFFNESS, sp.Rational(k, 20)) < 0 for k in range(1, 20)),
        )


def end_claims(claim: sp.Tuple) -> Claims:
    """epsilon is smaller to either side, and by as much."""
    for level, root in enumerate(claim):
        h, middle = 0.02, float(root)
        yield (level, "inside"), 0 < middle < 1
        below, there, above = (_event_at(middle + k * h, level)[0] for k in (-1, 0, 1))
        yield (level, "above both"), there > max(below, above)
        yield (level, "flat"), abs(above - below) < 0.1 * (2 * there - below - above)


def level_claims(claim: sp.Expr) -> Claims:
    """Differences of s in U at x = 1."""
    h = 1e-4
    for y, strength in ((1.1, 0.004), (2.1, 0.002)):
        up, down = (_mode(1, y + sign * h, 1, strength) for sign in (1, -1))
        z = sqrt(1 - 32 * strength * y * y)
        named = {s: z if s.name == "z" else y for s in claim.free_symbols}
        yield y, _close(float(claim.subs(named)), (down - up) / (2 * h), 1e-6)


def residual_cases(claim: sp.Expr) -> Cases:
    """The residual over y, by solving on subsets with as many pairs in each class n + m.

    The kernel is lambda times the projector on functions of n + m of mean zero.
    """
    noise, level = sp.Rational(3, 7), sp.Rational(5, 4)
    for order, each in ((3, 2), (5, 3)):
        kept = [(n, (s - n) % order) for s in range(order) for n in range(each)]
        y = [sp.Matrix([t[n][m] for n, m in kept]) for t in target(order)]
        kernel = level / order * sum((column * column.T for column in y), sp.zeros(len(kept)))
        left = noise * (kernel + noise * sp.eye(len(kept))).LUsolve(y[1])
        named = {"sigma2": noise, "lambda": level, "F": sp.Rational(each, order)}
        yield (
            (order, each),
            claim.subs({s: named[s.name] for s in claim.free_symbols}),
            left[0] / y[1][0],
        )


def _variance(order: int, at_x: float, coupling: float) -> float:
    """Draws without replacement: the variance of their sum is that of one, by the pairs left."""
    bent, (w, v) = _bent(order, at_x, coupling)
    residues = range(order)
    added = [bent[n][m] * w[n] * v[m] for n in residues for m in residues]
    mean = sum(added) / order**2
    return _SHARE * (1 - _SHARE) * sum((e - mean) ** 2 for e in added)


def spread_claims(claim: sp.Tuple) -> Claims:
    """The variance of S, and its root beside the prior."""
    for order, at_x, coupling in ((5, 0.8, 0.7), (7, 1.3, 0.4)):
        variance = _variance(order, at_x, coupling)
        point = {U: coupling, x: at_x, DISORDER: _disorder(order), P: order}
        yield order, _close(float(claim[0].subs(point)), variance)
        relative = sqrt(variance) / (2 * order * at_x)
        yield (order, "relative"), _close(float(claim[1].subs(point)), relative)


def turned_claims(claim: sp.Expr) -> Claims:
    """At one place, where the field has the variance 3/2 a pair: s over twice its slope in log U by
    differences."""
    h, each = 1e-4, sqrt(1.5)
    for order, at_x, coupling in ((5, 0.8, 0.2), (7, 1.3, 0.2)):
        strength, gained = _disorder(order), sqrt(_variance(order, at_x, coupling)) / (2 * order)
        up, down = (_mode(at_x, coupling * (1 + sign * h), 1, strength) for sign in (1, -1))
        point = {U: coupling, x: at_x, DISORDER: strength, P: order, F: _SHARE}
        value = float(claim.subs(point))
        yield order, _close(value * each, gained / (2 * (down - up) / (2 * h)), 1e-6)


def second_order_claims(claim: sp.Expr) -> Claims:
    """Twice the strength times the variance of 2 sum_n xi w_n, over the columns."""
    for order, at_x, coupling in ((5, 0.8, 0.7), (7, 1.3, 0.4)):
        w, _ = mode_rows(order, at_x, at_x)
        strength = coupling / _SHARE**2 / (4 * order**2)
        variance = 2 * strength * sum(_SHARE * (1 - _SHARE) * (2 * e) ** 2 for e in w)
        point = {U: coupling, x: at_x, P: order}
        named = {z: point.get(z, _SHARE) for z in claim.free_symbols}
        yield order, _close(float(claim.subs(named)), variance)


def fluctuation_claims(claim: sp.Expr) -> Claims:
    """A logarithm's series: pairings over 4^k, a quarter of them over k."""
    r = sp.Symbol("r")
    series = sp.series(claim.subs(STIFFNESS, sp.sqrt(1 - r)), r, 0, 5).removeO()
    for k in range(1, 5):
        yield k, series.coeff(r, k) == sp.Rational(_pairings(k), 4 ** (k + 1) * k)


def edge_claims(claim: sp.Expr) -> Claims:
    """The mode alone less a half: at rho = 1 a walk is sure to return, and halves are its signs."""
    for coupling, decay, strength in ((0.8, 0.5, 0.01), (1.1, 0.9, 0.002)):
        at_x = 1 / sqrt(32 * strength) / coupling
        value = claim.subs({U: coupling, gamma: decay, DISORDER: strength})
        gap = 1 - coupling * at_x + decay * at_x**2 / 3 - 1 / 2
        yield (coupling, decay), _close(float(value), gap)


def shift_claims(claim: sp.Expr) -> Claims:
    """Fluctuations as a sum of pairings, over twice the slope of s in log U by differences."""
    h = 1e-4
    for at_x, coupling, strength in ((1.3, 1.1, 0.004), (0.9, 2.1, 0.002)):
        quarter = 8 * strength * (coupling * at_x) ** 2
        lost = sum(c * quarter**k / (4 * k) for k, c in enumerate(_counted()) if k)
        up, down = (_mode(at_x, coupling * (1 + sign * h), 1, strength) for sign in (1, -1))
        value = claim.subs({U: coupling, x: at_x, DISORDER: strength})
        yield at_x, _close(float(value), lost / (2 * (down - up) / (2 * h)), 1e-6)
