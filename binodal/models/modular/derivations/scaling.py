"""Which rescalings of the parameters leave the theory invariant: exponents by linear algebra."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.scaling import exponents as exponents_of
from binodal.derive.scaling import weight_of
from binodal.derive.step import Cases, Step, both, equal_on
from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, x
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import kernel_factor, zero_lambda
from binodal.models.modular.derivations.events import end_ratio, events

PARAMETERS = (N, P, sigma_a2, sigma2, gamma, x)
NU, PI, XI, BETA = sp.symbols("nu pi_ xi beta", positive=True)
Exponents = Mapping[sp.Symbol, sp.Expr]
# Table 1 and M.14 as printed: exponents of beta.
PRINTED: Exponents = {
    N: sp.Integer(2),
    P: sp.Rational(1, 2),
    sigma_a2: sp.Integer(-1),
    sigma2: sp.Integer(-1),
    gamma: sp.S.Zero,
    x: sp.S.Zero,
}


def invariants(theory: str = "derived") -> dict[str, sp.Expr]:
    """What must not change: u x, gamma x^2 (the shape of s) and lambda of a ring over sigma^2."""
    coupling = mode_action().coupling.subs(a, 1)
    return {
        "u x": coupling * x,
        "gamma x^2": gamma * x**2,
        "lambda/sigma^2": kernel_factor(theory) * x**2 / sigma2,
    }


def family(theory: str = "derived", fixed_gamma: bool = True) -> Exponents:
    """Every admissible set of exponents, as a function of those of N, P (nu, pi) and x (xi)."""
    unknown = dict(zip(PARAMETERS, sp.symbols("e0:6"), strict=True))
    column = sp.Matrix(list(unknown.values()))
    rows = (exponents_of(q, PARAMETERS) for q in invariants(theory).values())
    equations = [(row * column)[0] for row in rows]
    equations += [unknown[N] - NU, unknown[P] - PI]
    equations.append(unknown[gamma] if fixed_gamma else unknown[x] - XI)
    (solution,) = sp.linsolve(equations, *column)
    return dict(zip(PARAMETERS, solution, strict=True))


def growth(monomial: sp.Expr, exponents: Exponents) -> sp.Expr:
    """The power of beta that a monomial picks up."""
    return weight_of(monomial, exponents, PARAMETERS)


def canonical() -> dict[sp.Symbol, sp.Expr]:
    """The derived member with M.14's growth of the network: N -> beta^2 N, P -> sqrt(beta) P."""
    chosen = {NU: PRINTED[N], PI: PRINTED[P]}
    return {s: e.subs(chosen) for s, e in family().items()}


def rescale(expression: sp.Expr, exponents: Exponents) -> sp.Expr:
    """The expression at the rescaled parameters."""
    scaled = {s: s * BETA ** exponents[s] for s in PARAMETERS}
    return expression.subs(scaled, simultaneous=True)


def _same(left: sp.Expr, right: sp.Expr) -> bool:
    return bool(sp.simplify(sp.powsimp(sp.expand_power_base(left / right, force=True))) == 1)


def _event_claims(theory: str) -> Claims:
    """sigma^2 of birth and coexistence scale as sigma^2; the end of GMFL-I keeps its ratio."""
    exponents = canonical() if theory == "derived" else PRINTED
    results = events(theory).results
    for name in ("sigma2_birth", "sigma2_coexistence"):
        moved = rescale(results[name], exponents)
        yield (theory, name), _same(moved, results[name] * BETA ** exponents[sigma2])
    ratio = end_ratio(theory)
    yield (theory, "gmfl2"), _same(rescale(ratio, exponents), ratio)
    other = PRINTED if theory == "derived" else canonical()
    yield (theory, "the other scaling fails"), not _same(rescale(ratio, other), ratio)


def _table_claims(claim: sp.MatrixBase, theory: str) -> Claims:
    chosen = dict(zip(PARAMETERS, (sp.Rational(p, 3) for p in (2, 5, 7, 11, 13, 17)), strict=True))
    powers = claim * sp.Matrix([*chosen.values()])
    for (name, monomial), power in zip(invariants(theory).items(), powers, strict=True):
        yield ("row", name), _same(rescale(monomial, chosen), monomial * BETA**power)
    for name, monomial in invariants("published").items():
        yield ("M.14, printed lambda", name), growth(monomial, PRINTED) == 0
    kept = invariants()
    yield "M.14 keeps u", growth(kept["u x"], PRINTED) == 0
    yield "M.14, derived lambda", growth(kept["lambda/sigma^2"], PRINTED) == 2 * PRINTED[P]
    for name, monomial in kept.items():
        yield ("canonical", name), growth(monomial, canonical()) == 0
        yield ("general", name), growth(monomial, family(fixed_gamma=False)) == 0


