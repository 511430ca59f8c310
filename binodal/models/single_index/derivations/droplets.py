"""Past coexistence: a mass M/d of neurons at each feature holds its action at zero.

With F the field at the feature, a mass M/d of neurons there adds G M m^j c_j F/j! to mode j of the
closure in units of sigma^2/n; the zero state adds G c_1^2 t_1/K to mode 1, as on the zero branch.
Several features add up.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.single_index.derivations.action import amplitude, field, m, overlap
from binodal.models.single_index.derivations.limit import at_rest, gain, stiffness, target

mass = sp.Symbol("mass", positive=True)
_MODES = (1, 2, 3)


@cache
def pulls(modes: tuple[int, ...]) -> tuple[sp.Expr, ...]:
    """What the neurons of one feature add to the closure's rows."""
    force = field(modes)
    return tuple(gain * mass * m**k * overlap(k) * force / sp.factorial(k) for k in modes)


@cache
def unheld_rows(modes: tuple[int, ...], branch: bool) -> tuple[sp.Expr, ...]:
    """The closure's rows without neurons at features."""
    moving = 1 if branch else None
    resting = gain * at_rest(1) ** 2 * amplitude(1) / stiffness()
    return tuple(amplitude(k) - target(k) + (resting if k == moving else sp.S.Zero) for k in modes)


@cache
def droplet_rows(modes: tuple[int, ...], branch: bool) -> tuple[sp.Expr, ...]:
    """The closure's rows with one feature, zero at the solution, one for every acting mode."""
    return tuple(sp.Add(*row) for row in zip(pulls(modes), unheld_rows(modes, branch), strict=True))


_POINT = {
    m: sp.Rational(3, 7),
    gain: sp.Rational(13, 4),
    mass: sp.Rational(2, 9),
    **{overlap(k): sp.Rational(k + 2, 5 + k * k) for k in _MODES},
    **{target(k): sp.Rational(5 - 2 * k, 4 + k) for k in _MODES},
}


def _regression_cases(claim: sp.Tuple) -> Cases:
    """Ridge regression in the orthonormal basis with one feature, solved, put into the rows."""
    norms = [sp.sqrt(sp.factorial(k)) for k in _MODES]
    feature = sp.Matrix([(m**k * overlap(k)).subs(_POINT) for k in _MODES])
    normalised = sp.Matrix([f / s for f, s in zip(feature, norms, strict=True)])
    wanted = sp.Matrix([target(k).subs(_POINT) * s for k, s in zip(_MODES, norms, strict=True)])
    kernel = (gain * mass).subs(_POINT) * normalised * normalised.T + sp.eye(3)
    solved = kernel.LUsolve(wanted)
    point = {amplitude(k): t / s for k, t, s in zip(_MODES, solved, norms, strict=True)}
    for k, row in zip(_MODES, claim, strict=True):
        yield f"mode {k}", sp.simplify(row.subs(_POINT).subs(point)), sp.Integer(0)
        elsewhere = {**point, amplitude(k): point[amplitude(k)] + 1}
        step = 1 + (gain * mass * (m**k * overlap(k)) ** 2 / sp.factorial(k)).subs(_POINT)
        yield f"slope of mode {k}", sp.simplify(row.subs(_POINT).subs(elsewhere)), step


_OTHER = {
    m: sp.Rational(-5, 8),
    mass: sp.Rational(7, 6),
    **{overlap(k): sp.Rational(3 - k, 2 + k) for k in _MODES},
}
"""A second feature: its cosine, its mass and its overlaps."""


def _several_cases(claim: sp.Tuple) -> Cases:
    """Ridge regression with two features of their own masses, put into the sum of both pulls."""
    norms = [sp.sqrt(sp.factorial(k)) for k in _MODES]
    kernel = sp.eye(3)
    places: tuple[dict[sp.Symbol, sp.Expr], ...] = ({}, _OTHER)
    for place in places:
        point = {**_POINT, **place}
        row = sp.Matrix(
            [(m**k * overlap(k)).subs(point) / s for k, s in zip(_MODES, norms, strict=True)]
        )
        kernel += (gain * mass).subs(point) * row * row.T
    wanted = sp.Matrix([target(k).subs(_POINT) * s for k, s in zip(_MODES, norms, strict=True)])
    solved = kernel.LUsolve(wanted)
    t = {amplitude(k): x / s for k, x, s in zip(_MODES, solved, norms, strict=True)}
    pulled, left = claim
    for k, pull, row in zip(_MODES, pulled, left, strict=True):
        both = sum(pull.subs({**_POINT, **place}).subs(t) for place in places)
        yield f"mode {k}", sp.simplify(both + row.subs(_POINT).subs(t)), sp.Integer(0)


@cache
def droplets() -> Derivation:
    """The closure with a mass of neurons at a feature, for the modes 1, 2, 3.

    Results: ``droplet_1`` ... ``droplet_3``, without the zero state's share, and ``pull_1`` ...
    ``pull_3``, what one feature adds. Source: derived here.
    """
    rows = droplet_rows(_MODES, False)
    step = Step(
        "mass at a feature",
        "Q_jk = sigma_a^2 (M/d) m^{j+k} c_j c_k/sqrt(j! k!) in the orthonormal basis; each row in "
        "units of sigma^2/n, over sqrt(j!)",
        sp.Tuple(*(target(k) for k in _MODES)),
        sp.Tuple(*rows),
        equal_on(_regression_cases, "ridge regression with that feature, solved at rationals"),
        (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.LARGE_D, Assumption.DROPLET_MASS),
    )
    each = Step(
        "masses at several features",
        "the kernel is an average over neurons: features add up, each with the field at its place",
        sp.Tuple(*rows),
        sp.Tuple(sp.Tuple(*pulls(_MODES)), sp.Tuple(*unheld_rows(_MODES, False))),
        equal_on(_several_cases, "ridge regression with two features, solved at rationals"),
    )
    results = {f"droplet_{k}": row for k, row in zip(_MODES, rows, strict=True)}
    results |= {f"pull_{k}": row for k, row in zip(_MODES, pulls(_MODES), strict=True)}
    return Derivation("Droplets of a single-index neuron", (step, each), results)
