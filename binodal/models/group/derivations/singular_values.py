"""The law of one block in singular values: their measure, and the average over what turns them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import gamma, u, x, x_v
from binodal.models.group.derivations.action import action
from binodal.models.group.derivations.blocks import (
    Field,
    diagonal,
    mean_square_of_squares,
    second_order,
)
from binodal.models.group.derivations.saddles import beta
from binodal.models.group.derivations.symbols import overlap, twice
from binodal.models.modular.derivations.saddles import action_density

R = sp.Rational
Row = Sequence[Fraction]
X1, X2, Y1, Y2 = sp.symbols("x_1 x_2 y_1 y_2", nonnegative=True)
"""Squares of the singular values of W and of V, the larger one first."""

P_X, Q_X, P_Y, Q_Y = SUMS = sp.symbols("p q p_v q_v", nonnegative=True)
"""Their sums and their differences."""

STRENGTH = sp.Symbol("F", positive=True)
"""The exponent of a block in one singular value: |G| d mu, twice for quaternions."""

SQUARE = {X1: (P_X + Q_X) / 2, X2: (P_X - Q_X) / 2, Y1: (P_Y + Q_Y) / 2, Y2: (P_Y - Q_Y) / 2}
KINDS = ("real", "complex", "quaternionic")


def strength() -> sp.Expr:
    """F in exp(-F s): one singular value counts as often as it appears in the complex matrix."""
    return action().results["exponent"] * twice


def measure_one() -> sp.Expr:
    """The measure of one singular value's square: a number of ``beta`` real components."""
    return x ** (beta / 2 - 1)


def measure_two() -> sp.Expr:
    """The measure of two: each like one, and they repel as eigenvalues of Hermitian matrices."""
    return measure_one().subs(x, X1) * measure_one().subs(x, X2) * (X1 - X2) ** beta


def index() -> sp.Expr:
    """nu of the Bessel function that the average over the relative unitary is."""
    return (beta - 1) / 2


def pulled() -> tuple[sp.Expr, sp.Expr]:
    """(h, z) with average = exp(h) 0F1(; nu + 1; z^2/4): sums and differences do not mix."""
    sums, differences = P_X * P_Y, Q_X * Q_Y
    return STRENGTH * u * sums / 2, STRENGTH * u * differences / 2


def average() -> sp.Expr:
    """< exp(F u sum_ij x_i y_j |Q_ij|^2) > over unitary Q, for two singular values.

    |Q_11|^2 has the Beta law of a unit vector's first component.
    """
    height, z = pulled()
    return sp.exp(height) * sp.hyper((), (index() + 1,), z**2 / 4)


def single(decay: str) -> sp.Expr:
    """What one singular value of W alone adds to the action, over F: that of a mode."""
    alone = action_density().subs(x_v, 0)
    return alone if decay == "schatten" else sp.expand(alone.subs(x, twice * x) / twice)


def _measure_cases(claim: sp.Expr) -> Cases:
    """tr (W W^+)^2 over |W|^4 of Gaussian matrices, by Wick's theorem over their entries.

    Measures are up to a constant, which is chosen so that that of complex numbers is 1 there.
    """
    w = sp.Symbol("w", positive=True)
    yield "one at squares 2 and 1", claim.subs({beta: 2, X1: 2, X2: 1}), sp.Integer(1)
    for kind in KINDS:
        field = Field(kind)
        density = claim.subs(beta, field.beta).subs(SQUARE).subs({P_X: 1, Q_X: w})
        norm, second = (sp.integrate(sp.simplify(density * w**k), (w, 0, 1)) for k in (0, 2))
        entries = 4 * field.beta
        of_squares = sp.Rational(str(mean_square_of_squares(kind, 2))) / (entries * (entries + 2))
        yield kind, sp.simplify((1 + second / norm) / 2), of_squares


def _single_cases(claim: sp.Expr) -> Cases:
    """Moments of a number of beta unit Gaussian components, against the claimed measure.

    It is up to a constant, which is chosen so that it is 1 at 1.
    """
    yield "one at 1", claim.subs(x, 1), sp.Integer(1)
    for count in (1, 2, 4):
        weight = claim.subs(beta, count) * sp.exp(-x / 2)
        norm = sp.integrate(weight, (x, 0, sp.oo))
        for power in (1, 2):
            known = sp.prod(count + 2 * i for i in range(power))
            moment = sp.integrate(weight * x**power, (x, 0, sp.oo))
            yield (count, power), sp.simplify(moment / norm), known


