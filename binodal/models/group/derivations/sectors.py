"""The law of a block of any number of rows near each rank: matrices in place of singular values."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import gamma, u, x
from binodal.models.group.derivations.action import action
from binodal.models.group.derivations.blocks import Field, mean_square_of_squares
from binodal.models.group.derivations.saddles import beta, count, rows
from binodal.models.group.derivations.singular_values import KINDS, defined, measure_one, single
from binodal.models.group.derivations.symbols import twice

R = sp.Rational
PLACE = sp.Symbol("j", positive=True, integer=True)
FIRST, CUBES = sp.symbols("T_1 T_3", nonnegative=True)
"""tr A and tr A^3 over the block's own numbers, A = W^+ W or V V^+."""

GAPS, GRAPH = sp.symbols("D G", positive=True)
"""Product of the differences of two groups of eigenvalues; det (1 + K^+ K) of a graph K."""


def flags(of: sp.Expr = count) -> sp.Expr:
    """The volume of the frames of a Hermitian matrix, each vector up to a number of modulus one.

    The j-th vector is on a sphere of beta j components, up to one of beta.
    """
    each = sp.gamma(beta / 2) * sp.pi ** (beta * (PLACE - 1) / 2) / sp.gamma(beta * PLACE / 2)
    return sp.Product(each, (PLACE, 1, of))


def planes() -> sp.Expr:
    """The volume of the subspaces of c dimensions in n."""
    return flags(rows) / (flags() * flags(rows - count))


def split() -> sp.Expr:
    """dA over dA_1 dA_0 dK: c eigenvalues away from the others, whose space is the graph of K."""
    return GAPS**beta * GRAPH ** (-beta * rows / 2)


def share() -> sp.Expr:
    """What the integral near rank c has in front, up to what all ranks have.

    Both matrices are split, and only the relative turn is an average: volumes of frames of both
    groups twice in the denominator, of subspaces once.
    """
    return 1 / (flags() * flags(rows - count))


def shape() -> sp.Expr:
    """A = L L^+ with L triangular and L_jj^2 = g: det A^(beta/2 - 1) dA is g^(shape - 1) dg dL."""
    return beta * (rows - PLACE + 1) / 2


def alone() -> sp.Expr:
    """The power of det A in the measure of a block's W, A = W^+ W."""
    return sp.simplify(measure_one().as_base_exp()[1])


def energy(decay: str) -> sp.Expr:
    """What one matrix adds to the action over F."""
    of = single(decay)
    sixth = CUBES if decay == "schatten" else FIRST**3
    return of.coeff(x, 1) * FIRST + of.coeff(x, 3) * sixth


def _flag_cases(claim: sp.Expr) -> Cases:
    """exp(-tr A^2/2) over Hermitian matrices of two and three rows, by eigenvalues in order.

    With the trace apart, two differ by sqrt(2) r, and three have sin(3 phi) r^3/sqrt(2) for the
    product of their differences.
    """
    r, phi = sp.symbols("r phi", positive=True)
    for power in (1, 2, 4):
        radial = sp.exp(-(r**2) / 2)
        two = sp.integrate((sp.sqrt(2) * r) ** power * radial, (r, 0, sp.oo))
        three = sp.integrate(r ** (3 * power + 1) * radial, (r, 0, sp.oo)) * sp.integrate(
            (sp.sin(3 * phi) / sp.sqrt(2)) ** power, (phi, 0, sp.pi / 3)
        )
        for size, ordered in ((2, two), (3, three)):
            of = claim.subs({beta: power, count: size}).doit()
            pairs = sp.Rational(size * (size - 1), 2)
            whole = (2 * sp.pi) ** sp.Rational(size - 1, 2) * sp.pi ** (power * pairs / 2)
            yield (power, size), sp.simplify(of * ordered), sp.simplify(whole)


def _split_cases(claim: sp.Expr) -> Cases:
    """One eigenvalue away: K is a vector, and the integral over it is the volume of subspaces."""
    r = sp.Symbol("r", positive=True)
    for power in (1, 2, 4):
        for size in (2, 3):
            point = {beta: power, rows: size, count: 1}
            here = claim.subs(point).subs({GRAPH: 1 + r**2, GAPS: 1})
            components = power * (size - 1)
            sphere = 2 * sp.pi ** sp.Rational(components, 2) / sp.gamma(sp.Rational(components, 2))
            integral = sphere * sp.integrate(here * r ** (components - 1), (r, 0, sp.oo))
            yield (power, size), sp.simplify(integral), sp.simplify(planes().subs(point).doit())
    for size, gaps in ((2, R(3, 7)), (3, R(5, 2))):
        point = {rows: size, GRAPH: 1, GAPS: gaps}
        yield ("gaps", size), claim.subs({**point, beta: 4}), gaps**4


