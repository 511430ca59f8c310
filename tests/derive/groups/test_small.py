"""The table of small groups is complete: as many as are known, and no two of them isomorphic."""

from __future__ import annotations

from collections import Counter

import pytest

from binodal.derive.groups.irreps import irreps
from binodal.derive.groups.names import from_text, named
from binodal.derive.groups.small import SMALL

KNOWN = [1, 1, 2, 1, 2, 1, 5, 2, 2, 1, 5, 1, 2, 1, 14, 1, 5, 1, 5, 2, 2, 1, 15]
"""Groups of 2, 3, ..., 24 elements (Besche, Eick and O'Brien 2002)."""


def _invariant(group):
    """Orders and sizes of classes, dimensions and types of irreps, how often squares occur."""
    classes = sorted((group.order_of(members[0]), len(members)) for members in group.classes)
    squares = Counter(group.table[g][g] for g in range(group.order))
    types = sorted((rho.dimension, rho.kind) for rho in irreps(group))
    return tuple(classes), tuple(types), tuple(sorted(squares.values()))


def test_every_group_is_there_once():
    groups = {name: from_text(text) for name, text in SMALL.items()}
    counts = Counter(group.order for group in groups.values())
    assert [counts[order] for order in range(2, 25)] == KNOWN
    assert len({_invariant(group) for group in groups.values()}) == sum(KNOWN) == len(SMALL)


@pytest.mark.parametrize(("one", "other"), [("D6", "S3xZ2"), ("Z6", "Z2xZ3"), ("Q12xZ2", "Z2xQ12")])
def test_the_same_group_twice_would_show(one, other):
    """The control."""
    assert _invariant(named(one)) == _invariant(named(other))


@pytest.mark.parametrize(
    ("name", "dimensions"),
    [("SL(2,3)", [1, 1, 1, 2, 2, 2, 3]), ("Z5:Z4", [1, 1, 1, 1, 4]), ("Z7:Z3", [1, 1, 1, 3, 3])],
)
def test_generated_groups_have_the_irreps_that_are_known(name, dimensions):
    assert [rho.dimension for rho in irreps(from_text(SMALL[name]))] == dimensions
