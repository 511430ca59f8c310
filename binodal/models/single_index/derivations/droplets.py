"""Past coexistence: a mass M/d of neurons at a feature holds its action at zero.

With F the field at the feature, a mass M/d of neurons there adds G M m^j c_j F/j! to mode j of the
closure in units of sigma^2/n; the zero state adds G c_1^2 t_1/K to mode 1, as on the zero branch.
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
def droplet_rows(modes: tuple[int, ...], branch: bool) -> tuple[sp.Expr, ...]:
    """The closure's rows, zero at the solution, one for every acting mode."""
    force = field(modes)
    rows = []
    for k in modes:
        pull = gain * mass * m**k * overlap(k) * force / sp.factorial(k)
        resting = gain * at_rest(1) ** 2 * amplitude(1) / stiffness() if branch and k == 1 else 0
        rows.append(pull + resting + amplitude(k) - target(k))
    return tuple(rows)


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
    at = {amplitude(k): t / s for k, t, s in zip(_MODES, solved, norms, strict=True)}
    for k, row in zip(_MODES, claim, strict=True):
        yield f"mode {k}", sp.simplify(row.subs(_POINT).subs(at)), sp.Integer(0)
        elsewhere = {**at, amplitude(k): at[amplitude(k)] + 1}
        step = 1 + (gain * mass * (m**k * overlap(k)) ** 2 / sp.factorial(k)).subs(_POINT)
        yield f"slope of mode {k}", sp.simplify(row.subs(_POINT).subs(elsewhere)), step


@cache
def droplets() -> Derivation:
    """The closure with a mass of neurons at a feature, for the modes 1, 2, 3.

    Results: ``droplet_1`` ... ``droplet_3``, without the zero state's share. Source: derived here.
    """
    rows = droplet_rows(_MODES, False)
    step = Step(
        "mass at a feature",
        "Q_jk = sigma_a^2 (M/d) m^{j+k} c_j c_k/sqrt(j! k!) in the orthonormal basis; each row in "
        "units of sigma^2/n, over sqrt(j!)",
        sp.Tuple(*(target(k) for k in _MODES)),
        sp.Tuple(*rows),
        "derived here",
        equal_on(_regression_cases, "ridge regression with that feature, solved at rationals"),
        (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.LARGE_D, Assumption.DROPLET_MASS),
    )
    results = {f"droplet_{k}": row for k, row in zip(_MODES, rows, strict=True)}
    return Derivation("Droplets of a single-index neuron", (step,), results)
