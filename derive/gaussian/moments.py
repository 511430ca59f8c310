"""The paper's route to I_n = <(w*.x)^{2n+1} erf(w.x)>: Stein, a tilted Gaussian, a recursion."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.hermite import moment_by_modes
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2, rank_one
from binodal.derive.step import Cases, Step, close_on, equal_on

n = sp.Symbol("n", integer=True, nonnegative=True)
i = sp.Symbol("i", integer=True, nonnegative=True)
EXPLICIT_ORDERS = 12
_I = sp.Function("I")


def tilted_moment(order: sp.Expr) -> sp.Expr:
    """<(w*.x)^{2 order} erf'(w.x)>: erf' absorbed in the weight leaves a Gaussian moment.

    The weight's precision becomes 1 + 2 w w^T; its determinant normalises, and w*.x has the
    variance that the Sherman-Morrison inverse gives.
    """
    tilted = rank_one().results
    slope_height = sp.diff(sp.erf(i), i).subs(i, 0)
    gaussian = sp.factorial2(2 * order - 1) * tilted["variance"] ** order
    return slope_height / sp.sqrt(tilted["determinant"]) * gaussian


@cache
def moment(order: int) -> sp.Expr:
    """I_order by the recursion I_n = q <(w*.x)^{2n} erf'> + 2n M I_{n-1}.

    >>> sp.simplify(moment(0))
    2*q/(sqrt(pi)*sqrt(2*W + 1))
    """
    head = OVERLAP * tilted_moment(sp.Integer(order))
    return head if order == 0 else head + 2 * order * TEACHER2 * moment(order - 1)


def closed_moment() -> sp.Expr:
    """I_n for symbolic n: the recursion unrolled with its integrating factor n! (2M)^n."""
    factor = sp.factorial(n) / sp.factorial(i) * (2 * TEACHER2) ** (n - i)
    return sp.Sum(factor * OVERLAP * tilted_moment(i), (i, 0, n))


def _tilted_cases(claim: sp.Expr) -> Cases:
    """Condition on z = w.x: w*.x is Gaussian with mean q z/W; one quadrature in z remains."""
    z = sp.Symbol("z", real=True)
    point = {OVERLAP: sp.Rational(3, 8), W2: sp.Rational(5, 7), TEACHER2: sp.Rational(11, 9)}
    mean = (OVERLAP * z / W2).subs(point)
    spread = (TEACHER2 - OVERLAP**2 / W2).subs(point)
    weight = sp.exp(-(z**2) / (2 * point[W2])) / sp.sqrt(2 * sp.pi * point[W2])
    for order in (1, 2):
        power = 2 * order
        given = sum(
            sp.binomial(power, 2 * r)
            * mean ** (power - 2 * r)
            * sp.factorial2(2 * r - 1)
            * spread**r
            for r in range(order + 1)
        )
        quadrature = sp.Integral(
            sp.expand(given) * sp.diff(sp.erf(z), z) * weight, (z, -sp.oo, sp.oo)
        )
        yield f"n = {order}", claim.subs(n, order).subs(point), quadrature.evalf(14)


def _hermite_cases(claim: sp.Tuple) -> Cases:
    """Both routes as polynomials in q, M and 1/D, D = 1 + 2W, after the common sqrt(D)."""
    precision = sp.Symbol("D", positive=True)
    rule, *explicit = claim
    averages = list(explicit)
    for order in range(EXPLICIT_ORDERS + 1):
        follows = rule.subs(n, order).subs(_I(order - 1), averages[order - 1] if order else 0)
        averages = averages if order < len(explicit) else [*averages, follows]
        yield f"recursion, n = {order}", follows, averages[order]
        routes = (averages[order], moment_by_modes(order))
        stein, modes = (
            sp.expand(sp.sqrt(precision) * e.subs(W2, (precision - 1) / 2)) for e in routes
        )
        yield f"n = {order}", stein, modes


def _recursion_cases(claim: sp.Sum) -> Cases:
    """I_n - 2 n M I_{n-1} for symbolic n: terms with i < n cancel, the term i = n is the head."""
    for order in range(4):
        unrolled = claim.subs(n, order).doit()
        yield f"explicit n = {order}", unrolled, moment(order)
    summand = claim.function
    shifted = 2 * n * TEACHER2 * summand.subs(n, n - 1)
    difference = sp.simplify(sp.gammasimp((summand - shifted).rewrite(sp.gamma)))
    yield "terms with i < n", difference, sp.Integer(0)
    yield "term i = n", sp.simplify(summand.subs(i, n)), OVERLAP * tilted_moment(n)


@cache
def gaussian_moments() -> Derivation:
    """I_n for every n by the paper's route, proved equal to the Hermite route.

    Results: ``I_0``, ``I_1``, the general ``I_n`` as a finite sum, and the head of the recursion.
    Source: A.13 to A.19.
    """
    head = OVERLAP * tilted_moment(n)
    first = moment(0), sp.factor(moment(1))
    steps = (
        Step(
            "tilted Gaussian moment",
            "erf'(z) = (2/sqrt(pi)) exp(-z^2) joins the weight: precision 1 + 2 w w^T, "
            "determinant lemma for its norm, Sherman-Morrison for the variance of w*.x",
            sp.Function("mean")(sp.Symbol("t") ** (2 * n) * sp.Derivative(sp.erf(W2), W2)),
            tilted_moment(n),
            close_on(_tilted_cases, "conditioning on w.x and one-dimensional quadrature", 10),
            (Assumption.GAUSSIAN_DATA,),
            source="A.14",
        ),
        Step(
            "Stein recursion",
            "integrate w*.x by parts: I_n = q <(w*.x)^{2n} erf'(w.x)> + 2 n M I_{n-1}",
            _I(n),
            sp.Tuple(head + 2 * n * TEACHER2 * _I(n - 1), *first),
            equal_on(_hermite_cases, f"Hermite route for n = 0..{EXPLICIT_ORDERS}, any |w*|"),
            source="A.16",
        ),
        Step(
            "solution for every n",
            "divide by n! (2M)^n, sum, and multiply back",
            _I(n) - 2 * n * TEACHER2 * _I(n - 1),
            closed_moment(),
            equal_on(_recursion_cases, "symbolic n term by term, and the recursion for n = 0..3"),
        ),
    )
    results = {"I_0": first[0], "I_1": first[1], "I_n": closed_moment()}
    return Derivation("Gaussian integrals of an erf neuron", steps, results)