def _share_cases(claim: sp.Expr) -> Cases:
    """Frames of both groups for W and for V, and an average over subspaces, over those of n."""
    for power in (1, 2, 4):
        for size, part in ((2, 1), (3, 1), (5, 2), (3, 3)):
            point = {beta: power, rows: size, count: part}
            frames = (flags() * flags(rows - count)).subs(point).doit()
            direct = flags(rows).subs(point).doit() / frames**2 / planes().subs(point).doit()
            yield (power, size, part), sp.simplify(claim.subs(point).doit()), sp.simplify(direct)


def _shape_cases(claim: sp.Expr) -> Cases:
    """tr A^2 of two rows with unit components: A_11 = g, A_22 = h + l, |A_12|^2 = g l."""
    for kind in KINDS:
        field = Field(kind)
        g, h = (2 * claim.subs({beta: field.beta, rows: 2, PLACE: j}) for j in (1, 2))
        free = sp.Integer(field.beta)
        squares = [k * (k + 2) for k in (g, h, free)]
        yield (
            kind,
            sum(squares) + 2 * h * free + 2 * g * free,
            R(str(mean_square_of_squares(kind, 2))),
        )


def _alone_cases(claim: sp.Expr) -> Cases:
    """The last of the triangular matrix's numbers is one number of the block."""
    for power in (1, 2, 4):
        point = {beta: power, rows: 1, PLACE: 1}
        yield power, claim.subs(beta, power), shape().subs(point) - 1


def _energy_cases(claim: sp.Tuple) -> Cases:
    """Diagonal matrices of three rows in the action itself, V at zero."""
    row = [Fraction(9, 5), Fraction(2, 3), Fraction(1, 2)]
    squares = [R(str(s * s)) for s in row]
    sums = {FIRST: sum(squares), CUBES: sum(s**3 for s in squares)}
    point = {u: R(5, 4), gamma: R(3, 7)}
    for kind in KINDS:
        often = Field(kind).twice
        for decay, own in zip(("schatten", "frobenius"), claim, strict=True):
            height = defined(decay, kind, row, [Fraction(0)] * 3, point) / often
            yield (kind, decay), own.subs(twice, often).subs({**point, **sums}), height


def _steps() -> tuple[Step, ...]:
    """From singular values to matrices near each rank."""
    return (
        Step(
            "frames of a Hermitian matrix",
            "dA is the repulsion of its eigenvalues times the volume of its frames: spheres of "
            "beta, 2 beta, ... components, each up to a number of modulus one",
            sp.Symbol("dA"),
            flags(),
            equal_on(_flag_cases, "Gaussian integrals over matrices of two and three rows"),
        ),
        Step(
            "eigenvalues in two groups",
            "the space of the c largest is the graph of K: what turns it by dK moves A by the "
            "differences between the groups, and the invariant measure of subspaces is a power of "
            "det (1 + K^+ K)",
            sp.Symbol("dA"),
            split(),
            equal_on(_split_cases, "volumes of subspaces, by radial integrals"),
        ),
        Step(
            "shares of ranks",
            "W and V split alike: A_1, A_0, B_1 and B_0 are matrices, so that the frames within "
            "each group are integrated with them; K is what is left of the relative unitary",
            planes(),
            share(),
            equal_on(_share_cases, "volumes of frames and of subspaces"),
        ),
        Step(
            "small singular values",
            "A_0 = L L^+ with L triangular: the squares on its diagonal have Gamma laws where the "
            "action is tr A_0, all other components are Gaussian",
            measure_one(),
            shape(),
            equal_on(_shape_cases, "tr (W W^+)^2 of Gaussian matrices by Wick's theorem"),
        ),
        Step(
            "one number",
            "the power of det A that is left beside dA",
            measure_one(),
            alone(),
            equal_on(_alone_cases, "the triangular matrix of one row"),
        ),
        Step(
            "energy of one matrix",
            "in power sums of the singular values",
            action().results["s"],
            sp.Tuple(energy("schatten"), energy("frobenius")),
            equal_on(_energy_cases, "the action of diagonal matrices of three rows"),
        ),
    )


@cache
def sectors() -> Derivation:
    """The law of a block of n rows as a sum over the rank c of W, for every type and decay.

    Results: ``flags``, the volume of frames; ``split``, the measure of two groups of eigenvalues;
    ``share`` of a rank; ``shape`` of triangular matrices; ``alone``, the power of det A; and the
    ``energy`` of a matrix under both decays. Source: derived here.
    """
    results = {
        "flags": flags(),
        "split": split(),
        "share": share(),
        "shape": shape(),
        "alone": alone(),
        "energy": energy("schatten"),
        "energy_frobenius": energy("frobenius"),
    }
    return Derivation("Blocks near each rank", _steps(), results)
