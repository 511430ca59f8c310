"""The thermodynamic limit: d -> infinity along M.11, where the closure becomes algebraic.

Along M.11 with alpha = beta -> infinity, kappa and the gain of the zero state stay fixed
while <rho^2>, <rho^3> over the zero state vanish faster than sigma^2/n. Feature minima carry
a mass m/d, and only where their action is exactly zero.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.rank_one import OVERLAP, W2
from binodal.derive.scaling import weight_of
from binodal.derive.step import Cases, Check, Step, equal, equal_on
from binodal.derive.symbols import (
    b,
    c,
    d,
    epsilon,
    kappa,
    m,
    n,
    q,
    rho,
    s,
    sigma2,
    sigma_a2,
    sigma_w2,
)
from binodal.models.teacher_student.derivations.action import action, published_in_q
from binodal.models.teacher_student.derivations.closure import MEAN_RHO, closure, closure_residuals
from binodal.models.teacher_student.derivations.continuum import CORRELATION, continuum, coupling
from binodal.models.teacher_student.derivations.printed import M11


@cache
def zero_stiffness() -> sp.Expr:
    """S''(0)/d in q: 1/sigma_w^2 - 2 kappa b^2/(1 + 2 sigma_w^2), for either action."""
    return sp.expand(sp.diff(published_in_q(), q, 2).subs(q, 0))


def relaxed_stiffness() -> sp.Expr:
    """The same from the relaxed action: slope in rho times d^2 rho/dq^2 at zero overlap."""
    slope = sp.diff(action("derived").density(), rho).subs(rho, 0)
    return sp.expand(slope * sp.diff(CORRELATION.subs(s, sigma_w2), q, 2).subs(q, 0))


@cache
def gain() -> sp.Expr:
    """G: Q_11 of the zero state in units of sigma^2/n, times the stiffness.

    Q_11 is linear in <rho>, and <rho> = <q^2>/(1 + 2 sigma_w^2) with <q^2> = 1/(d S''(0)).
    """
    kernel_11 = closure_residuals()[0].coeff(b).coeff(MEAN_RHO[0])
    return sp.factor(kernel_11 * n / sigma2 / (d * (1 + 2 * sigma_w2)))


def zero_branch() -> sp.Expr:
    """The cubic for b on the zero branch: b G - (1 - b) S''(0) = 0, with c = eps."""
    return sp.expand(b * gain() - (1 - b) * zero_stiffness())


@cache
def droplet_equations() -> tuple[sp.Expr, sp.Expr]:
    """The two closure rows with a mass m/d of droplet neurons at rho, in units of sigma^2/n."""
    unit = n / sigma2
    at_rho = dict(zip(MEAN_RHO, (rho, rho**2, rho**3), strict=True))
    empty = dict.fromkeys(MEAN_RHO, 0)
    rows = []
    for residual in closure_residuals():
        spring = sp.expand(residual.subs(empty) * unit)
        interaction = sp.factor(residual.subs(at_rho) - residual.subs(empty))
        rows.append(interaction * unit * m / d + spring)
    return rows[0] + gain() * b / zero_stiffness(), rows[1]


def droplet_mass() -> sp.Expr:
    """m from the cubic row: positive because eps - c and the field have opposite signs."""
    return sp.factor(sp.solve(droplet_equations()[1], m)[0])


@cache
def droplet_branch() -> sp.Expr:
    """The linear row with m eliminated: one equation on the line S = S' = 0."""
    zero = gain() * b / zero_stiffness()
    row = (droplet_equations()[0] - zero).subs(m, droplet_mass())
    return sp.factor(sp.cancel(row)) + zero


def _stability_identity() -> sp.Expr:
    """On the zero branch S''(0) = b G/(1 - b): solve the cubic's equation for S''(0)."""
    stiffness = sp.Symbol("K", real=True)
    return sp.solve(b * sp.Symbol("G") - (1 - b) * stiffness, stiffness)[0]


