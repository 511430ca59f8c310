"""One neuron in time with its readout: the joint law of (a, w), where readouts are not fast.

The posterior of all parameters at a given mean residual R is a product over neurons of
exp(-N a^2/(2 sigma_a^2) - prior of w + (n/sigma^2) a <R erf(w.x)>), with R = y - N <a erf>. The
readout's mobility mu multiplies its force and its noise; mu -> infinity gives fast readouts.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.moments import moment
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.step import Cases, Step, both, equal_on
from binodal.derive.symbols import N, b, c, epsilon, n, q, s, sigma2, sigma_a2
from binodal.models.teacher_student.derivations import dynamics as fast
from binodal.models.teacher_student.derivations.barrier import RADIUS
from binodal.models.teacher_student.derivations.closure import MEAN_RHO
from binodal.models.teacher_student.derivations.continuum import CORRELATION

READOUT = sp.Symbol("a", real=True)
MEAN_READ = sp.symbols("A1 A3", real=True)
"""<a u> and <a u^3> with u = q/sqrt(1 + 2 |w|^2), so that rho = u^2."""
ORDERS, TARGET = (1, 3), (sp.Integer(1), epsilon)


@cache
def shape() -> sp.Expr:
    """u, the root of the correlation with its overlap's sign."""
    return q / sp.sqrt(1 + 2 * (q**2 + RADIUS**2))


def _overlap(order: int) -> sp.Expr:
    """<H_order erf> in (q, r_perp)."""
    return overlap(ERF, order).subs({OVERLAP: q, W2: q**2 + RADIUS**2})


@cache
def gain() -> sp.Expr:
    """What the residual adds to log p(a, w), in (a, q, r_perp)."""
    field = sum(t * _overlap(k) for k, t in zip(ORDERS, (b, c), strict=True))
    return sp.factor(n / sigma2 * READOUT * field)


@cache
def forces() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """The force of the residual along q, r_perp and a, this at mobility one."""
    along_q, along_r, along_a = (sp.factor(sp.diff(gain(), z)) for z in (q, RADIUS, READOUT))
    return along_q, along_r, along_a


@cache
def residual() -> tuple[sp.Expr, sp.Expr]:
    """(b, c) of a law of neurons with the moments A1 = <a u>, A3 = <a u^3>."""
    first, third = (
        y - N * sp.simplify(_overlap(k) / shape() ** k) * read / sp.factorial(k)
        for k, y, read in zip(ORDERS, TARGET, MEAN_READ, strict=True)
    )
    return first, third


@cache
def energy() -> sp.Expr:
    """(n/(2 sigma^2 N)) <R^2>, the loss of the mean output for each neuron."""
    square = sum(sp.factorial(k) * t**2 for k, t in zip(ORDERS, (b, c), strict=True))
    return sp.factor(n / sigma2 * square / (2 * N))


FIXED = {N: sp.Integer(7), n: sp.Integer(11), sigma2: sp.Rational(3, 4)}
FIXED |= {sigma_a2: sp.Rational(2, 7), epsilon: sp.Rational(-4, 9)}
MODES = {b: sp.Rational(2, 9), c: sp.Rational(-1, 5)}
ATOMS = (
    (sp.Rational(2, 5), {q: sp.Rational(5, 7), RADIUS: sp.Rational(2, 3)}),
    (sp.Rational(3, 5), {q: sp.Rational(-3, 8), RADIUS: sp.Rational(5, 6)}),
)
_READ = sp.Rational(3, 10), sp.Rational(-2, 11)


def _by_moments() -> tuple[sp.Expr, sp.Expr]:
    """<H_1 erf>, <H_3 erf> by the moments I_0 and I_1."""
    point = {OVERLAP: q, W2: q**2 + RADIUS**2, TEACHER2: 1}
    return moment(0).subs(point), (moment(1) - 3 * moment(0)).subs(point)


def _gain_cases(claim: sp.Expr) -> Cases:
    """The readout integrated out of its prior and the claim, against what S has; and its sign."""
    field = sum(t * of for t, of in zip((b, c), _by_moments(), strict=True))
    for (_, place), read in zip(ATOMS, _READ, strict=True):
        at = {**place, **MODES, **FIXED, READOUT: read}
        yield (place[q], "pull"), claim.subs(at), (n / sigma2 * READOUT * field).subs(at)
        point = {**place, **MODES, **FIXED}
        pulled = sp.expand(claim.subs(point))
        prior = (N / (2 * sigma_a2)).subs(FIXED)
        norm = sp.sqrt(sp.pi / prior)
        whole = sp.exp(pulled - prior * READOUT**2)
        left = sp.integrate(whole, (READOUT, -sp.oo, sp.oo)) / norm
        yield place[q], sp.log(left), fast.pull().subs(point)


def _force_cases(claim: sp.Tuple) -> Cases:
    """Slopes of the whole loss of two neurons, each with its own coordinates."""
    own = [sp.symbols(f"q{i} r{i} a{i}", positive=True) for i in range(2)]
    named = q, RADIUS, READOUT
    outputs = [
        sum(z[2] * of.subs(dict(zip(named, z, strict=True))) for z in own) for of in _by_moments()
    ]
    left = [y - f / sp.factorial(k) for k, y, f in zip(ORDERS, TARGET, outputs, strict=True)]
    loss = n / (2 * sigma2) * sum(sp.factorial(k) * t**2 for k, t in zip(ORDERS, left, strict=True))
    places = [(*place.values(), a) for (_, place), a in zip(ATOMS, _READ, strict=True)]
    point = {x: v for z, row in zip(own, places, strict=True) for x, v in zip(z, row, strict=True)}
    modes = {t: value.subs(point).subs(FIXED) for t, value in zip((b, c), left, strict=True)}
    for z, row in zip(own, places, strict=True):
        here = {**dict(zip(named, row, strict=True)), **FIXED}
        for coordinate, name, value in zip(z, "qra", claim, strict=True):
            direct = -sp.diff(loss, coordinate).subs(point).subs(FIXED)
            yield (name, row[0]), value.subs(modes).subs(here), direct