def _strength_cases(claim: sp.Expr) -> Cases:
    """The action of one singular value in both matrices, against a mode's."""
    coupled, place = {u: R(5, 4), gamma: R(3, 7)}, {x: R(9, 4), x_v: R(4, 9)}
    for kind in KINDS:
        often = Field(kind).twice
        height = defined("schatten", kind, [Fraction(3, 2)], [Fraction(2, 3)], coupled)
        mode = claim.subs(twice, often) * action_density().subs({**coupled, **place})
        yield kind, mode, action().results["exponent"] * height


def defined(
    decay: str, kind: str, left: Row, right: Row, point: dict[sp.Symbol, sp.Expr]
) -> sp.Expr:
    """The action of diagonal matrices over |G| d mu."""
    nothing = diagonal(kind, [0] * len(left))
    w, v = ((diagonal(kind, row), nothing, nothing) for row in (left, right))
    numbers = (Fraction(str(point[symbol])) for symbol in (gamma, u))
    return R(str(second_order(decay, kind, w, v, *numbers)[0]))


def _average_cases(claim: sp.Expr) -> Cases:
    """Powers of F u up to the fourth: the moments of |Q_11|^2 are those of Gaussian vectors."""
    z, share = sp.Symbol("t"), sp.Symbol("T")
    point = {X1: R(7, 3), X2: R(2, 5), Y1: R(11, 4), Y2: R(3, 7)}
    sums = {P_X: X1 + X2, Q_X: X1 - X2, P_Y: Y1 + Y2, Q_Y: Y1 - Y2}
    bare = (X1 * Y1 + X2 * Y2) * share + (X1 * Y2 + X2 * Y1) * (1 - share)
    for count in (1, 2, 4):
        here = claim.subs(sums).subs(point).subs({beta: count, u: z, STRENGTH: 1})
        (series,) = here.atoms(sp.hyper)
        terms = sum(series.argument**k / sp.rf(series.bq[0], k) / sp.factorial(k) for k in range(3))
        grown = sp.series(here.subs(series, terms), z, 0, 5).removeO()
        for power in range(5):
            polynomial = sp.Poly(sp.expand(bare.subs(point) ** power), share)
            mean = sum(
                c * sp.prod(R(count + 2 * i, 2 * count + 2 * i) for i in range(k))
                for (k,), c in polynomial.terms()
            )
            yield (count, power), sp.expand(grown).coeff(z, power) * sp.factorial(power), mean


def _law_steps() -> tuple[Step, ...]:
    """Exponent, measures, and the average over what turns W against V."""
    return (
        Step(
            "exponent of a singular value",
            "the action of one singular value of W and of V is F times that of a cyclic mode",
            action().results["exponent"],
            strength(),
            equal_on(_strength_cases, "the action of one number of every kind"),
        ),
        Step(
            "measure of one singular value",
            "W is one number of beta real components: spheres of radius sqrt(x)",
            sp.Symbol("dW"),
            measure_one(),
            equal_on(_single_cases, "moments of Gaussian components"),
        ),
        Step(
            "measure of two singular values",
            "W = A diag(sqrt x) B^+: the frames A and B drop out, and the Jacobian is that of the "
            "eigenvalues of W W^+",
            sp.Symbol("dW"),
            measure_two(),
            equal_on(_measure_cases, "tr (W W^+)^2 of Gaussian matrices by Wick's theorem"),
        ),
        Step(
            "average over the relative unitary",
            "|W V|^2 = sum x_i y_j |Q_ij|^2 with Q between the frames of W and V; |Q_11|^2 has the "
            "Beta law of one component of a unit vector",
            sp.exp(STRENGTH * u * overlap),
            average(),
            equal_on(_average_cases, "moments of unit vectors, powers of the coupling up to four"),
        ),
    )


@cache
def singular_values() -> Derivation:
    """The exact law of a block with at most two singular values, for every type.

    Results: ``strength`` F, ``measure_one``, ``measure_two`` and ``average``. Source: derived here.
    """
    results = {
        "strength": strength(),
        "measure_one": measure_one(),
        "measure_two": measure_two(),
        "average": average(),
    }
    return Derivation("Law of a block in singular values", _law_steps(), results)
