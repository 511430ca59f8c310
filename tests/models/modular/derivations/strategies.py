"""Hypothesis strategies: group orders (prime and composite), symmetries, rational networks."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from hypothesis import strategies as st

from binodal.models.modular.derivations.posterior import Hyperparameters, Network
from binodal.models.modular.derivations.symmetries import Symmetry

ORDERS = (2, 3, 4, 5, 6, 7)
rationals = st.fractions(min_value=-4, max_value=4, max_denominator=9)
positive = st.fractions(min_value=Fraction(1, 9), max_value=5, max_denominator=9)


def rows(order: int) -> st.SearchStrategy[tuple[Fraction, ...]]:
    return st.lists(rationals, min_size=order, max_size=order).map(tuple)


@st.composite
def symmetries(draw: st.DrawFn, orders: tuple[int, ...] = ORDERS) -> Symmetry:
    order = draw(st.sampled_from(orders))
    units = [q for q in range(1, order) if gcd(q, order) == 1] or [1]
    residue = st.integers(-order, 2 * order)
    shift = (draw(residue), draw(residue))
    return Symmetry(order, shift, draw(st.sampled_from(units)), draw(st.booleans()))


@st.composite
def networks(draw: st.DrawFn, order: int) -> Network:
    width = draw(st.integers(1, 2))
    several = st.lists(rows(order), min_size=width, max_size=width).map(tuple)
    return Network(order, draw(several), draw(several), draw(several))


hyperparameters = st.builds(Hyperparameters, positive, positive, positive)
action_parameters = st.fixed_dictionaries(
    dict.fromkeys(("N", "sigma2", "sigma_a2", "a", "gamma"), positive)
)