def _residual_cases(claim: sp.Tuple) -> Cases:
    """Readouts at the mean of their Gaussian law leave the residual of regression."""
    rho = [
        (chance, CORRELATION.subs({q: place[q], s: place[RADIUS] ** 2})) for chance, place in ATOMS
    ]
    powers = {of: sum(p * x ** (k + 1) for p, x in rho) for k, of in enumerate(MEAN_RHO)}
    fixed = [value.subs({**powers, **FIXED}) for value in fast.residual()]
    modes = dict(zip((b, c), fixed, strict=True))
    read = (
        sigma_a2 / N * n / sigma2 * sum(t * o for t, o in zip((b, c), _by_moments(), strict=True))
    )
    moments = {
        of: sum(p * (read * shape() ** k).subs({**modes, **place, **FIXED}) for p, place in ATOMS)
        for k, of in zip(ORDERS, MEAN_READ, strict=True)
    }
    for k, value in zip(ORDERS, claim, strict=True):
        yield f"mode {k}", value.subs(FIXED).subs(moments), fixed[k // 2]


_ADDED = {q: sp.Rational(6, 7), RADIUS: sp.Rational(3, 4), READOUT: sp.Rational(-4, 13)}
_SHARE = sp.Symbol("h")


def _law() -> list[tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]]:
    return [(p, {**atom, READOUT: a}) for (p, atom), a in zip(ATOMS, _READ, strict=True)]


def _modes_of(share: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    """The residual of the law of two atoms with a share of neurons moved to a third place."""
    law = [*((p * (1 - share), place) for p, place in _law()), (share, _ADDED)]
    moments = {
        of: sum(p * (READOUT * shape() ** k).subs(place) for p, place in law)
        for k, of in zip(ORDERS, MEAN_READ, strict=True)
    }
    return {t: r.subs(FIXED).subs(moments) for t, r in zip((b, c), residual(), strict=True)}


def _energy_cases(claim: sp.Expr) -> Cases:
    """Its slope in the share against what the residual adds to log p there, less its mean."""
    moved = claim.subs(FIXED).subs(_modes_of(_SHARE))
    added = gain().subs(FIXED).subs(_modes_of(sp.Integer(0)))
    mean = sum(p * added.subs(place) for p, place in _law())
    yield "slope", sp.diff(moved, _SHARE).subs(_SHARE, 0), mean - added.subs(_ADDED)


def _convex_claims(claim: sp.Expr) -> Claims:
    bend = sp.diff(claim.subs(FIXED).subs(_modes_of(_SHARE)), _SHARE, 2)
    yield "curvature", bool(sp.N(sp.simplify(bend)) > 0)


def _steps() -> tuple[Step, ...]:
    field, output = sp.Symbol("<R erf>"), sp.Symbol("<a erf>")
    return (
        Step(
            "weight of a readout with its weights",
            "at a given mean residual the posterior factorises over neurons, and of the square of "
            "the residual what is linear in one neuron's output is left",
            n / sigma2 * READOUT * field,
            gain(),
            equal_on(_gain_cases, "integrated out it gives the action back; by I_0 and I_1"),
            (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.MODE_ANSATZ),
        ),
        Step(
            "force with the readout",
            "slopes along q, r_perp and a; a readout of mobility mu moves by mu times its own",
            gain(),
            sp.Tuple(*forces()),
            equal_on(_force_cases, "slopes of the loss of two neurons, by the moments I_0 and I_1"),
        ),
        Step(
            "residual of the readouts",
            "the target less N <a erf>, mode by mode, u = q/sqrt(1 + 2 |w|^2)",
            sp.Symbol("y") - N * output,
            sp.Tuple(*residual()),
            equal_on(
                _residual_cases, "mean readouts of two atoms leave the residual of regression"
            ),
        ),
        Step(
            "free energy with readouts",
            "the force is that of <R^2> n/(2 sigma^2 N), convex in the law of (a, w) since R is "
            "linear in it; with the entropy and both priors it falls in time at any mobility and "
            "has one minimum, the equilibrium law: no other law is at rest",
            n / sigma2 * sp.Symbol("<R^2>") / (2 * N),
            energy(),
            both(
                equal_on(_energy_cases, "slope as neurons move to a third place"),
                all_hold(_convex_claims, "curvature along that move"),
            ),
        ),
    )


@cache
def joint_dynamics() -> Derivation:
    """Weight, forces, residual and free energy of the joint law of readout and weights.

    Results: ``force_q``, ``force_r``, ``force_a`` at (q, r_perp, a, b, c); ``b``, ``c`` from
    A1, A3 = <a u>, <a u^3>; ``energy`` per neuron by b and c. The prior of a readout relaxes like a
    component of w, with sigma_a^2/N in place of sigma_w^2/d and mu t in place of t. Source: derived
    here.

    >>> joint_dynamics().results["energy"]
    n*(b**2 + 6*c**2)/(2*N*sigma2)
    """
    results = dict(zip(("force_q", "force_r", "force_a"), forces(), strict=True))
    results |= dict(zip(("b", "c"), residual(), strict=True)) | {"energy": energy()}
    return Derivation("Mean-field dynamics with readouts", _steps(), results)
