"""The first order in 1/N for a group: one residual a block, and the general formulas at each."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width import AMPLITUDE, LEVEL, LEVEL_SLOPE, NORM2, SLOPE, finite_width
from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import named
from binodal.derive.neuron_ratio import neuron_ratio
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import sigma2
from binodal.models.group.derivations.exact import GROUPS, profile
from binodal.models.group.derivations.kernel import norm_of_target
from binodal.models.group.derivations.symbols import copies, dimension, order


def norm_of_block() -> sp.Expr:
    """|y|^2 of a block's part of the target: that of an irrep, for each member."""
    return norm_of_target() * copies


_WITH_NORM = ("amplitude_shift", "mean_shift")
"""The general results that depend on |y|^2."""


def _with_norm() -> dict[str, sp.Expr]:
    results = finite_width().results
    return {name: results[name].subs(NORM2, norm_of_block()) for name in _WITH_NORM}


def _norm_cases(claim: sp.Tuple) -> ExactCases:
    """|T|^2 by sums over elements and labels, and inserted in the general formulas."""
    norm, *shifts = claim
    for name in GROUPS:
        group = named(name)
        for block in blocks(group):
            of = profile(group, {block.name: Fraction(1)})
            squares = (value * value for value in of)
            total = sum(squares, start=of[0] * 0) * group.order**2
            sizes = {order: group.order, dimension: block.dimension, copies: len(block.members)}
            claimed_norm = of[0] * 0 + Fraction(str(norm.subs(sizes)))
            yield (name, block.name), claimed_norm, total
            for which, claimed in zip(_WITH_NORM, shifts, strict=True):
                general = finite_width().results[which].subs(NORM2, norm.subs(sizes))
                inserted = sp.simplify(claimed.subs(sizes) - general.subs(sizes))
                yield (name, block.name, which), inserted, sp.Integer(0)


def _parts_cases(claim: sp.Expr) -> Cases:
    """a_1 - A_1 by differentiating -h(A_1, A_2)/2 by the size of part 1, the saddle followed.

    A_k (1 + level_k(A_k)/sigma^2) = eta_k with level_k = c_k + d_k A_k is solved in closed form.
    """
    noise, norms = sp.Rational(3, 7), (sp.Rational(5, 2), sp.Rational(7, 3))
    slopes, levels = (sp.Rational(2, 9), sp.Rational(1, 4)), (sp.Rational(1, 3), sp.Rational(2, 5))
    sizes = sp.symbols("eta_1 eta_2", positive=True)
    one = dict.fromkeys(sizes, 1)
    saddle = [
        (-(noise + c) + sp.sqrt((noise + c) ** 2 + 4 * d * noise * eta)) / (2 * d)
        for c, d, eta in zip(levels, slopes, sizes, strict=True)
    ]
    shares = sp.symbols("A_1 A_2", positive=True)
    h = sp.log(3 + shares[0] ** 2 + shares[0] * shares[1] + 2 * shares[1] ** 3)
    moved = -h.subs(dict(zip(shares, saddle, strict=True))) / 2
    for k in (0, 1):
        point = {shares[j]: saddle[j].subs(one) for j in (0, 1)}
        held = {
            AMPLITUDE: point[shares[k]],
            LEVEL: levels[k] + slopes[k] * point[shares[k]],
            LEVEL_SLOPE: slopes[k],
            SLOPE: sp.diff(h, shares[k]).subs(point),
            NORM2: norms[k],
            sigma2: noise,
        }
        direct = -noise / norms[k] * sp.diff(moved, sizes[k]).subs(one)
        yield f"part {k + 1}", claim.subs(held), direct


@cache
def finite_width_of_blocks() -> Derivation:
    """First order in 1/N on a group, one residual for each block.

    Results: ``amplitude_shift``, ``mean_shift`` and ``target_norm``, and those of
    :func:`binodal.derive.neuron_ratio.neuron_ratio`. Source: derived here.
    """
    shifts = _with_norm()
    steps = (
        Step(
            "one amplitude a block",
            "lambda_rho depends on A_rho alone, so that the saddle is stiff along each part of the "
            "target by itself, and a part's shift is that of a target with this part alone, h "
            "differentiated by its A",
            sp.Symbol("h"),
            finite_width().results["amplitude_shift"],
            close_on(_parts_cases, "differentiation of h at saddles of two parts in closed form"),
            (Assumption.WIDTH_FIRST_ORDER,),
        ),
        Step(
            "norm of a block",
            "the complete data: |T|^2 of every member, inserted in the general first order",
            sp.Tuple(*(finite_width().results[name] for name in _WITH_NORM)),
            sp.Tuple(norm_of_block(), *shifts.values()),
            exact_on(
                _norm_cases, f"characters squared and summed over elements, {', '.join(GROUPS)}"
            ),
            (Assumption.COMPLETE_DATA,),
        ),
    )
    results = {**shifts, "target_norm": norm_of_block()}
    own = Derivation("First order in 1/N on a group", steps, results)
    return finite_width().then(neuron_ratio()).then(own)
