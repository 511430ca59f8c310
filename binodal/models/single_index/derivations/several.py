"""Two directions in the teacher: overlaps by multi-index, the action, and the zero branch.

y(x) = sum_a y_a He_{a1}(w*_1.x) He_{a2}(w*_2.x) with orthonormal w*_j; a neuron has the cosines
m_j = w.w*_j/|w| and the norm r.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import d, sigma_w2
from binodal.models.single_index.derivations.action import cost, m, overlap, r, u, with_interaction
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    stiffness,
    zero_branch,
)
from binodal.models.single_index.derivations.limit import target as single_target

MultiIndex = tuple[int, int]
m1, m2 = sp.symbols("m_1 m_2", real=True)
LINEAR2 = sp.Symbol("y_2_norm", positive=True)
"""|y^(1)|^2, the squared length of the teacher's linear part."""
_POWER = 5
PLACE = (sp.Rational(2, 3), sp.Rational(5, 7), sp.Rational(-1, 2))


def target(index: MultiIndex) -> sp.Symbol:
    """y_a, the teacher's coefficient of He_{a1} He_{a2}."""
    return sp.Symbol("_".join(["y", *map(str, index)]), real=True)


@cache
def several_field(modes: tuple[MultiIndex, ...]) -> sp.Expr:
    """F = sum_a t_a m_1^{a1} m_2^{a2} c_{a1+a2}(r), the linear modes beta times the target's."""
    terms = (
        target(a) * (beta if sum(a) == 1 else 1) * m1 ** a[0] * m2 ** a[1] * overlap(sum(a))
        for a in modes
    )
    return sp.Add(*terms)


@cache
def several_cost() -> sp.Expr:
    """The single index's cost at m^2 = m_1^2 + m_2^2: the rest of the sphere has it in common."""
    return cost().subs(m**2, m1**2 + m2**2)


@cache
def several_action(modes: tuple[MultiIndex, ...]) -> sp.Expr:
    """S/d of a residual with these modes."""
    return with_interaction(several_cost(), several_field(modes))


def moment(power: int) -> sp.Expr:
    """<z^power> of a standard Gaussian z."""
    return sp.factorial2(power - 1) if power % 2 == 0 else sp.Integer(0)


def polynomial_mean(expression: sp.Expr, inputs: tuple[sp.Symbol, ...]) -> sp.Expr:
    """The Gaussian average of a polynomial, exactly."""
    terms = sp.Poly(sp.expand(expression), *inputs).terms()
    return sum((c * sp.prod([moment(p) for p in powers]) for powers, c in terms), sp.Integer(0))


def _overlap_cases(claim: sp.Expr) -> Cases:
    """Exact moments in d = 3 for phi = z^5 and teacher axes 1 and 2, c_k = E[(r z)^5 He_k(z)]."""
    inputs = sp.symbols("x1 x2 x3")
    w2 = sum(w**2 for w in PLACE)
    norm, z = sp.sqrt(w2), sp.Symbol("z")
    field = sum(w * x for w, x in zip(PLACE, inputs, strict=True))
    for index in ((1, 0), (2, 1), (1, 2), (3, 0), (1, 4)):
        hermite = [
            mode(k).subs({TEACHER2: 1, t: x}) for k, x in zip(index, inputs[:2], strict=True)
        ]
        direct = polynomial_mean(sp.prod(hermite) * field**_POWER, inputs)
        order = sum(index)
        single = polynomial_mean(mode(order).subs({TEACHER2: 1, t: z}) * (norm * z) ** _POWER, (z,))
        point = {m1: PLACE[0] / norm, m2: PLACE[1] / norm}
        general = claim.subs({sp.Symbol("a1"): index[0], sp.Symbol("a2"): index[1]})
        yield index, sp.simplify(general.subs(point).subs(sp.Symbol("c"), single)), direct


