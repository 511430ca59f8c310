"""The irreps of an explicit group, judged by orthogonality in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement

import sympy as sp

from binodal.derive.checks import Claims, ExactCases, all_hold, exact_on
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import Irrep, irreps
from binodal.derive.step import Step
from binodal.derive.symbols import sigma_a2
from binodal.models.group.derivations.exact import character
from binodal.models.group.derivations.symbols import order
from binodal.models.modular.derivations.nngp import spectrum

_MOST_CLASSES = 24
"""Classes of a group whose table of characters is judged whole; of a larger one, its start."""

_INDICATOR = {"real": 1, "complex": 0, "quaternionic": -1}


def _judged(group: FiniteGroup) -> tuple[Irrep, ...]:
    return irreps(group)[:_MOST_CLASSES]


def _orthogonality_cases(group: FiniteGroup, claim: sp.Tuple) -> ExactCases:
    """sum_g chi(g) conj chi'(g) is |G| for one irrep and 0 for two; chi(1) is the dimension."""
    for rho, dimension in zip(irreps(group), claim, strict=True):
        yield (rho.name, "dimension"), character(group, rho.name)[0], int(dimension)
    for one, other in combinations_with_replacement(_judged(group), 2):
        left, right = (character(group, rho.name) for rho in (one, other))
        total = Cyclotomic.rational(group.exponent, 0)
        for members in group.classes:
            g = members[0]
            total = total + left[g] * right[g].conjugate() * Fraction(len(members))
        yield (one.name, other.name), total, group.order if one is other else 0


def _multiplication_claims(group: FiniteGroup, claim: sp.Tuple) -> Claims:
    """chi(1) is the dimension, and class sums multiply as numbers: omega(C) omega(C') on S."""
    for rho, dimension in zip(irreps(group), claim[0], strict=True):
        yield (rho.name, "dimension"), character(group, rho.name)[0] == int(dimension)
    yield "squares", sum(d * d for d in claim[0]) == group.order
    for rho, sign in zip(_judged(group), claim[1], strict=False):
        chi = character(group, rho.name)
        total = Cyclotomic.rational(group.exponent, 0)
        for g in range(group.order):
            total = total + chi[group.table[g][g]]
        yield (rho.name, "type"), total == int(sign) * group.order
        c, s = group.classes[-1], group.classes[-1][0]
        summed = Cyclotomic.rational(group.exponent, 0)
        for g in c:
            summed = summed + chi[group.table[g][s]]
        yield (rho.name, "class sums"), summed * rho.dimension == chi[s] * chi[s] * len(c)


def _spectrum_cases(group: FiniteGroup, claim: sp.Tuple) -> ExactCases:
    """Traces of the kernel and of its square, entry by entry over pairs of inputs."""
    size = group.order
    # entries 4, 6 and 12 where none, one and both of the inputs agree (times sigma_a^2)
    entries = {(i, j): 4 + 2 * (i + j) ** 2 for i in (0, 1) for j in (0, 1)}
    counts = {(1, 1): 1, (1, 0): size - 1, (0, 1): size - 1, (0, 0): (size - 1) ** 2}
    squares = sum(entries[k] ** 2 * count for k, count in counts.items()) * size**2
    variance = sp.Rational(2, 7)
    values = [(e.subs(sigma_a2, variance), m) for e, m in claim]
    yield "trace", sum(e * m for e, m in values), variance * entries[1, 1] * size**2
    yield "square", sum(e**2 * m for e, m in values), variance**2 * squares
    yield "pairs", sum(m for _, m in values), size**2


@cache
def representations(group: FiniteGroup) -> Derivation:
    """Dimensions and types of all irreps. Results ``dimension_1a``, ``indicator_1a``, ..."""
    every = irreps(group)
    dimensions = {f"dimension_{rho.name}": sp.Integer(rho.dimension) for rho in every}
    signs = {f"indicator_{rho.name}": sp.Integer(_INDICATOR[rho.kind]) for rho in every}
    listed = sp.Tuple(sp.Tuple(*dimensions.values()), sp.Tuple(*signs.values()))
    steps = (
        Step(
            "characters",
            "common eigenvectors of the class sums modulo a prime; eigenvalues are roots of unity",
            sp.Symbol(f"G = {group.name}"),
            sp.Tuple(*dimensions.values()),
            exact_on(lambda claim: _orthogonality_cases(group, claim), "orthogonality in Q(zeta)"),
        ),
        Step(
            "types",
            "Frobenius' and Schur's indicator: 1 real, 0 complex, -1 quaternionic",
            sp.Symbol("sum chi(g^2)/|G|"),
            listed,
            all_hold(
                lambda claim: _multiplication_claims(group, claim),
                "sums over elements; class sums act as numbers",
            ),
        ),
    )
    return Derivation(f"Irreps of {group.name}", steps, {**dimensions, **signs})


@cache
def nngp_spectrum(group: FiniteGroup) -> Derivation:
    """The kernel of the prior on pairs (g, h): it knows the size of the group alone.

    Results: ``constant``, ``axis`` and ``pair`` with ``multiplicity_`` of each.
    """
    table = {
        kind: (value.subs(order, group.order), count.subs(order, group.order))
        for kind, (value, count) in spectrum().items()
    }
    step = Step(
        "spectrum of the prior",
        "inputs are two-hot, so the kernel sees which of two inputs agree, not the product",
        sp.Symbol("Q"),
        sp.Tuple(*(sp.Tuple(*row) for row in table.values())),
        exact_on(
            lambda claim: _spectrum_cases(group, claim), "traces of the kernel and of its square"
        ),
        source="B.21",
    )
    values = {kind: value for kind, (value, _) in table.items()}
    counts = {f"multiplicity_{kind}": sp.Integer(count) for kind, (_, count) in table.items()}
    return Derivation(f"Kernel of the prior on {group.name}", (step,), {**values, **counts})
