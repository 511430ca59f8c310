"""The converter between conventions: inverses, and the factor that M.6 hides."""

from fractions import Fraction
from itertools import product

import pytest
import sympy as sp

from binodal.derive.conventions import (
    PAPER_M6,
    POSTERIOR,
    Convention,
    decay_rate,
    prior_variance,
    sigma2,
    temperature,
)
from binodal.derive.symbols import TABLE, latex

CHOICES = product((False, True), (False, True), (False, True), (Fraction(1), Fraction(2)))
WRITTEN = [Convention(*choice) for choice in CHOICES]


@pytest.mark.parametrize("convention", WRITTEN)
def test_each_map_has_its_inverse(convention):
    examples, quoted, rate = Fraction(37), Fraction(2, 9), Fraction(4, 5)
    noise = sigma2(quoted, convention, examples)
    assert temperature(noise, convention, examples) == quoted
    variance = prior_variance(quoted, rate, convention)
    assert decay_rate(variance, quoted, convention) == rate


def test_the_papers_dynamics_doubles_the_prior_variance_under_it():
    quoted, rate = Fraction(9, 50), Fraction(3, 4)
    assert (
        sigma2(quoted, PAPER_M6, Fraction(3000)) == quoted == sigma2(quoted, POSTERIOR, Fraction(9))
    )
    assert prior_variance(quoted, rate, PAPER_M6) == 2 * quoted / rate


def test_every_row_of_the_symbol_table_is_a_symbol_with_its_name():
    for entry in TABLE:
        assert isinstance(entry.symbol, sp.Symbol) and isinstance(entry.latex, str), entry
        assert entry.meaning and latex(entry.symbol) == entry.latex