def _entropy_claims(claim: sp.Expr) -> Claims:
    """The limit of the density's exponent, and its second moment at d = 7."""
    exponent = (d - 4) / 2 * sp.log(1 - m1**2 - m2**2)
    place = {m1: sp.Rational(1, 3), m2: sp.Rational(1, 2)}
    cost = claim.subs(place) - claim.subs({m1: 0, m2: 0})
    yield "limit", sp.simplify(sp.limit((-exponent / d).subs(place), d, sp.oo) - cost) == 0
    yield "zero state", claim.subs({m1: 0, m2: 0, r: sp.sqrt(sigma_w2)}) == 0
    disk = sp.exp(exponent.subs(d, 7))
    phase = sp.Symbol("phase")
    radius = sp.Symbol("radius", positive=True)
    polar = {m1: radius * sp.cos(phase), m2: radius * sp.sin(phase)}
    weight = sp.simplify(disk.subs(polar)) * radius
    around = (phase, 0, 2 * sp.pi), (radius, 0, 1)
    square = sp.integrate(sp.expand((radius * sp.cos(phase)) ** 2), around[0])
    moment = sp.integrate(square * weight, around[1])
    whole = sp.integrate(2 * sp.pi * weight, around[1])
    yield "<m_1^2> = 1/d at d = 7", sp.simplify(moment / whole - sp.Rational(1, 7)) == 0


def _vector_cases(claim: sp.Expr) -> Cases:
    """The closure of the linear modes as a 2 x 2 system at generic numbers, solved along y."""
    y = sp.Matrix([sp.Rational(3, 7), sp.Rational(-5, 8)])
    numbers = {gain: sp.Rational(13, 4), at_rest(1): sp.Rational(3, 5), u: sp.Rational(7, 9)}
    square = y.dot(y)
    share = sp.Rational(2, 9)
    linear = share * y
    curvature = sp.eye(2) - numbers[u] * numbers[at_rest(1)] ** 2 * linear * linear.T
    spread = curvature.inv()
    residual = linear + numbers[gain] * numbers[at_rest(1)] ** 2 * spread * linear - y
    value = claim.subs({**numbers, beta: share, LINEAR2: square})
    stiff = 1 - numbers[u] * numbers[at_rest(1)] ** 2 * share**2 * square
    for k in range(2):
        yield f"row {k}", sp.simplify(value * y[k] / stiff), residual[k]


@cache
def vector_branch() -> sp.Expr:
    """The zero branch of the single index with y_1^2 replaced by |y^(1)|^2."""
    return sp.expand(zero_branch().subs(single_target(1), sp.sqrt(LINEAR2)))


@cache
def several() -> Derivation:
    """Overlaps, cost and zero branch of a teacher with two directions.

    Results: ``overlap`` m_1^a1 m_2^a2 c (c is c_{a1+a2}(r)), ``cost``, and ``zero_branch``: the
    linear modes stay along the target's, t = beta y, and beta solves the single index's equation.
    Source: derived here.
    """
    a1, a2, c = sp.symbols("a1 a2 c")
    general = m1**a1 * m2**a2 * c
    steps = (
        Step(
            "overlap by multi-index",
            "Stein's identity once for every factor: each derivative brings w.w*_j",
            sp.Function("phi")(r),
            general,
            equal_on(_overlap_cases, "exact moments in d = 3 for phi = z^5"),
            (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
        ),
        Step(
            "entropy of two cosines",
            "-log of (1 - m_1^2 - m_2^2)^{(d-4)/2} over d for large d",
            (4 - d) / (2 * d) * sp.log(1 - m1**2 - m2**2),
            several_cost(),
            all_hold(_entropy_claims, "the limit, and <m^2> = 1/d with one cosine integrated out"),
            (Assumption.LARGE_D,),
        ),
        Step(
            "zero branch of a vector",
            "<m m^T> = (1 - u c_1^2 t t^T)^{-1}/d acts on t = beta y along y alone",
            stiffness(),
            vector_branch(),
            equal_on(_vector_cases, "the 2 x 2 system at generic numbers"),
            (Assumption.ZERO_BRANCH, Assumption.MEAN_FIELD, Assumption.CONTINUUM),
        ),
    )
    results = {"overlap": general, "cost": several_cost(), "zero_branch": vector_branch()}
    return Derivation("A teacher with two directions", steps, results)
