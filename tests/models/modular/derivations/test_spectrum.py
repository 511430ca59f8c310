"""NNGP spectrum, orbits and the averaged kernel, exactly."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from binodal.derive.symbols import P, sigma_a2, xx_mean
from binodal.models.modular.derivations.counting import averaged_element, eigenvalue
from binodal.models.modular.derivations.ensemble import (
    Ensemble,
    State,
    enumerated_kernel,
    generic_ensemble,
)
from binodal.models.modular.derivations.kernel import gaussian_moments, kernel, spectrum_of_modes
from binodal.models.modular.derivations.nngp import eigenvector_cases, kernel_matrix, spectrum
from binodal.models.modular.derivations.orbits import (
    diagonal_classes,
    mode_orbits,
    orbit_count,
    orbits,
    quadratic_classes,
)


@pytest.mark.parametrize("order", range(2, 14))
def test_integer_eigenvectors_exhaust_the_space(order: int) -> None:
    for label, left, right in eigenvector_cases(order, spectrum()):
        assert left == right, label


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_spectrum_against_the_characteristic_polynomial(order: int) -> None:
    z = sp.Symbol("z")
    found = sp.Matrix(kernel_matrix(order)).charpoly(z).as_expr()
    expected = sp.S.One
    for value, count in spectrum().values():
        expected *= (z - (value / sigma_a2).subs(P, order)) ** count.subs(P, order)
    assert sp.expand(found - expected) == 0


def test_trace_and_square_for_symbolic_order() -> None:
    """Tr Q = P^2 (4 + 8) and Tr Q^2 from the numbers of pairs that share 0, 1 or 2 inputs."""
    table = [(value / sigma_a2, count) for value, count in spectrum().values()]
    assert sp.expand(sum(v * c for v, c in table) - 12 * P**2) == 0
    square = P**2 * (12**2 + 2 * (P - 1) * 6**2 + (P - 1) ** 2 * 4**2)
    assert sp.expand(sum(v**2 * c for v, c in table) - square) == 0


def test_too_large_for_an_exact_check() -> None:
    with pytest.raises(ValueError, match="P <= 31"):
        kernel_matrix(401)


@pytest.mark.parametrize("order", [3, 5, 7, 11, 13])
def test_prime_orders_have_one_class_of_target_modes(order: int) -> None:
    assert len(diagonal_classes(order)) == 1
    assert len(orbits(order)) == orbit_count(order) == (order + 5) // 2


@pytest.mark.parametrize(("order", "classes"), [(4, 2), (6, 3), (8, 3), (9, 2), (12, 5), (15, 3)])
def test_composite_orders_have_one_class_for_each_divisor(order: int, classes: int) -> None:
    assert len(diagonal_classes(order)) == classes


@given(st.integers(2, 30))
def test_orbits_partition_the_pairs(order: int) -> None:
    assert sum(map(len, orbits(order))) == order**2
    assert sum(map(len, quadratic_classes(order))) == order**2


@pytest.mark.parametrize("order", [3, 5, 6, 9, 16])
def test_burnsides_sum_counts_the_orbits(order: int) -> None:
    written = mode_orbits().steps[0].after
    counted = written.subs(P, order).doit().replace(sp.Function("gcd"), sp.gcd)
    assert counted == orbit_count(order) == len(orbits(order))


@st.composite
def ensembles(draw: st.DrawFn) -> Ensemble:
    order = draw(st.integers(2, 8))
    modulus = st.fractions(min_value=Fraction(1, 5), max_value=3, max_denominator=6)
    states = {}
    for mode in range(order // 2 + 1):
        share = draw(st.fractions(Fraction(1, 6), Fraction(5, 6), max_denominator=6))
        states[mode] = tuple(
            State(weight, draw(modulus), draw(modulus)) for weight in (share, 1 - share)
        )
    return Ensemble(order, states)


@settings(max_examples=40, deadline=None)
@given(ensembles(), st.data())
def test_eigenvalues_count_every_term(ensemble: Ensemble, data: st.DataObject) -> None:
    residue = st.integers(0, ensemble.order - 1)
    pair = (data.draw(residue), data.draw(residue))
    assert averaged_element(ensemble, pair, pair) == eigenvalue(ensemble, *pair)
    other = (data.draw(residue), data.draw(residue))
    if other != pair:
        assert averaged_element(ensemble, pair, other) == 0


def test_eigenvalues_of_every_pair() -> None:
    """A mode that is zero, in either network, adds the splittings of the other."""
    ensemble = generic_ensemble(4)
    for pair in product(range(4), repeat=2):
        assert averaged_element(ensemble, pair, pair) == eigenvalue(ensemble, *pair), pair


def test_printed_multiplicity_is_caught() -> None:
    """B.36 counts K = i + i twice and knows no w_K v_0: both differ from the true average."""
    ensemble = generic_ensemble(7)
    squares = ensemble.squares
    printed = sum(2 * squares([i, 1 - i], []) for i in range(7))
    true = averaged_element(ensemble, (1, 0), (1, 0))
    assert true != printed
    assert true == printed - squares([4, 4], []) + 4 * squares([1], [0])


def test_lambda_has_the_factor_the_print_lacks() -> None:
    assert sp.simplify(kernel("published").results["lambda"] / kernel().results["lambda"]) == (
        1 / (4 * P**2)
    )


def test_gaussian_modes_give_back_the_prior_only_with_complex_statistics() -> None:
    axis = spectrum_of_modes()["axis"]
    assert sp.simplify(axis.subs(gaussian_moments()) - spectrum()["axis"][0]) == 0
    wrong = gaussian_moments() | {xx_mean: 3 / P**2}
    assert sp.simplify(axis.subs(wrong) - spectrum()["axis"][0]) != 0


def test_enumeration_needs_enough_roots() -> None:
    with pytest.raises(ValueError, match="odd P >= 5"):
        enumerated_kernel(generic_ensemble(3))
