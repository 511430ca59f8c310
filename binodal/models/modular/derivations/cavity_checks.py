"""The cavity's state by iteration, its first powers by definition, its claims against both."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import sympy as sp

from binodal.derive.checks import Claims
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.subset_checks import mode_rows

State = Mapping[str, float]


def _close(left: float, right: float, error: float = 1e-9) -> bool:
    return abs(left - right) < error * (1 + abs(right))


def _at(claim: sp.Expr, values: Mapping[str, float]) -> float:
    return float(claim.subs({s: values[s.name] for s in claim.free_symbols}))


def iterated(y: float, strength: float) -> State:
    """Each field in the noise and the reaction that the squares and responses of the others give.

    Noise of variance v makes q - 1 = v chi^2, and a reaction r makes chi = 1/(1 - r).
    """
    q, chi, a, f = 1.0, 1.0, 1.0, 0.0
    for _ in range(800):
        squares = a * a / 2 + f
        noise = 16 * strength * y * y * q * squares
        reaction = 16 * strength * y * y * chi * squares + 4 * strength * y * q * a
        new = (
            1 + noise * chi**2,
            1 / (1 - reaction),
            1 / (1 - 8 * strength * y * q * chi),
            strength * (q * a) ** 2,
        )
        q, chi, a, f = (old + (to - old) / 2 for old, to in zip((q, chi, a, f), new, strict=True))
    return {"y": y, "epsilon_F": strength, "q": q, "chi": chi, "a": a, "f": f, "k": a}


def density(y: float, strength: float) -> float:
    """s/x without decay as the sum of energies at the fixed point.

    The mean of random entries times three fields is their variance times the response of each field
    by the squares of the others, so that nothing of a functional is used.
    """
    state = iterated(y, strength)
    squares = state["a"] ** 2 / 2 + state["f"]
    random = 32 * y**2 * state["chi"] * state["q"] * squares + 4 * y * state["q"] ** 2 * state["k"]
    return state["q"] + 2 * y * squares - 2 * y * state["a"] - strength * random


def _first_power(order: int, at_x: float, coupling: float) -> tuple[float, float]:
    """-S/(2 P x) to first order in the variance, by sums over pairs, and epsilon.

    The mean square of the pulls' noise, and half of that of the forces on the other weights.
    """
    share, residues = 0.6, range(order)
    w, v = mode_rows(order, at_x, at_x)
    pairs = [(n, m) for n in residues for m in residues]
    strength, variance = coupling / share**2 / (4 * order**2), share * (1 - share)
    y = [[[float(e) for e in row] for row in table] for table in target(order)]
    means = [share * sum(2 * t[n][m] * w[n] * v[m] for n, m in pairs) for t in y]
    own = strength * variance * sum((2 * w[n] * v[m]) ** 2 for n, m in pairs)
    bent = {
        (n, m): 4 * strength * sum(t[n][m] * mean for t, mean in zip(y, means, strict=True))
        for n, m in pairs
    }
    forces = variance * sum(bent[n, m] ** 2 * (w[n] ** 2 + v[m] ** 2) for n, m in pairs)
    return (own + forces / 2) / (2 * order * at_x), (1 - share) / (share * order)


def _beside_leading(z: float) -> float:
    """y times what is next to the leading order at fixed rho = 32 epsilon y^2, by its state alone.

    Noise of the pulls in |W|^2 of the relaxed weights, which is d(lambda m)/dlambda over m^2 for
    the resolvent m of lambda times the matrix, and the square of what is added along cos psi, which
    is the slope of the leading gain in lambda.
    """

    def resolvent(scale: float) -> float:
        return 2 / (1 + sqrt(1 - scale**2 * (1 - z * z)))

    h = 1e-5
    slope = ((1 + h) * resolvent(1 + h) - (1 - h) * resolvent(1 - h)) / (2 * h)
    norm = slope / resolvent(1) ** 2
    gains = [(1 - sqrt(1 - scale**2 * (1 - z * z))) / 2 for scale in (1 - h, 1 + h)]
    along = (gains[1] - gains[0]) / (2 * h) / 2
    return (1 - z * z) / 16 * norm**2 + along**2


def gained_claims(claim: sp.Expr) -> Claims:
    """First power of epsilon, first order beside the leading one, and energies at fixed points."""
    rest = {"q": 1.0, "chi": 1.0, "a": 1.0, "f": 0.0, "k": 1.0, "y": 0.9}
    for order, at_x, coupling in ((5, 0.8, 0.7), (7, 1.3, 0.4)):
        gained, strength = _first_power(order, at_x, coupling)
        linear = sp.diff(claim, sp.Symbol("epsilon_F", positive=True))
        point = {**rest, "y": coupling * at_x}
        yield (
            order,
            _close(strength * _at(linear.subs(sp.Symbol("f", positive=True), 0), point), gained),
        )
    for z in (0.9, 0.7):
        y = 3e3
        strength = (1 - z * z) / (32 * y * y)
        beside = _at(claim, iterated(y, strength)) - (-1 + y + (1 - z) / 2)
        yield z, _close(y * beside, _beside_leading(z), 2e-3)
    for y, strength in ((1.7, 0.002), (2.2, 0.001)):
        yield y, _close(_at(claim, iterated(y, strength)), -density(y, strength))


def surface_claims(claim: sp.Tuple) -> Claims:
    """The state at its own y and epsilon, by iteration."""
    for w, e in ((0.03, 0.002), (0.1, 0.006), (0.2, 0.05)):
        y, strength, *state = (_at(part, {"w": w, "e": e}) for part in claim)
        iterate = iterated(y, strength)
        for name, value in zip(("q", "chi", "a", "f", "k"), state, strict=True):
            yield (w, name), _close(value, iterate[name])


def coexistence_claims(claim: sp.Tuple) -> Claims:
    """s and its slope in x vanish at x = 1, by energies at fixed points."""
    for z in (0.99, 0.95, 0.91):
        y, decay, strength = (_at(part, {"z": z}) for part in claim)
        h = 1e-3
        left, here, right = (
            at_x * (density(y * at_x, strength) + decay * at_x**2 / 3) for at_x in (1 - h, 1, 1 + h)
        )
        yield (z, "value"), abs(here) < 1e-9
        yield (z, "slope"), abs(right - left) / (2 * h) < 1e-4
        yield (z, "kind"), min(left, right) > 0
    yield "no disorder", tuple(claim.subs(sp.Symbol("z", positive=True), 1)) == (2, 3, 0)


def bent(y: float, strength: float) -> float:
    """x d^2s/dx^2 at x = 1 by differences, with gamma from ds/dx = 0."""
    h = 4e-3
    low, here, high = (density(y * (1 + sign * h), strength) for sign in (-1, 0, 1))
    return (low + high - 2 * here) / h**2 - 2 * here


def bend_claims(claim: sp.Expr) -> Claims:
    """The curvature of s at its stationary points, on either side of the spinodals."""
    for w, e in ((0.03, 0.0033), (0.05, 0.0057), (0.1, 0.0093), (0.06, 0.0055)):
        flat = 2 * e * w**2 - 8 * e + w**2
        y = -8 * e * w / ((w + 1) * flat * (2 * e * w**2 + 4 * e * w + 8 * e + w**2))
        yield (w, e), abs(_at(claim, {"w": w, "e": e}) - bent(y, flat**2 / (64 * e))) < 2e-3
