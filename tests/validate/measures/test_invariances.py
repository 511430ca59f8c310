"""What leaves a network as it is leaves measures as they are, but for those that say so."""

from __future__ import annotations

import pytest

from binodal.validate.measures.table import table
from tests.validate.measures.constructed import CHANGES, gaussian


@pytest.fixture(scope="module")
def network():
    return gaussian(31, 60)


CASES = [(change, name) for change in CHANGES for name in table()]


@pytest.mark.parametrize(("change", "name"), CASES)
def test_invariance(network, change, name):
    measure = table()[name]
    before, after = measure.compute(network), measure.compute(CHANGES[change](network))
    if change in measure.broken_by:
        return
    assert (before.number is None) == (after.number is None)
    if before.number is not None:
        assert after.number == pytest.approx(before.number, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "name"),
    [(c, n) for c, n in CASES if c in table()[n].broken_by and "traps" not in n],
)
def test_what_is_said_to_break_does(change, name):
    """At a size where integer counts differ, and where every entropy is defined."""
    measure, network = table()[name], gaussian(31, 60)
    before, after = measure.compute(network), measure.compute(CHANGES[change](network))
    assert before != after


def test_changes_leave_what_the_network_computes(network):
    for name in ("scale", "sign", "permutation of neurons"):
        assert CHANGES[name](network).outputs == pytest.approx(network.outputs, abs=1e-10)
