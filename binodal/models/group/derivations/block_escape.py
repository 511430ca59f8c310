"""Escape of a block of several rows: Eyring-Kramers over saddles of rank one, and its next order.

Under ``schatten`` S is at least the sum over aligned pairs of singular values (von Neumann), none
of which is negative before one of them is at the barrier: the pass is that of one value alone.
Under ``frobenius`` |W V| is at most |W| |V|, which rank one reaches: S is at least the action of
those two norms, and the pass is the same.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.reaction import OUTPUTS, PULL, SHARE, reaction, share_bound
from binodal.derive.step import Step, close_on, equal_on
from binodal.derive.symbols import N, P, sigma2, sigma_a2, u, x
from binodal.models.group.derivations import block_escape_checks as checks
from binodal.models.group.derivations.block_orders import order
from binodal.models.group.derivations.escape import largest_square
from binodal.models.group.derivations.saddles import beta, count, manifold_dimension, rows, saddles
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.models.modular.derivations.barrier import eigenvalues, x_min

DECAYS = ("schatten", "frobenius")
TURNED = 4 * u * x
"""Eigenvalue where W ends in another direction than that in which V begins."""
FREE = {"schatten": sp.S.One, "frobenius": 2 * u * x}
"""That of all other components: the prior's alone, or with the decay of the whole norm."""


def multiplicities() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Of 0, of ``TURNED`` and of ``FREE``; the two of a single number come once each."""
    zero = sp.expand(manifold_dimension().subs(count, 1))
    return zero, beta * (rows - 1), 2 * beta * (rows - 1) ** 2


def sphere(components: sp.Expr) -> sp.Expr:
    """Area of the unit sphere in so many dimensions."""
    return 2 * sp.pi ** (components / 2) / sp.gamma(components / 2)


def area() -> sp.Expr:
    """Of all a b^+, b c^+: b moves both matrices, and a number of length 1 may turn a, b, c."""
    frames = sphere(beta * rows) ** 3 / sphere(beta)
    return frames * 2 ** (beta * (rows - 1) / 2)


def _orbit(decay: str) -> sp.Expr:
    """Its area at x by the Gaussian widths of what turns and of what is free, without 2 pi."""
    zero, turned, free = multiplicities()
    widths = TURNED ** (-turned / 2) * FREE[decay] ** (-free / 2)
    return (STRENGTH * x) ** (zero / 2) * widths


def prefactor(well: str, decay: str) -> sp.Expr:
    """A in the rate A exp(-F (s(x_-) - s(well))) out of "zero" or out of the "ring" of rank one.

    Coordinates are sqrt(F) W, of unit mobility.
    """
    down, up = eigenvalues()
    flux = _orbit(decay) * sp.sqrt(-down / up)
    if well == "zero":
        _, turned, free = multiplicities()
        out = area() * flux * (2 * sp.pi) ** ((turned + free) / 2 - beta * rows**2)
    else:
        radial, transverse = eigenvalues(x_min)
        behind = _orbit(decay).subs(x, x_min)
        out = flux / behind * sp.sqrt(radial * transverse) / (2 * sp.pi)
    merged = sp.powsimp(sp.expand_power_base(out, force=True), force=True)
    return merged.replace(sp.Pow, lambda base, power: base ** sp.expand(power))


def rates() -> sp.Tuple:
    """Out of both wells under both decays."""
    return sp.Tuple(*(prefactor(well, decay) for decay in DECAYS for well in ("zero", "ring")))


def rise() -> sp.Expr:
    """A in the rate out of rank one into rank two under ``schatten``: F s(x_-) is its barrier.

    The second value is the first of a block of one row less; both repel, and turn less freely.
    """
    alone = prefactor("zero", "schatten").subs(rows, rows - 1)
    return alone * (1 - x / x_min) ** beta


def orders() -> sp.Tuple:
    """Coefficients of 1/F at the saddle and at the minimum of rank one, under both decays."""
    return sp.Tuple(*(order(place, decay) for decay in DECAYS for place in ("saddle", "minimum")))


def zero_overlap() -> tuple[sp.Expr, sp.Expr]:
    """<|W V|^2> of free components, and its relative growth with the pull to first order."""
    entries = beta * rows**2
    mean = beta**2 * rows**3
    of_squares = beta * rows**2 * (2 * beta * rows + 2 - beta)
    square = rows**2 * beta**2 * entries * (entries + 2) + 2 * rows * beta * of_squares
    return mean / STRENGTH**2, sp.expand(sp.cancel(square / mean - mean)) * u / STRENGTH


def next_order() -> sp.Expr:
    """By how much the weight of zero is above that of its Gaussian, relative: F u <|W V|^2>."""
    return STRENGTH * u * zero_overlap()[0]


def _square() -> sp.Expr:
    """That of a number, with beta n sqrt(x) for the largest trace."""
    return largest_square().subs(beta, beta * rows)


def largest_reaction() -> sp.Expr:
    """The most that the network's reaction adds to S at rank one."""
    share = share_bound(_square(), sigma_a2 / N, sigma2)
    return reaction().subs({OUTPUTS: P, SHARE: share, PULL: STRENGTH * u * x**2})


