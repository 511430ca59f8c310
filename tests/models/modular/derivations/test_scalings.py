"""Table 1 and the derived scalings by exponents; the sextic decay by counting."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from binodal.derive.checks import generic_fractions
from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, x
from binodal.models.modular.derivations.events import end_ratio
from binodal.models.modular.derivations.posterior import cubed_modes
from binodal.models.modular.derivations.scaling import (
    NU,
    PI,
    PRINTED,
    canonical,
    family,
    growth,
    invariants,
    rescale,
)
from binodal.models.modular.derivations.sextic import (
    MAX_DIRECT_ORDER,
    direct_content,
    multiplicity,
    sextic_decay,
    single_mode_in_bulk,
    surviving_count,
)
from binodal.models.modular.derivations.symmetries import modes


def test_table_one_belongs_to_the_printed_lambda_only() -> None:
    assert [growth(q, PRINTED) for q in invariants("published").values()] == [0, 0, 0]
    assert [growth(q, PRINTED) for q in invariants("derived").values()] == [0, 0, 1]


def test_derived_scaling() -> None:
    assert [growth(q, canonical()) for q in invariants().values()] == [0, 0, 0]
    assert (canonical()[sigma2], canonical()[sigma_a2]) == (-2, -3)
    assert (canonical()[N], canonical()[P]) == (PRINTED[N], PRINTED[P])


@given(st.fractions(0, 3, max_denominator=5), st.fractions(0, 3, max_denominator=5))
def test_every_member_of_the_family_keeps_the_invariants(nu: Fraction, pi: Fraction) -> None:
    chosen = {NU: sp.Rational(nu.numerator, nu.denominator)}
    chosen |= {PI: sp.Rational(pi.numerator, pi.denominator)}
    for theory in ("derived", "published"):
        member = {s: e.subs(chosen) for s, e in family(theory).items()}
        assert all(growth(q, member) == 0 for q in invariants(theory).values())


def test_derived_end_of_coexistence_recedes_along_table_one() -> None:
    at = {N: 7, P: 5, sigma_a2: sp.Rational(1, 10**6), gamma: sp.Rational(2, 3)}
    beta = sp.Symbol("beta", positive=True)
    values = [
        float(rescale(end_ratio(), exponents).subs({beta: 4}).subs(at) / end_ratio().subs(at))
        for exponents in (PRINTED, canonical())
    ]
    assert values == pytest.approx([4.0, 1.0])


@pytest.mark.parametrize("order", [3, 5, 7])
def test_survivors_are_a_small_part(order: int) -> None:
    found, others = direct_content(order)
    assert sum(found.values()) + others == order**5
    assert sum(found.values()) == surviving_count().subs(P, order)


def test_phase_average_over_explicit_roots() -> None:
    """P = 5 with two modes: average sum_n w_n^6 over all seventh-root phases against the counts."""
    import cmath

    moduli, order = (0.7, 1.3), 5
    total = 0.0
    turns = [cmath.exp(2j * cmath.pi * t / 7) for t in range(7)]
    for one in turns:
        for two in turns:
            for n in range(order):
                w = 0.0
                for k, (r, phase) in enumerate(zip(moduli, (one, two), strict=True), 1):
                    w += 2 * (r * phase * cmath.exp(-2j * cmath.pi * k * n / order)).real
                total += w**6 / 49
    s, t = (r * r for r in moduli)
    counted = multiplicity([3]) * (s**3 + t**3) + multiplicity([2, 1]) * (s * s * t + s * t * t)
    assert total == pytest.approx(order * counted, rel=1e-12)


def test_mode_decay_is_not_the_sextic_decay() -> None:
    """With one excited mode the sextic sum is ten times M.16b's; with two it has more terms."""
    assert sextic_decay().results["mode_decay_ratio"] == 10
    row = tuple(generic_fractions(5, 8))
    cubes = [(z * z.conjugate()) for z in modes(row)]
    total = sum((c * c * c for c in cubes), start=cubes[0] * 0)
    assert total.as_fraction() == cubed_modes(row)
    assert sum(e**6 for e in row) != 5 * 10 * cubed_modes(row)


def test_bulk_shifts_the_lower_powers() -> None:
    v = sp.Symbol("V", positive=True)
    powers = sp.Poly(single_mode_in_bulk(), x).all_coeffs()
    assert powers == [20, 90 * v, 90 * v**2, 15 * v**3]


def test_refusals() -> None:
    with pytest.raises(ValueError, match="add up to 3"):
        multiplicity([2, 2])
    with pytest.raises(ValueError, match=f"P <= {MAX_DIRECT_ORDER}"):
        direct_content(9)
    assert isinstance(direct_content(3)[0], Counter)