def gain_by_overlap() -> sp.Expr:
    """G from the explicit first overlap of a neuron at small q: sigma_a^2 I_1^2 n/sigma^2."""
    slope = overlap(ERF, 1).subs(W2, sigma_w2) / OVERLAP
    return sp.simplify(sigma_a2 * slope**2 * n / (sigma2 * d))


def _branch_cases(claim: sp.Tuple) -> Cases:
    """The closure's linear row with <q^2> = 1/(d S''(0)) inserted, at generic b."""
    height, branch = claim
    yield "gain", height, gain_by_overlap()
    yield "at b = 1", branch.subs(b, 1), gain_by_overlap()
    point = {b: sp.Rational(3, 8), sigma_w2: sp.Rational(2, 7), kappa: sp.Rational(5, 3)}
    kernel_11 = gain_by_overlap() / zero_stiffness()
    row = (kernel_11 * b + b - 1) * zero_stiffness()
    yield "at b = 3/8", branch.subs(point), row.subs(point)


_DROPLET = {
    q: sp.Rational(5, 7),
    s: sp.Rational(3, 8),
    b: sp.Rational(2, 9),
    c: sp.Rational(-1, 5),
    sigma_w2: sp.Rational(4, 9),
    kappa: sp.Rational(7, 3),
    n: sp.Integer(11),
    d: sp.Integer(5),
    sigma2: sp.Rational(3, 4),
    sigma_a2: sp.Rational(2, 7),
}


def _droplet_cases(claim: sp.Tuple) -> Cases:
    """A law of two parts: zero state, and weight m/d at explicit q; both rows from the overlaps.

    eps is taken where the droplet branch vanishes; then regression in the modes must hold. At
    another eps the branch is the linear row itself, in units of sigma^2/n.
    """
    droplets, branch = claim
    place = {OVERLAP: q, W2: q**2 + s}
    modes = [overlap(ERF, k).subs(place) / sp.sqrt(sp.factorial(k)) for k in (1, 3)]
    at_rho = {rho: CORRELATION}
    root = sp.solve(branch.subs(at_rho).subs(_DROPLET), epsilon)[0]
    residual = (b, sp.sqrt(6) * c)
    field = sum(i * r for i, r in zip(modes, residual, strict=True))
    zero = (gain_by_overlap() * sigma2 / n / zero_stiffness(), sp.Integer(0))
    mass = droplets.subs(at_rho) / d
    for target in (root, sp.Rational(-4, 9)):
        point = {**_DROPLET, epsilon: target}
        expected = (branch.subs(at_rho).subs(point), sp.Integer(0))
        for k, (mode, r) in enumerate(zip(modes, residual, strict=True)):
            y = (sp.Integer(1), sp.sqrt(6) * epsilon)[k]
            row = sigma_a2 * mass * mode * field + zero[k] * r + sigma2 / n * (r - y)
            yield f"eps = {target}, mode {2 * k + 1}", (row * n / sigma2).subs(point), expected[k]


def _cubic_residual() -> sp.Expr:
    """c where the cubic row without features vanishes."""
    return sp.solve(closure_residuals()[1].subs(dict.fromkeys(MEAN_RHO, 0)), c)[0]


def _unstable_root(claim: sp.Expr) -> str | None:
    """Solve the cubic at generic parameters: a root in (0, 1) with S''(0) <= 0 disproves it."""
    for strength in (sp.Rational(3, 2), sp.Rational(37, 2), sp.Integer(240)):
        point = {sigma_w2: sp.Rational(3, 7), kappa: strength, n: 5, d: 3, sigma2: 2, sigma_a2: 1}
        roots = sp.Poly(zero_branch().subs(point), b).nroots(n=20)
        inside = [r for r in roots if r.is_real and 0 < r < 1]
        if len(inside) != 1:
            return f"kappa = {strength}: roots in (0, 1) {inside}"
        at_root = {**point, b: inside[0]}
        stiffness = zero_stiffness().subs(at_root)
        claimed = claim.subs(sp.Symbol("G"), gain()).subs(at_root)
        if stiffness <= 0 or abs(sp.N(stiffness - claimed)) > 1e-12 * abs(stiffness):
            return f"kappa = {strength}, b = {inside[0]}: S''(0) = {stiffness}, claimed {claimed}"
    return None


