"""Moves leave everything in place for random groups, elements, automorphisms, weights; wrong ones
and wrong transforms do not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binodal.derive.checks import generic_fractions
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import automorphisms, blocks
from binodal.derive.groups.names import named
from binodal.models.group.derivations.action import interaction_of_products
from binodal.models.group.derivations.exact import (
    Function,
    convolved,
    direct_overlaps,
    profile,
    reversed_on,
    squares_of_members,
)
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.derivations.symbols import dimension, order
from binodal.models.modular.derivations.invariance import AT, sample_network
from tests.laws import cases
from tests.models.group.laws import (
    LAWS,
    LabelOnTheWrongSide,
    Move,
    OtherSide,
    Sample,
    StillOrdered,
)
from tests.models.group.strategies import NAMES, SMALL, groups, moves, samples

calm = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MUTANTS = [(law, mutant) for law, (_, mutants) in LAWS.items() for mutant in mutants]


@pytest.mark.parametrize("name", cases(LAWS, every=3))
@calm
@given(data=st.data())
def test_law_holds(name: str, data: st.DataObject) -> None:
    group = data.draw(groups(SMALL if name == "kernel" else NAMES))
    assert LAWS[name][0](data.draw(moves(group)), data.draw(samples(group)))


def generic(group: FiniteGroup) -> Sample:
    numbers = generic_fractions(20, 3)
    return Sample(
        sample_network(group.order), AT, lambda block: numbers[ord(block.orbit[0][-1]) % 20]
    )


def mixed(group: FiniteGroup, kind: type[Move] = Move) -> Move:
    """Elements that do not commute, an automorphism that is not trivial, inverted."""
    carried = list(automorphisms(group))[-1]
    assert carried != tuple(range(group.order))
    k, middle, m = group.generators[0], group.generators[0], group.generators[-1]
    return kind(group, k, middle, m, carried, True)


@pytest.mark.parametrize(("name", "mutant"), MUTANTS)
def test_wrong_move_is_caught(name: str, mutant: type[Move]) -> None:
    group, law = named("S3"), LAWS[name][0]
    assert law(mixed(group), generic(group))
    assert not law(mixed(group, mutant), generic(group))


def test_what_commutes_does_not_notice_the_order() -> None:
    group = named("Z6")
    for mutant in (StillOrdered, OtherSide, LabelOnTheWrongSide):
        assert LAWS["data set"][0](mixed(group, mutant), generic(group))


def after(one: Move, other: Move) -> Move:
    """The one move that is ``other`` and then ``one``."""
    k, middle, m = (one.automorphism[e] for e in (other.k, other.middle, other.m))
    if one.inverted:
        k, m = m, k
    return Move(
        one.group,
        one.times(one.k, k),
        one.times(one.middle, middle),
        one.times(one.m, m),
        tuple(one.automorphism[g] for g in other.automorphism),
        one.inverted != other.inverted,
    )


def unexchanged(one: Move, other: Move) -> Move:
    """Without noticing that an inversion exchanges left and right."""
    return after(Move(one.group, one.k, one.middle, one.m, one.automorphism), other)


def same(one: Move, other: Move, both: Move, sample: Sample) -> bool:
    elements = range(one.group.order)
    return (
        all(one.label(other.label(p)) == both.label(p) for p in elements)
        and all(one.pair(*other.pair(g, h)) == both.pair(g, h) for g in elements for h in elements)
        and one.network(other.network(sample.network)) == both.network(sample.network)
    )


@calm
@given(data=st.data())
def test_moving_twice_is_one_move(data: st.DataObject) -> None:
    group = data.draw(groups())
    one, other = data.draw(moves(group)), data.draw(moves(group))
    assert same(one, other, after(one, other), data.draw(samples(group)))


def test_moving_twice_in_another_way_is_seen() -> None:
    group = named("S3")
    one, other = mixed(group), Move(group, 1, 0, 3, tuple(range(6)))
    assert same(one, other, after(one, other), generic(group))
    assert not same(one, other, after(other, one), generic(group))
    assert not same(one, other, unexchanged(one, other), generic(group))


Product = Callable[[FiniteGroup, Function, Function], list[Fraction]]


def multiplies(group: FiniteGroup, u: Function, v: Function, product: Product) -> bool:
    """rho(product of u and v) = rho(u) rho(v), and rho of u reversed is rho(u) transposed."""
    left, right, both, back = (
        np.array(f, dtype=float) for f in (u, v, product(group, u, v), reversed_on(group, u))
    )
    for rho in real_irreps(group):
        of = [np.tensordot(f, rho.matrices, 1) for f in (left, right, both, back)]
        if not (np.allclose(of[0] @ of[1], of[2]) and np.allclose(of[3], of[0].T)):
            return False
    return True


@calm
@given(data=st.data())
def test_irreps_are_homomorphisms(data: st.DataObject) -> None:
    group = data.draw(groups())
    assert multiplies(group, *data.draw(samples(group)).halves, convolved)


def test_a_product_in_the_other_order_or_with_an_inverse_is_seen() -> None:
    group = named("S3")
    u, v = generic(group).halves
    for wrong in (
        lambda group, u, v: convolved(group, v, u),
        lambda group, u, v: convolved(group, u, reversed_on(group, v)),
    ):
        assert multiplies(group, u, v, convolved) and not multiplies(group, u, v, wrong)


def fourier(group: FiniteGroup, sample: Sample, **wrong: bool) -> object:
    """sum_p of squared overlaps by irreps: a_rho^2 times the derived factor times |U V|^2."""
    u, v = sample.halves
    joint = convolved(group, u, reversed_on(group, v) if wrong.get("inverse") else v)
    total = None
    for block in blocks(group):
        members = squares_of_members(group, block, joint)
        size = 1 if wrong.get("dimension") else block.dimension
        scale = Fraction(str(interaction_of_products().subs({order: group.order, dimension: size})))
        for norm in members[: 1 if wrong.get("conjugate") else None]:
            term = norm * (scale * sample.shares(block) ** 2)
            total = term if total is None else total + term
    return total


def pairs(group: FiniteGroup, sample: Sample) -> object:
    """The same by its definition."""
    shares = {block.name: sample.shares(block) for block in blocks(group)}
    found = direct_overlaps(group, profile(group, shares), *sample.halves)
    return sum((o * o for o in found), start=found[0] * 0)


@calm
@given(data=st.data())
def test_the_interaction_is_the_sum_over_irreps(data: st.DataObject) -> None:
    group = data.draw(groups())
    sample = data.draw(samples(group))
    assert fourier(group, sample) == pairs(group, sample)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("S3", "dimension"),
        ("Q8", "dimension"),
        ("Z5", "conjugate"),
        ("A4", "conjugate"),
        ("S3", "inverse"),
        ("A4", "inverse"),
    ],
)
def test_an_irrep_without_dimension_conjugate_or_right_inverse_is_seen(name, wrong) -> None:
    group = named(name)
    sample = generic(group)
    assert fourier(group, sample) == pairs(group, sample)
    assert fourier(group, sample, **{wrong: True}) != pairs(group, sample)
