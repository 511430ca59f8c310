"""Exact cyclotomic arithmetic against complex floats, and the field's laws."""

from __future__ import annotations

import cmath
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from binodal.derive.cyclotomic import Cyclotomic
from binodal.models.modular.derivations.characters import LABELS, CharacterTerm, W, group_order
from binodal.models.modular.derivations.reading import read
from tests.models.modular.derivations.strategies import rationals

ORDERS = st.integers(2, 12)


@st.composite
def triples(draw: st.DrawFn) -> list[Cyclotomic]:
    order = draw(ORDERS)
    row = st.lists(rationals, min_size=order, max_size=order).map(tuple)
    return [Cyclotomic(order, draw(row)) for _ in range(3)]


def as_complex(number: Cyclotomic) -> complex:
    turn = 2j * cmath.pi / number.order
    return sum(float(c) * cmath.exp(turn * j) for j, c in enumerate(number.coefficients))


@given(triples())
def test_ring_laws(numbers: list[Cyclotomic]) -> None:
    a, b, c = numbers
    assert a * (b + c) == a * b + a * c
    assert a * b == b * a and (a * b) * c == a * (b * c)
    assert (a * b).conjugate() == a.conjugate() * b.conjugate()


@given(triples())
def test_agrees_with_complex_numbers(numbers: list[Cyclotomic]) -> None:
    a, b, _ = numbers
    assert abs(as_complex(a * b - a) - (as_complex(a) * as_complex(b) - as_complex(a))) < 1e-6
    reduced = Cyclotomic(a.order, a.reduced() + (Fraction(0),) * (a.order - len(a.reduced())))
    assert reduced == a and abs(as_complex(reduced) - as_complex(a)) < 1e-6


@pytest.mark.parametrize("order", range(2, 14))
def test_all_roots_sum_to_zero_and_composites_too(order: int) -> None:
    roots = [Cyclotomic.root(order, j) for j in range(order)]
    assert sum(roots, start=Cyclotomic.rational(order, 0)) == 0
    assert len(set(roots)) == order
    for divisor in (d for d in range(2, order) if order % d == 0):
        part = [Cyclotomic.root(order, j * order // divisor) for j in range(divisor)]
        assert sum(part, start=Cyclotomic.rational(order, 0)) == 0


def test_refusals() -> None:
    with pytest.raises(ValueError, match="not a unit"):
        Cyclotomic.root(6).galois(3)
    with pytest.raises(ValueError, match="orders 5 and 7"):
        Cyclotomic.root(5) + Cyclotomic.root(7)
    with pytest.raises(ValueError, match="not rational"):
        Cyclotomic.root(5).as_fraction()


@pytest.mark.parametrize("order", [1, 0, -3, True, 2.5])
def test_bad_orders(order: int) -> None:
    with pytest.raises(ValueError, match="integer P >= 2"):
        group_order(order)


def test_bad_orders_where_a_statement_needs_more() -> None:
    with pytest.raises(ValueError, match="odd P"):
        group_order(2, odd=True)
    with pytest.raises(ValueError, match="prime P"):
        group_order(15, prime=True)
    with pytest.raises(ValueError, match="P <= 31"):
        group_order(401, at_most=31)


def test_character_sums_refuse_what_they_cannot_do() -> None:
    n, m, _, k, j, *_ = LABELS
    with pytest.raises(ValueError, match="not a character"):
        CharacterTerm(W[n], k * n).sum_over(n)
    with pytest.raises(ValueError, match="not a character"):
        CharacterTerm(W[k], k * n**2).sum_over(n)
    with pytest.raises(ValueError, match="no label"):
        CharacterTerm(W[k], 2 * k * n + j * n).sum_over(n, k)
    assert CharacterTerm(W[k], -k * n, frozenset({k})).sum_over(n).coefficient == 0
    assert CharacterTerm(W[k] * W[j], k * m + j * m).sum_over(m, j).coefficient.has(W[-k])


def test_labels_are_equal_modulo_their_order() -> None:
    """A Kronecker delta of labels, and the letters that they number."""
    k, j = sp.symbols("k j", integer=True)
    w, delta = sp.IndexedBase("w"), sp.KroneckerDelta(2 * j, k)
    for order, first, second in ((5, 3, 1), (5, 3, 6), (6, 4, 2)):
        assert read(delta, order, {j: first, k: second}) == int((2 * first - second) % order == 0)
    assert read(w[k - j], 5, {j: 4, k: 1}, {w: [7, 11, 13, 17, 19]}) == 13
