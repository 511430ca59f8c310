"""The zero state at finite P, kept by its barrier: lambda over the zero basin alone.

lambda falls as 1/P^2 beside sigma^2, but it moves u, and the barrier of a mode is P times a
function of u. As printed the zero state has no width, and its lambda is zero at every P.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from flint import arb

from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.law import ExactLaw
from binodal.models.modular.numerics.results import Closure
from binodal.models.modular.numerics.solve import saddles
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import Undecided

_MOST_CUTS = 20
_BITS = 64
_SETTLED = 1e-6


@dataclass(frozen=True)
class _ZeroBasin(ExactLaw):
    """The exact law of a mode cut at a fixed mean (x + x_v)/2."""

    cut: arb = field(default_factory=arb)

    def level(self, u: arb) -> arb:
        basins = self.basins(u)
        return self.level_by(lambda moment: basins.zero(moment, self.cut))


Below = Callable[[arb], Callable[[arb], arb]]
"""A cut -> u -> lambda of the law below it."""


def zero_basin(
    parameters: Mapping[str, Fraction], theory: str, below: Below | None = None
) -> Closure | None:
    """a and lambda while every mode is in the zero basin; None where it has no barrier.

    ``below`` is another law than that of complex modes. The cut is the saddle x_- at the closure's
    own u. Balls hold the solution for that cut by proved signs, and the change when only the inner
    half of the basin is kept, which is an estimate. Raises
    :class:`Undecided` where a sign is not proved.
    """
    closure, cut, law = Closure(arb(1), arb(0)), arb(0), below or partial(_below, parameters)
    for _ in range(_MOST_CUTS):
        with precision(_BITS):
            stationary = saddles(closure, parameters, theory)
            if len(stationary) == 1:
                return None
            if theory == "published":
                return closure
            before, cut = cut, arb(stationary[1].x.mid())
            settled = bool(abs(cut - before) < _SETTLED * cut)
            closure = _solved(parameters, law(cut))
            if settled:
                inside = _solved(parameters, law(arb((cut / 2).mid())))
                return Closure(closure.a.union(inside.a), closure.lam.union(inside.lam))
            closure = Closure(arb(closure.a.mid()), arb(closure.lam.mid()))
    raise Undecided(f"the barrier of the zero basin did not settle near x = {cut.str(6)}")


def _below(parameters: Mapping[str, Fraction], cut: arb) -> Callable[[arb], arb]:
    return _ZeroBasin(parameters, cut=cut).level


def _solved(parameters: Mapping[str, Fraction], level: Callable[[arb], arb]) -> Closure:
    """The closure at a fixed cut: tau - sigma^2 - lambda grows with tau, as for the whole law."""
    sigma2 = ball(parameters["sigma2"])

    def balance(tau: arb) -> arb:
        return tau - sigma2 - level(coupling(tau, parameters))

    tau = crossing(balance, sigma2, _BITS, 1.0)
    return Closure(sigma2 / tau, tau - sigma2)
