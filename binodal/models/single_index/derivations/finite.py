"""One neuron at finite d: the law of its cosine and norm, and the closure with any modes.

The law stands in h = artanh m and v = log r, in which every peak is about as wide as any other.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations import law
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    cost,
    field,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.directions import directions
from binodal.models.single_index.derivations.limit import gain_of_parameters, target

h = sp.Symbol("h", real=True)
v = sp.Symbol("v", real=True)
_MODES = (0, 1, 2, 3)


def mean(k: int) -> sp.Symbol:
    """<m^k c_k F> over the law of one neuron."""
    return sp.Symbol(f"mean_{k}", real=True)


@cache
def separated_prior() -> tuple[sp.Expr, sp.Expr]:
    """The parts in h and in v of the prior's log density in (h, v), up to a constant."""
    jacobian = sp.log(1 - m**2) + sp.log(r)
    whole = sp.expand(law.log_prior() + jacobian)
    # log cosh h without cosh, which overflows.
    height = h + sp.log(1 + sp.exp(-2 * h)) - sp.log(2)
    along = -2 * sp.simplify(whole.coeff(sp.log(1 - m**2))) * height
    radial = whole.subs(m, 0).subs(r, sp.exp(v))
    return along, sp.expand(sp.expand_log(radial, force=True))


def log_weight(modes: tuple[int, ...]) -> sp.Expr:
    """log of the law's density in (h, v): the prior's, and d u F^2/2."""
    point = {m: sp.tanh(h), r: sp.exp(v)}
    return sp.Add(*separated_prior()) + d * u * field(modes).subs(point) ** 2 / 2


def closure_row(k: int) -> sp.Expr:
    """t_k - y_k + d G <m^k c_k F>/k!, zero at the solution."""
    return amplitude(k) - target(k) + d * gain_of_parameters() * mean(k) / sp.factorial(k)


def _action_cases(claim: sp.Expr) -> Cases:
    """-d S and the logarithm differ by what does not grow with d, and by the reference state's."""
    numbers = {
        u: sp.Rational(17, 9),
        sigma_w2: sp.Rational(2, 5),
        **{amplitude(k): sp.Rational(5 - 2 * k, 3 + k) for k in _MODES},
        **{overlap(k): sp.Rational(k + 2, 5 + k * k) for k in _MODES},
    }
    for point in (
        {h: sp.Rational(3, 7), v: sp.Rational(-2, 9)},
        {h: sp.Rational(-5, 4), v: sp.S.One},
    ):
        for size in (7, 150):
            place = {m: sp.tanh(point[h]), r: sp.exp(point[v])}
            whole = (claim + d * action(_MODES).subs(place)).subs({d: size}).subs(numbers)
            rest = -sp.Rational(1, 2) + sp.log(numbers[sigma_w2]) / 2
            left = sp.log(sp.cosh(point[h])) + size * rest
            yield f"{point} at d = {size}", sp.N(whole.subs(point), 30), sp.N(left, 30)


_ATOMS = ((sp.Rational(2, 7), sp.Rational(1, 3)), (sp.Rational(-3, 5), sp.Rational(2, 3)))
"""Cosines and probabilities of a law on two points."""


def _regression_cases(claim: sp.Tuple) -> Cases:
    """Ridge regression in the orthonormal basis with the kernel of two atoms, and what its matrix
    leaves of the target away from the solution.
    """
    given = {d: 5, n: 30, sigma2: sp.Rational(2, 7), sigma_a2: sp.Rational(1, 9)}
    norms = [sp.sqrt(sp.factorial(k)) for k in _MODES]
    values = {overlap(k): sp.Rational(k + 2, 5 + k * k) for k in _MODES}
    features = [sp.Matrix([(c**k * overlap(k)).subs(values) for k in _MODES]) for c, _ in _ATOMS]
    kernel = sp.zeros(len(_MODES))
    for feature, (_, chance) in zip(features, _ATOMS, strict=True):
        scaled = sp.Matrix([f / s for f, s in zip(feature, norms, strict=True)])
        kernel += chance * scaled * scaled.T
    targets = {target(k): sp.Rational(5 - 2 * k, 4 + k) for k in _MODES}
    wanted = sp.Matrix([targets[target(k)] * s for k, s in zip(_MODES, norms, strict=True)])
    noise = (sigma2 / n).subs(given)
    whole = given[sigma_a2] * kernel / noise + sp.eye(len(_MODES))
    solved = whole.LUsolve(wanted)
    away = sp.Matrix([sp.Rational(2 * k - 3, 7 + k) for k in _MODES])
    for place in (solved, solved + away):
        point = {amplitude(k): x / s for k, x, s in zip(_MODES, place, norms, strict=True)}
        forces = [sum(f[k] * point[amplitude(k)] for k in _MODES) for f in features]
        parts = list(zip(features, forces, _ATOMS, strict=True))
        means = {mean(k): sum(p * f[k] * x for f, x, (_, p) in parts) for k in _MODES}
        left = whole * place - wanted
        for k, row, value, norm in zip(_MODES, claim, left, norms, strict=True):
            own = sp.simplify(row.subs({**given, **targets, **point, **means}))
            yield f"mode {k}", own, value / norm


@cache
def finite() -> Derivation:
    """The law of (h, v) and the closure at finite d.

    Results: ``log_weight`` with modes 0 to 3, and the rows ``closure_0`` ... ``closure_3``, zero
    at the solution. Source: derived here.
    """
    rows = [closure_row(k) for k in _MODES]
    shared = (Assumption.MEAN_FIELD, Assumption.CONTINUUM)
    steps = (
        Step(
            "law of a neuron",
            "add d u F^2/2, and change to h = artanh m and v = log r with their Jacobian",
            law.log_prior() + d * (cost() - action(_MODES)),
            log_weight(_MODES),
            close_on(_action_cases, "the action of the limit d -> infinity, times d", 20),
            shared,
        ),
        Step(
            "closure",
            "Q_jk = sigma_a^2 <m^{j+k} c_j c_k>/sqrt(j! k!) in the orthonormal basis; each row in "
            "units of sigma^2/n, over sqrt(j!)",
            sp.Tuple(*(target(k) for k in _MODES)),
            sp.Tuple(*rows),
            equal_on(_regression_cases, "ridge regression with the kernel of two neurons"),
            shared,
        ),
        directions(separated_prior()[0], h),
    )
    results = {"log_weight": log_weight(_MODES)}
    results |= {f"closure_{k}": row for k, row in zip(_MODES, rows, strict=True)}
    return Derivation("A single-index neuron at finite d", steps, results)
