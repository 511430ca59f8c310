"""Hypothesis strategies: groups with their elements renumbered, moves, rational networks."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from binodal.derive.groups.block import Block
from binodal.derive.groups.group import FiniteGroup, from_table
from binodal.derive.groups.irreps import automorphisms
from binodal.derive.groups.names import named
from binodal.models.modular.derivations.posterior import Network
from tests.models.group.laws import Move, Sample
from tests.models.modular.derivations.strategies import hyperparameters, rationals, rows

NAMES = ("Z2", "Z5", "Z2xZ2", "Z6", "S3", "Z2xZ4", "D4", "Q8")
SMALL = NAMES[:5]


@st.composite
def groups(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> FiniteGroup:
    """A named group whose table has its rows and columns in any order, 1 first."""
    table = named(draw(st.sampled_from(names))).table
    order = [0, *draw(st.permutations(range(1, len(table))))]
    number = {g: place for place, g in enumerate(order)}
    return from_table([[number[table[g][h]] for h in order] for g in order], "shuffled")


@st.composite
def moves(draw: st.DrawFn, group: FiniteGroup) -> Move:
    """Any translations, any automorphism, inverted or not."""
    elements = st.integers(0, group.order - 1)
    carried = draw(st.sampled_from(list(automorphisms(group))))
    return Move(group, draw(elements), draw(elements), draw(elements), carried, draw(st.booleans()))


@st.composite
def samples(draw: st.DrawFn, group: FiniteGroup) -> Sample:
    """One or two neurons, and an a for every orbit."""
    several = st.lists(rows(group.order), min_size=1, max_size=2).map(tuple)
    first = draw(several)
    same = st.lists(rows(group.order), min_size=len(first), max_size=len(first)).map(tuple)
    network = Network(group.order, first, draw(same), draw(same))
    shares = draw(st.lists(rationals, min_size=8, max_size=8))

    def share(block: Block) -> Fraction:
        return shares[(block.dimension + ord(block.orbit[0][-1])) % 8]

    return Sample(network, draw(hyperparameters), share)
