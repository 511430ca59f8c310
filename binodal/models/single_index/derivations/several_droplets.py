"""Past coexistence with two directions: a mass M/d of neurons at a feature and at its images."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.single_index.derivations.action import overlap, u
from binodal.models.single_index.derivations.committee import action3
from binodal.models.single_index.derivations.droplets import mass
from binodal.models.single_index.derivations.limit import at_rest, beta, gain
from binodal.models.single_index.derivations.several import (
    MultiIndex,
    m1,
    m2,
    several_action,
    several_field,
    target,
)

Change = tuple[bool, int, int]
"""Whether the directions are exchanged, and the signs that they get."""
Modes = tuple[MultiIndex, ...]


def residual_mode(index: MultiIndex) -> sp.Symbol:
    """t_a, the amplitude of He_{a1} He_{a2} in the mean residual."""
    return sp.Symbol("_".join(["t", *map(str, index)]), real=True)


def _at_residual(expression: sp.Expr, modes: Modes) -> sp.Expr:
    return expression.subs(beta, 1).subs({target(a): residual_mode(a) for a in modes})


@cache
def moved_action(modes: Modes) -> sp.Expr:
    """S/d at any residual, of two or of three directions."""
    own = several_action(modes) if len(modes[0]) == 2 else action3(modes)
    return _at_residual(own, modes)


def _image(expression: sp.Expr, change: Change) -> sp.Expr:
    swap, one, other = change
    first, second = (m2, m1) if swap else (m1, m2)
    return expression.subs({m1: one * first, m2: other * second}, simultaneous=True)


@cache
def several_pulls(modes: Modes, images: tuple[Change, ...]) -> tuple[sp.Expr, ...]:
    """What the neurons of one feature add to the closure's rows: its images share the mass."""
    force = _at_residual(several_field(modes), modes)
    pulls = []
    for a in modes:
        feature = m1 ** a[0] * m2 ** a[1] * overlap(sum(a)) * force
        shared = sp.Add(*(_image(feature, change) for change in images)) / len(images)
        pulls.append(gain * mass * shared / (sp.factorial(a[0]) * sp.factorial(a[1])))
    return tuple(pulls)


@cache
def several_unheld(modes: Modes, branch: bool) -> tuple[sp.Expr, ...]:
    """The closure's rows without features, one for every acting mode.

    The zero state adds G c_1^2 K^-1 t to the linear modes, K = 1 - u c_1^2 t t^T.
    """
    linear = [residual_mode(a) for a in modes if sum(a) == 1]
    stiff = 1 - u * at_rest(1) ** 2 * sp.Add(*(t**2 for t in linear))
    rows = []
    for a in modes:
        resting = gain * at_rest(1) ** 2 * residual_mode(a) / stiff
        rest = resting if branch and sum(a) == 1 else 0
        rows.append(residual_mode(a) - target(a) + rest)
    return tuple(rows)


@cache
def several_rows(modes: Modes, images: tuple[Change, ...], branch: bool) -> tuple[sp.Expr, ...]:
    """The closure's rows with one feature; several features add up."""
    parts = zip(several_unheld(modes, branch), several_pulls(modes, images), strict=True)
    return tuple(sp.Add(*row) for row in parts)


_MODES: Modes = ((1, 0), (0, 1), (2, 1), (0, 3))
_IMAGES: tuple[Change, ...] = ((False, 1, 1), (True, 1, -1))
_POINT = {
    m1: sp.Rational(3, 7),
    m2: sp.Rational(-1, 4),
    gain: sp.Rational(13, 4),
    mass: sp.Rational(2, 9),
    u: sp.Rational(5, 9),
    at_rest(1): sp.Rational(3, 5),
    **{overlap(k): sp.Rational(k + 2, 5 + k * k) for k in (1, 3)},
    **{residual_mode(a): sp.Rational(5 - 2 * k, 5 + k) for k, a in enumerate(_MODES)},
    **{target(a): sp.Rational(3 - 2 * k, 7 + k) for k, a in enumerate(_MODES)},
}


def _kernel_cases(claim: sp.Tuple) -> Cases:
    """(1 + n/sigma^2 Q) t - y in the orthonormal basis, Q from both features and the zero state."""
    norms = [sp.sqrt(sp.factorial(a[0]) * sp.factorial(a[1])) for a in _MODES]
    one, other = _POINT[m1], _POINT[m2]
    # The second image exchanges the directions and turns the second one round.
    places = ((one, other), (other, -one))
    kernel = sp.zeros(len(_MODES))
    for x, y in places:
        feature = sp.Matrix(
            [
                x ** a[0] * y ** a[1] * _POINT[overlap(sum(a))] / s
                for a, s in zip(_MODES, norms, strict=True)
            ]
        )
        kernel += _POINT[mass] / len(places) * feature * feature.T
    linear = sp.Matrix([_POINT[residual_mode(a)] for a in _MODES[:2]])
    square = _POINT[at_rest(1)] ** 2
    kernel[:2, :2] += square * (sp.eye(2) - _POINT[u] * square * linear * linear.T).inv()
    own = sp.Matrix([_POINT[residual_mode(a)] * s for a, s in zip(_MODES, norms, strict=True)])
    wanted = sp.Matrix([_POINT[target(a)] * s for a, s in zip(_MODES, norms, strict=True)])
    left = own + _POINT[gain] * kernel * own - wanted
    for a, row, value, norm in zip(_MODES, claim, left, norms, strict=True):
        yield a, sp.simplify(row.subs(_POINT)), sp.simplify(value / norm)


@cache
def several_droplets() -> Derivation:
    """The closure with a mass at a feature and one image, for four modes of two directions.

    Results: ``droplet_A_B`` for each mode. Source: derived here.
    """
    rows = several_rows(_MODES, _IMAGES, True)
    step = Step(
        "mass at a feature and its images",
        "Q_ab = sigma_a^2 (M/d) <m^a m^b c_|a| c_|b|>/sqrt(a! b!) over the images, and the zero "
        "state's in the linear modes",
        sp.Tuple(*(target(a) for a in _MODES)),
        sp.Tuple(*rows),
        equal_on(_kernel_cases, "the kernel of both images and of the zero state, as matrices"),
        (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.LARGE_D, Assumption.DROPLET_MASS),
    )
    results = {f"droplet_{a}_{b}": row for (a, b), row in zip(_MODES, rows, strict=True)}
    return Derivation("Droplets with two directions", (step,), results)
