"""One order of states in which every feature deepens: why the corners of a box decide its phase.

With the gain's size g = G (1 + 2 sigma_w^2), the zero branch is
b g/(1 - b) + 2 kappa b^2 = 2 + 1/sigma_w^2. Its left side grows with b, g and kappa. For eps > 0
the field sqrt(kappa) (2 eps rho - b) then grows with kappa, g, eps and sigma_w^2. For eps < 0 put
Y = sqrt(kappa) b and gamma = g/sqrt(kappa): the field Y + 2 |eps| sqrt(kappa) rho grows with
kappa and |eps| and falls with gamma and sigma_w^2.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Check, Step, both, equal, equal_on
from binodal.derive.symbols import b, epsilon, kappa, rho, sigma_a2, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, mode_field
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import gain, gain_by_overlap, zero_branch

gain_size = sp.Symbol("g", positive=True)
"""g = G (1 + 2 sigma_w^2), which does not depend on sigma_w^2."""

gain_ratio = sp.Symbol("gamma_", positive=True)
"""gamma = g/sqrt(kappa)."""

_scaled = sp.Symbol("Y", positive=True)
_open = sp.Symbol("t", positive=True)


@cache
def sized_gain() -> sp.Expr:
    """g in the parameters: a monomial."""
    return sp.simplify(gain() * (1 + 2 * sigma_w2))


@cache
def sized_branch() -> sp.Expr:
    """The zero branch in (b, kappa, g, sigma_w^2), times (1 + 2 sigma_w^2)/(1 - b)."""
    size = sp.solve(sized_gain() - gain_size, sigma_a2)[0]
    polynomial = sp.expand(zero_branch().subs(sigma_a2, size))
    return sp.apart(sp.cancel(polynomial * (1 + 2 * sigma_w2) / (1 - b)), b)


def scaled_branch() -> sp.Expr:
    """The same in Y = sqrt(kappa) b and gamma = g/sqrt(kappa)."""
    root = sp.sqrt(kappa)
    return sp.simplify(sized_branch().subs({b: _scaled / root, gain_size: gain_ratio * root}))


def soft_ratio(theory: str) -> sp.Expr:
    """b/c where birth and coexistence meet, at rho = 0: S'(0) = S''(0) = 0 for kappa > 0."""
    slope = sp.diff(action(theory).cost - kappa * rho * mode_field((b, sp.Integer(1))) ** 2, rho)
    strength = sp.solve(slope.subs(rho, 0), kappa)[0]
    second = sp.diff(slope, rho).subs(rho, 0).subs(kappa, strength)
    return sp.simplify(sp.solve(sp.numer(sp.together(second)), b)[0])


def _positive(expression: sp.Expr) -> bool:
    """Whether an expression in positive symbols is a ratio of sums of positive terms."""
    numerator, denominator = sp.fraction(sp.together(expression))
    terms = [t for part in (numerator, denominator) for t in sp.Add.make_args(sp.expand(part))]
    return all(term.is_positive for term in terms)


def _branch_cases(claim: sp.Tuple) -> Cases:
    """The balance as the module states it, with the gain from a neuron's overlap at small q."""
    plain, scaled, size = claim
    stated = b * gain_size / (1 - b) + 2 * kappa * b**2 - 2 - 1 / sigma_w2
    yield "branch", plain, stated
    root = sp.sqrt(kappa)
    yield "scaled", scaled.subs(_scaled, b * root).subs(gain_ratio, gain_size / root), stated
    yield "gain", size, gain_by_overlap() * (1 + 2 * sigma_w2)


def _branch_slopes(claim: sp.Tuple) -> str | None:
    """Every partial derivative as a ratio of sums of positive terms, with b = t/(1 + t), t > 0."""
    (plain, scaled, _), inside = claim, _open / (1 + _open)
    for name, slope in (
        ("b", sp.diff(plain, b)),
        ("g", sp.diff(plain, gain_size)),
        ("kappa", sp.diff(plain, kappa)),
        ("sigma_w^2", sp.diff(plain, sigma_w2)),
        ("Y", sp.diff(scaled, _scaled)),
        ("gamma", sp.diff(scaled, gain_ratio)),
        ("-kappa", -sp.diff(scaled, kappa)),
        ("sigma_w^2 at fixed Y", sp.diff(scaled, sigma_w2)),
    ):
        held = sp.cancel(slope.subs({b: inside, _scaled: sp.sqrt(kappa) * inside}))
        if not _positive(held):
            return f"d/d{name}: {held}"
    return None


