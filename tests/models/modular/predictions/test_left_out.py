"""Kinds of pairs that are left out, against all pairs of a group and what its symmetries do."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from binodal.derive.groups.names import from_text
from binodal.models.modular.predictions.left_out import automorphisms, kinds


@pytest.mark.parametrize("name", ["Z5", "S3", "Z2xZ2"])
def test_automorphisms_are_all_permutations_that_keep_products(name):
    table = np.array(from_text(name).table)
    every = {
        image
        for image in permutations(range(len(table)))
        if (np.array(image)[table] == table[np.ix_(image, image)]).all()
    }
    found = [tuple(int(k) for k in phi) for phi in automorphisms(table)]
    assert set(found) == every and len(found) == len(every)


@pytest.mark.parametrize("name", ["Z5", "S3", "Q8"])
def test_kinds_of_two_pairs(name):
    """Shares add up; a row, a column and a product are met as often as they are; and a kind keeps
    the spectrum of what neurons see of the two pairs, which all symmetries keep."""
    table = np.array(from_text(name).table)
    size, found = len(table), kinds(table, 2)
    assert sum(share for _, share in found) == pytest.approx(1)
    alike, same = 0.0, 0.0
    for seen, share in found:
        (g, x), (h, y) = np.argwhere(~seen.reshape(size, size))
        alike += share * ((g == h) + (x == y))
        same += share * (table[g, x] == table[h, y])
    assert alike == pytest.approx(2 * (size - 1) / (size**2 - 1))
    assert same == pytest.approx((size - 1) / (size**2 - 1))


def test_one_pair_is_one_kind():
    table = np.array(from_text("S3").table)
    ((seen, share),) = kinds(table, 1)
    assert share == 1 and (~seen).sum() == 1
    with pytest.raises(ValueError, match="kinds of 3"):
        kinds(table, 3)