def _scaling_steps() -> tuple[Step, ...]:
    """What survives as d grows along M.11."""
    exponents = {
        "kappa": weight_of(coupling(), M11, tuple(M11)),
        "gain": weight_of(gain(), M11, tuple(M11)),
    }
    invariance = sum(abs(v) for v in exponents.values())
    cubic_row = closure_residuals()[1].subs({MEAN_RHO[1]: 1, MEAN_RHO[2]: 0, c: 0, epsilon: 0})
    per_spring = weight_of(sp.simplify(cubic_row * n / sigma2 / b), M11, tuple(M11)) - 2 * M11[d]
    return (
        Step(
            "fluctuations of the zero state",
            "expand S in q: <q^2> = 1/(d S''(0)) as d -> infinity",
            published_in_q(),
            zero_stiffness(),
            equal(relaxed_stiffness(), "curvature of the relaxed action"),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "scaling of the closure",
            "along M.11 kappa and the gain are invariant; the zero state's <rho^2> ~ 1/d^2 "
            "enters the "
            "cubic row with a negative power of beta, so c = eps",
            closure_residuals()[1],
            sp.Eq(c, epsilon),
            all_hold(
                lambda claim: [
                    ("invariance", invariance == 0),
                    ("cubic row", per_spring < 0),
                    ("what is left", claim.rhs == _cubic_residual()),
                ],
                f"exponents of beta: {exponents}; cubic row {per_spring}",
            ),
            source="M.11",
        ),
    )


def _branch_steps() -> tuple[Step, ...]:
    """The zero branch, its stability, and the droplet branch."""
    return (
        Step(
            "zero branch",
            "the linear row with Q_11 of the zero state: a cubic for b",
            closure_residuals()[0],
            sp.Tuple(gain(), zero_branch()),
            equal_on(_branch_cases, "explicit overlap of a neuron at small q, at two values of b"),
        ),
        Step(
            "no instability",
            "solve the zero branch for the stiffness: it is b G/(1 - b), positive for 0 < b < 1",
            zero_branch(),
            _stability_identity(),
            Check("every root in (0, 1) at generic rationals has S''(0) > 0", _unstable_root),
        ),
        Step(
            "droplet branch",
            "where S vanishes at the feature minimum, a mass m/d of neurons sits there; m "
            "follows from "
            "the cubic row and leaves one equation",
            sp.Matrix(droplet_equations()),
            sp.Tuple(droplet_mass(), droplet_branch()),
            equal_on(_droplet_cases, "regression in the modes for a law of two parts, exact"),
        ),
    )


@cache
def limit() -> Derivation:
    """Zero branch and droplet branch of the closure as d -> infinity.

    Results: ``zero_stiffness``, ``gain``, ``zero_branch`` (zero for the right b),
    ``droplet_mass`` and ``droplet_branch``. The zero state is never unstable: on the zero branch
    S''(0) = b G/(1 - b) > 0 for 0 < b < 1, and anywhere the limit of the potential carries
    -(1/2) log S''(0), a barrier. Source: derived here; theory of M.12, A.12.
    """
    steps = (*_scaling_steps(), *_branch_steps(), continuum().step_of("kappa"))
    results = {
        "zero_stiffness": zero_stiffness(),
        "gain": gain(),
        "zero_branch": zero_branch(),
        "droplet_mass": droplet_mass(),
        "droplet_branch": droplet_branch(),
        "kappa": coupling(),
    }
    return closure().then(Derivation("Thermodynamic limit of the closure", steps, results))