def _cost_derivatives(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """E'''' and -dE/d sigma_w^2, each as a sum of positive terms for 0 < rho < 1/2."""
    gap = 1 - 2 * rho
    prior = 1 / sigma_w2
    fourth = {"derived": 96 * prior / gap**5 + 48 / gap**4}
    fourth["published"] = 96 * (2 + prior) / gap**5
    return fourth[theory], rho / (2 * sigma_w2**2 * gap)


def _cost_cases(claim: sp.Tuple) -> Cases:
    for theory, fourth in zip(THEORIES, claim, strict=True):
        cost = action(theory).cost
        narrowing = _cost_derivatives(theory)[1]
        yield f"{theory}, fourth", sp.diff(cost, rho, 4), fourth
        yield f"{theory}, width", -sp.diff(cost, sigma_w2), narrowing


def _soft_excess(theory: str) -> sp.Expr:
    """E'''(0) - 24 kappa c^2 at the soft point."""
    cost = action(theory).cost
    first = sp.diff(cost, rho).subs(rho, 0)
    return sp.factor(sp.diff(cost, rho, 3).subs(rho, 0) - 24 * first / soft_ratio(theory) ** 2)


def _soft_claims(claim: sp.Tuple) -> str | None:
    for theory, ratio in zip(THEORIES, claim, strict=True):
        if not _positive(_soft_excess(theory)):
            return f"{theory}: E'''(0) - 24 kappa = {_soft_excess(theory)}"
        for event in ("birth", "coexistence"):
            at_zero = sp.simplify(event_curve(event, theory)[0].subs(rho, 0).doit())
            if sp.simplify(at_zero - ratio) != 0:
                return f"{theory}: the {event} curve starts at b/c = {at_zero}"
    return None


def _order_steps() -> tuple[Step, ...]:
    field = mode_field((b, epsilon))
    return (
        Step(
            "order of the zero branch",
            "differentiate the left side: b falls with g, kappa and sigma_w^2; in Y and gamma, Y "
            "rises with kappa and falls with gamma and sigma_w^2",
            zero_branch(),
            sp.Tuple(sized_branch(), scaled_branch(), sized_gain()),
            both(
                equal_on(_branch_cases, "the gain from a neuron's overlap at small q"),
                Check("every slope as a ratio of sums of positive terms", _branch_slopes),
            ),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "order of the features",
            "S' = E' - kappa (b - 2 eps rho)(b - 6 eps rho): beyond the field's zero both factors "
            "grow in the order of states, so where S' < 0 or S < 0 holds it holds for every later "
            "state; before the zero S' > 0 as the zero state is stable",
            sp.diff(rho * field**2, rho),
            field * (b - 6 * epsilon * rho),
            equal(sp.diff(rho * field**2, rho), "product rule"),
        ),
    )


def _shape_steps() -> tuple[Step, ...]:
    third = sp.diff(rho * mode_field((b, sp.Integer(1))) ** 2, rho, 3)
    return (
        Step(
            "shape of S'",
            "E'''' > 0 and the interaction is cubic, so S''' increases: a double zero of S' with "
            "S''' > 0, and S' >= 0 where the range starts (rho = 0, or the zero of the field), "
            "leave S' >= 0 on it: concave between two values that are not negative, then convex. "
            "The same holds for S/rho, whose slope is convex. The cost falls as sigma_w^2 grows",
            third,
            sp.Tuple(*(_cost_derivatives(theory)[0] for theory in THEORIES)),
            equal_on(_cost_cases, "derivatives of both costs as sums of positive terms"),
        ),
        Step(
            "soft point",
            "both event curves start at rho = 0 with S'(0) = S''(0) = 0 and S''' > 0: for b/c at "
            "or below that value a stable zero state leaves S' > 0, and neither event exists",
            sp.Tuple(*(_soft_excess(theory) for theory in THEORIES)),
            sp.Tuple(*(soft_ratio(theory) for theory in THEORIES)),
            Check("starts of the event curves; E'''(0) - 24 kappa c^2 positive", _soft_claims),
        ),
    )


@cache
def phase_order() -> Derivation:
    """Why phases come in one order, and what one evaluation proves of a whole box.

    Results: ``branch`` (zero branch in b, kappa, g), ``gain_size``, and ``soft_<theory>``, the b/c
    at or below which no event exists. Source: derived here.
    """
    soft = {f"soft_{theory}": soft_ratio(theory) for theory in THEORIES}
    results = {"branch": sized_branch(), "gain_size": sized_gain(), **soft}
    return Derivation("Order of the phases", (*_order_steps(), *_shape_steps()), results)