def _family_cases(claim: sp.Tuple, theory: str) -> Cases:
    """Every invariant at the rescaled parameters over itself, with x as the family says."""
    names = (N, P, sigma_a2, sigma2)
    exponents = {gamma: sp.S.Zero, x: family(theory)[x], **dict(zip(names, claim, strict=True))}
    for name, monomial in invariants(theory).items():
        yield name, sp.powsimp(rescale(monomial, exponents) / monomial, force=True), sp.S.One
    yield "growth of N", claim[0], NU
    yield "growth of P", claim[1], PI


def _member_cases(claim: sp.Tuple, theory: str) -> Cases:
    """The network grows as in M.14, and what must stay does."""
    names = (N, P, sigma_a2, sigma2)
    exponents = {gamma: sp.S.Zero, x: sp.S.Zero, **dict(zip(names, claim, strict=True))}
    yield "N", claim[0], sp.Integer(2)
    yield "P", claim[1], sp.Rational(1, 2)
    for name, monomial in invariants(theory).items():
        yield name, sp.powsimp(rescale(monomial, exponents) / monomial, force=True), sp.S.One


def _growth_cases(claim: sp.Tuple, theory: str) -> Cases:
    """beta^claim against the quantity at the rescaled parameters over itself."""
    prior, ring = claim
    left = zero_lambda(theory) / sigma2
    grown = rescale(left, family()) / left if theory == "derived" else sp.S.One
    yield "prior", sp.powsimp(grown / BETA**prior, force=True), sp.S.One
    ratio = invariants(theory)["lambda/sigma^2"]
    moved = rescale(ratio, PRINTED) / ratio
    yield "printed", sp.powsimp(moved / BETA**ring, force=True), sp.S.One


@cache
def scaling(theory: str = "derived") -> Derivation:
    """Table 1 and M.14: consistent with the printed lambda, not with the derived one."""
    require_theory(theory)
    chosen = canonical() if theory == "derived" else dict(PRINTED)
    general = family(theory)
    table = (exponents_of(q, PARAMETERS) for q in invariants(theory).values())
    matrix = sp.ImmutableMatrix(sp.Matrix.vstack(*table))
    names = {N: "N", P: "P", sigma_a2: "sigma_a2", sigma2: "sigma2"}
    prior = growth(zero_lambda() / sigma2, family()) if theory == "derived" else sp.S.Zero
    growths = (prior, growth(invariants(theory)["lambda/sigma^2"], PRINTED))
    steps = (
        Step(
            "invariants",
            "s keeps its shape if u x and gamma x^2 do; the closure if lambda/sigma^2 does",
            sp.Tuple(*invariants(theory).values()),
            matrix,
            all_hold(
                lambda claim: _table_claims(claim, theory),
                "exponents of every invariant under M.14 and the derived family",
            ),
            (Assumption.LARGE_P,),
            source="M.14b",
        ),
        Step(
            "family",
            "solve the linear system with gamma fixed, exponents nu of N and pi of P free"
            if theory == "derived"
            else "with the printed lambda M.14 is a member of the family",
            matrix,
            sp.Tuple(*(general[s] for s in names)),
            equal_on(lambda claim: _family_cases(claim, theory), "every invariant, rescaled"),
            source="Table 1",
        ),
        Step(
            "member with the printed growth",
            "N -> beta^2 N and P -> sqrt(beta) P, as in M.14",
            sp.Tuple(*(general[s] for s in names)),
            sp.Tuple(*(chosen[s] for s in names)),
            both(
                equal_on(lambda claim: _member_cases(claim, theory), "every invariant, rescaled"),
                all_hold(lambda _: _event_claims(theory), "closed forms of the events, rescaled"),
            ),
            source="M.14",
        ),
        Step(
            "what grows",
            "lambda of the prior over sigma^2 in the family; lambda of a ring over sigma^2 in M.14",
            sp.Tuple(zero_lambda(theory) / sigma2, invariants(theory)["lambda/sigma^2"]),
            sp.Tuple(*growths),
            equal_on(lambda claim: _growth_cases(claim, theory), "the quantities, rescaled"),
        ),
    )
    results = {f"exponent_{name}": chosen[s] for s, name in names.items()}
    results |= {f"family_{name}": general[s] for s, name in names.items()}
    results["prior_lambda_growth"], results["printed_growth"] = growths
    return Derivation("Scaling", steps, results)
