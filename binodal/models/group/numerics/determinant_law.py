"""The law of a block that is one number, or complex of any dimension: certified determinants.

Z is the determinant of moments M_ij = <x^i x_v^j> of one cyclic mode, over a power of u. Its first
two derivatives by u, whose entries are moments of higher order, give the order parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from flint import arb, arb_mat, ctx

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.order import Order
from binodal.models.group.parameters import ORDER
from binodal.models.modular.numerics.basins import Basins, Moment
from binodal.models.modular.numerics.functions import saddle_functions
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.group.forms.law")
_single = _FORMS.data("single_number", exact)
_strength = _FORMS.data("strength", exact)
_monomial = _FORMS.data("monomial", lambda rows: [tuple(row) for row in rows])
_power = _FORMS.data("power", exact)
_scale = _FORMS.balls("kernel_scale")
_SPARE_BITS = 48
MOST_ROWS = 6

Integral = Callable[[Moment], arb]


@dataclass(frozen=True)
class DeterminantLaw:
    """The law of a block at a coupling u; ``count`` is the number of its singular values."""

    block: Block
    decay: str
    count: int
    parameters: Mapping[str, Fraction]

    def _number(self) -> Mapping[str, Fraction]:
        return _single(self.block.kind, self.decay)

    @property
    def real(self) -> bool:
        """Whether the measure is that of a real number, which the mode's integrals have."""
        return self._number()["shift"] < 0

    @property
    def _strength(self) -> tuple[Fraction, Fraction]:
        """F, and how often a singular value counts."""
        row = _strength(self.block.kind, self.block.dimension, len(self.block.members))
        return row["strength"] * self.parameters[ORDER], row["twice"]

    def basins(self, u: arb) -> Basins:
        """The integrals of a cyclic mode whose exponent is the block's."""
        gamma = ball(self.parameters["gamma"] * self._number()["gamma"])
        full, _ = self._strength
        return Basins(u, ball(full if self.real else full / 2), gamma, self.real)

    def level(self, u: arb) -> arb:
        """lambda at coupling u, which grows with u: log Z is convex in it."""
        return self.scale() * self.order(u).mean

    @property
    def strength(self) -> Fraction:
        """F in exp(-F s) of one singular value."""
        return self._strength[0]

    @property
    def often(self) -> Fraction:
        """How often a singular value counts."""
        return self._strength[1]

    def level_of_number(self, cut: arb | None, u: arb) -> arb:
        """lambda of one number, whose mean (x + x_v)/2 is below a cut if there is one."""
        basins, first = self.basins(u), 0 if self.real else int(self._number()["shift"])
        if cut is None:
            low, centre = basins.split()
            norm, moment = (basins.total(Moment(first + k), low, centre) for k in (0, 1))
        else:
            norm, moment = (basins.zero(Moment(first + k), cut) for k in (0, 1))
        return self.scale() * ball(self.often) * moment / norm

    def scale(self) -> arb:
        """lambda over <|W V|^2>."""
        numbers = (ball(self.parameters[name]) for name in (ORDER, "sigma_a2"))
        scale: arb = _scale(self.block.dimension)(*numbers)[0]
        return scale

    def order(self, u: arb) -> Order:
        """<|W V|^2> and <|W V|^4>, at bits to spare for what determinants cancel."""
        with precision(ctx.prec + self._spare()):
            basins = self.basins(u)
            cut, centre = basins.split()
            integral = _once(lambda moment: basins.total(moment, cut, centre))
            plain, once, twice = (self._matrix(integral, shift) for shift in range(3))
            strength, often = map(ball, self._strength)
            pulled = strength * u
            repulsion = ball(_power(self.count)["power"]) / pulled
            first = plain.inv() * once
            slope = first.trace() - repulsion
            bend = (plain.inv() * twice).trace() - (first * first).trace() + repulsion / pulled
            return Order(often * slope, often**2 * (bend + slope * slope))

    def masses(self, u: arb, newborn: arb | None = None) -> tuple[arb, ...]:
        """Probabilities of 0, 1, ... pairs beyond the barrier, or of 0 alone below birth.

        Each has a relative accuracy of its own. ``newborn`` is x of a ring at its birth. Raises
        Undecided near birth without it.
        """
        with precision(ctx.prec + self._spare()):
            basins = self.basins(u)
            if newborn is None:
                born = positive(u * u - basins.gamma)
                if born is None:
                    raise Undecided(f"u = {u.str(8)} cannot be told from its value at birth")
                if not born:
                    return (arb(1),)
            inner, outer = self._rings(basins) if newborn is None else (newborn, newborn)
            centre = arb(outer.mid())
            low = self._matrix(_once(lambda moment: basins.zero(moment, inner)), 0)
            high = self._matrix(_once(lambda moment: basins.ring(moment, inner, centre)), 0)
            weights = [sum(_mixed(low, high, count), arb(0)) for count in range(self.count + 1)]
            return tuple(1 / sum((other / own for other in weights), arb(0)) for own in weights)

    def _rings(self, basins: Basins) -> tuple[arb, arb]:
        inner, outer, *_ = saddle_functions("derived")(basins.u, basins.gamma, basins.order)
        return inner, outer

    def _spare(self) -> int:
        return _SPARE_BITS * self.count * (self.count - 1)

    def _matrix(self, integral: Integral, shift: int) -> arb_mat:
        """M with both powers raised by ``shift``."""
        own = 0 if self.real else int(self._number()["shift"])
        places = range(self.count)
        return arb_mat([[_entry(integral, own + shift, i, j) for j in places] for i in places])


def _entry(integral: Integral, shift: int, i: int, j: int) -> arb:
    terms = _monomial(i, j)
    return sum((c * integral(Moment(shift + on, mean)) for on, mean, c in terms), arb(0))


def _once(integral: Integral) -> Integral:
    """Each integral is done once."""
    known: dict[Moment, arb] = {}

    def of(moment: Moment) -> arb:
        if moment not in known:
            known[moment] = integral(moment)
        return known[moment]

    return of


def _mixed(low: arb_mat, high: arb_mat, count: int) -> Iterator[arb]:
    """det(low + z high) at z^count: all choices of rows."""
    size = low.nrows()
    for chosen in combinations(range(size), count):
        rows = [[(high if i in chosen else low)[i, j] for j in range(size)] for i in range(size)]
        yield arb_mat(rows).det()