def _spectrum() -> sp.Tuple:
    return sp.Tuple(TURNED, *FREE.values(), *eigenvalues(), *multiplicities())


def _steps() -> tuple[Step, ...]:
    """Orbits of saddles and minima, and the rates."""
    return (
        Step(
            "Hessian at rank one",
            "the single number has its two eigenvalues and its turns; the rest of the column of W "
            "and of the row of V turn with the frames; where W ends and V begins they turn "
            "together or part, at 4 u x; all other components are the prior's, or feel the decay "
            "of the whole norm",
            sp.Symbol("Hessian"),
            _spectrum(),
            all_hold(checks.spectrum_claims, "exact Hessians in all components of W and V"),
        ),
        Step(
            "area of the saddles",
            "a, b, c in a b^+ and b c^+ are unit vectors; b moves both matrices",
            sp.Symbol("a b^+, b c^+"),
            area(),
            close_on(checks.area_cases, "U(n)^3 by its generators; two real rows by angles"),
        ),
        Step(
            "rates",
            "the flux over those saddles by the Gaussian weight of all components at zero, or of "
            "the orbit of minima: there what turns and what is free has other widths",
            sp.Tuple(_spectrum(), area()),
            rates(),
            close_on(checks.rate_cases, "one row: a number; two real rows: Hessians and angles"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "rise to rank two",
            "beside a value at x_+ one of the others crosses as in a block of one row less; the "
            "measures of W and V have (x_+ - x_-)^beta each, what turns one against the other its "
            "inverse once",
            rates(),
            rise(),
            close_on(checks.rise_cases, "two real rows by angles; measures and Bessel functions"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "next order",
            "flux and weight as series in 1/F, with the committor's: in the largest singular "
            "values, the angle between W and V, and what is left of both, with the measure of each",
            rates(),
            orders(),
            equal_on(checks.order_cases, "all components, normal to the orbit, with determinants"),
        ),
    )


def _bounds() -> tuple[Step, ...]:
    """The residual of a network at zero, and what one neuron does to it."""
    return (
        Step(
            "overlap at zero",
            "all components are free; the pull adds its variance, by powers of u/F",
            sp.Symbol("|W V|^2"),
            sp.Tuple(*zero_overlap(), next_order()),
            exact_on(checks.overlap_cases, "moments of numbers; tr (W W^+)^2 by Wick's theorem"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "largest sum over pairs at rank one",
            "the trace of rank one is at most its singular value: beta n in place of beta",
            largest_square(),
            _square(),
            all_hold(checks.reach_claims, "the sum in full for rotations by thirds"),
            (Assumption.COMPLETE_DATA,),
        ),
        Step(
            "largest reaction at rank one",
            "that sum bounds the share, at the pull on one singular value",
            sp.Tuple(reaction(), _square()),
            largest_reaction(),
            close_on(checks.reaction_cases, "a number of as many real components"),
        ),
    )


@cache
def block_escape() -> Derivation:
    """Escape of a block of any number of rows out of zero and out of rank one.

    Results, with the decay's name after it: ``zero`` and ``ring``, prefactors of rates out of both,
    and ``rise`` of that into rank two; ``saddle`` and ``minimum``, coefficients of 1/F. Without:
    ``overlap``, the mean |W V|^2 at zero, ``growth``, how the pull adds to it, ``next_order`` of
    the weight of zero, and ``reaction``.
    Source: derived here.
    """
    steps = (
        saddles().step_of("x_minus"),
        saddles().step_of("index_barrier"),
        *_steps(),
        *_bounds(),
    )
    mean, growth = zero_overlap()
    results = {"overlap": mean, "growth": growth, "next_order": next_order()}
    results |= {"reaction": largest_reaction(), "rise_schatten": rise()}
    for decay in DECAYS:
        results |= {f"{well}_{decay}": prefactor(well, decay) for well in ("zero", "ring")}
        results |= {f"{place}_{decay}": order(place, decay) for place in ("saddle", "minimum")}
    return Derivation("Escape of a block", steps, results)
