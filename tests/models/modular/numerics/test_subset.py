"""A share of the pairs: events against the action itself, the action against actual subsets."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from binodal.models.modular.derivations.cavity_checks import density as cavity
from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.dropped import OWN, WEIGHTS, Terms
from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.modular.numerics.subset_critical import critical_on_subset
from binodal.models.modular.numerics.subset_curves import end_of
from binodal.models.modular.numerics.subset_dropped import (
    FLUCTUATIONS,
    MEMORISING,
    POWERS,
    SQUARES,
    SubsetTerms,
)
from binodal.models.modular.numerics.subset_grid import grid_on_subset
from binodal.models.modular.numerics.subset_solve import solve_on_subset
from binodal.models.modular.parameters import ON_SUBSET, SHARE, SPACE
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.rule import PHASES

Array = NDArray[np.float64]
VALUES: dict[str, Fraction | int | str] = {
    "N": 900,
    "P": 211,
    "sigma2": "3/20",
    "sigma_a2": "1/100000",
    "gamma": "3/1000",
}
WHOLE = SPACE.at(VALUES)


def at(share: str, **changes: Fraction) -> Parameters:
    return ON_SUBSET.at({**VALUES, SHARE: share}).replace(**changes)


def quenched(x: float, coupling: float, gamma: float, strength: float) -> float:
    """s of a mode in closed form, inf where a memorising direction opens."""
    rho = 32 * strength * (coupling * x) ** 2
    if rho >= 1:
        return float("inf")
    return x - coupling * x**2 + gamma * x**3 / 3 - x * (1 - sqrt(1 - rho)) / 2


def coupling_of(parameters: Parameters, sigma2: float) -> float:
    p = {name: float(value) for name, value in parameters.items()}
    return 2 * p["sigma_a2"] * p["P"] ** 2 * p[SHARE] ** 2 / (p["N"] * sigma2**2)


@pytest.mark.parametrize("event", ["birth", "coexistence", "instability"])
@pytest.mark.parametrize("along", ["sigma2", "P", "gamma"])
def test_all_pairs_give_the_same_to_the_last_digit(event: str, along: str) -> None:
    everything = critical(WHOLE, event, along, digits=30)
    subset = critical_on_subset(at("1"), event, along, digits=30)
    assert (subset.status, repr(subset.point)) == (everything.status, repr(everything.point))


@pytest.mark.parametrize("sigma2", ["3/10", "1/20"])
def test_all_pairs_have_the_same_closure(sigma2: str) -> None:
    given = Fraction(sigma2)
    everything = solve_thermodynamic(WHOLE.replace(sigma2=given))
    assert repr(solve_on_subset(at("1", sigma2=given))) == repr(everything)


def test_coexistence_is_where_the_action_has_a_second_minimum_at_zero() -> None:
    parameters = at("4/5")
    found = critical_on_subset(parameters, "coexistence").point
    assert found is not None
    gamma, strength = 0.003, (1 - 0.8) / (0.8 * 211)
    position = float(found.x)

    def deepest(sigma2: float) -> float:
        coupling = coupling_of(parameters, sigma2)
        near = (0.8 * position, 1.15 * position)
        best = minimize_scalar(
            lambda x: quenched(x, coupling, gamma, strength),
            bounds=near,
            method="bounded",
            options={"xatol": 1e-10},
        )
        return float(best.fun)

    value = float(found.value)
    assert brentq(deepest, 0.97 * value, 1.03 * value, xtol=1e-12) == pytest.approx(value, rel=1e-8)


def test_between_birth_and_memorisation_there_is_a_minimum_and_nowhere_else() -> None:
    parameters = at("3/5")
    points = [critical_on_subset(parameters, e).point for e in ("birth", "memorisation")]
    born, lost = (float(point.value) for point in points if point is not None)
    assert lost < born
    for sigma2, some in (
        (born * 1.001, 0),
        (born * 0.999, 1),
        (lost * 1.001, 1),
        (lost * 0.999, 0),
    ):
        coupling = coupling_of(parameters, sigma2)
        strength = 0.4 / (0.6 * 211)
        edge = 1 / (coupling * sqrt(32 * strength))
        row = [
            quenched(float(x), coupling, 0.003, strength) for x in np.linspace(0, edge, 40000)[:-1]
        ]
        slopes = np.sign(np.diff(row))
        assert int(((slopes[:-1] < 0) & (slopes[1:] > 0)).sum()) == some


@pytest.mark.parametrize("event", ["birth", "coexistence", "memorisation"])
def test_every_parameter_leads_to_the_same_point(event: str) -> None:
    start = at("7/10")
    found = critical_on_subset(start, event, digits=25).point
    assert found is not None
    middle = Fraction(str(found.value.mid().str(30, radius=False)))
    there = start.replace(sigma2=middle)
    for along in (SHARE, "P", "N", "sigma_a2", "gamma"):
        answer = critical_on_subset(there, event, along, digits=15)
        nearest = answer.point
        assert nearest is not None, along
        assert float(nearest.value) == pytest.approx(float(there[along]), rel=1e-14), along


def test_too_few_pairs_have_no_coexistence() -> None:
    """(1 - F)/(F P) is at most 1/216 where a mode is as deep as zero."""
    least = Fraction(216, 216 + 211)
    few, enough = (at("1", data_fraction=least * Fraction(k, 100)) for k in (99, 101))
    assert critical_on_subset(few, "coexistence").status is Status.ABSENT
    assert critical_on_subset(enough, "coexistence").status is Status.CERTIFIED
    cold = solve_on_subset(few.replace(sigma2=Fraction(1, 100)))
    assert cold.phase == "GFL" and cold.saddles[0].mass == 1


def test_closure_balances_and_states_are_stationary() -> None:
    parameters = at("4/5", sigma2=Fraction(1, 25))
    found = solve_on_subset(parameters)
    assert found.phase == "GMFL-I" and found.closure is not None
    residual, level = float(found.closure.a), float(found.closure.lam)
    assert residual == pytest.approx(0.04 / (0.04 + 0.8 * level), rel=1e-12)
    coupling = coupling_of(parameters, 0.04 / residual)
    strength = 0.2 / (0.8 * 211)
    for saddle in found.saddles[1:]:
        x = float(saddle.x)
        h = 1e-6 * x
        up, here, down = (quenched(x + s * h, coupling, 0.003, strength) for s in (1, 0, -1))
        assert abs(up - down) / (2 * h) < 1e-4
        assert 2 * here == pytest.approx(float(saddle.action), rel=1e-9, abs=1e-9)
        assert (up + down > 2 * here) == (saddle.kind == "minimum")
    mass = float(found.saddles[2].mass or 0)
    x = float(found.saddles[2].x)
    h = 1e-6
    slope = [quenched(x, coupling * (1 + s * h), 0.003, strength) for s in (1, -1)]
    squares = (slope[1] - slope[0]) / (2 * h * coupling)
    assert level == pytest.approx(4 * 211**2 * 1e-5 * mass * squares, rel=1e-6)


def test_grid_is_the_closure() -> None:
    shares, colds = ("2/5", "4/5", "1", "1", "9/10"), ("1/50", "1/25", "1/25", "1/2", "9/10")
    settings = [at(f, sigma2=Fraction(s)) for f, s in zip(shares, colds, strict=True)]
    columns = {n: np.array([float(p[n]) for p in settings]) for n in ON_SUBSET.fields}
    table = grid_on_subset(columns, "derived")
    for row, setting in enumerate(settings):
        found = solve_on_subset(setting)
        assert found.closure is not None
        assert PHASES[int(table["phase"][row])] == found.phase
        assert table["a"][row] == pytest.approx(float(found.closure.a), rel=1e-12)
        assert table["lambda"][row] == pytest.approx(float(found.closure.lam), rel=1e-10, abs=1e-15)
    with pytest.raises(ParameterError, match="at most 1"):
        grid_on_subset({**columns, SHARE: 2 * columns[SHARE]}, "derived")


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ParameterError, match="at most 1"):
        at("11/10")


def leading(y: float, strength: float) -> float:
    """s/x without decay, to leading order."""
    return 1 - y - (1 - sqrt(1 - 32 * strength * y**2)) / 2


def coexisting(of: Callable[[float, float], float], strength: float) -> tuple[float, float]:
    """U and x with gamma = 1 where x (of(U x) + x^2/3) has a second minimum at zero."""

    def apart(y: float) -> float:
        h = 1e-4
        return y * (of(y + h, strength) - of(y - h, strength)) / (2 * h) - 2 * of(y, strength)

    y = brentq(apart, 1.9, 2.12)
    x = sqrt(-3 * of(y, strength))
    return y / x, x


@pytest.mark.parametrize("nearness", [Fraction(1, 5), Fraction(2, 5), Fraction(3, 5)])
def test_coexistence_says_what_all_powers_of_the_disorder_change(nearness: Fraction) -> None:
    """By energies at fixed points of the cavity, beside the action in closed form."""
    setting = at("1", data_fraction=1 / (1 + 211 * nearness / 216))
    answer = critical_on_subset(setting, "coexistence")
    said = next(t.size for t in SubsetTerms.of(setting, answer) if t.name == POWERS)
    strength = float(nearness) / 216
    first, whole = (coexisting(of, strength) for of in (leading, cavity))
    size = max(abs(b / a - 1) for a, b in zip(first, whole, strict=True))
    assert said is not None
    assert float(said) == pytest.approx(size, rel=1e-4)


@pytest.mark.parametrize(("nearness", "small"), [("0.65", True), ("0.7", None)])
def test_where_all_powers_leave_no_coexistence_the_size_is_unknown(
    nearness: str, small: bool | None
) -> None:
    """Their end is at 0.6926 of that to leading order, and the reason says so."""
    setting = at("1", data_fraction=1 / (1 + 211 * Fraction(nearness) / 216))
    answer = critical_on_subset(setting, "coexistence")
    term = next(t for t in SubsetTerms.of(setting, answer) if t.name == POWERS)
    assert answer.status is Status.CERTIFIED
    assert term.small is small
    solved = solve_on_subset(setting.replace(sigma2=Fraction(1, 100)))
    assert ("no mode is at this share" in solved.reason) == (small is None)
    assert [t.small for t in SubsetTerms.of(setting, solved) if t.name == POWERS] == [small]
    assert "to all powers of (1-F)/(F P) none below 0.596" in answer.reason


def test_what_is_left_out_of_a_birth_is_not_small_near_its_end() -> None:
    """2 (4 U x epsilon) over its distance from the most disorder of a birth."""
    setting = at("1", data_fraction=1 / (1 + 211 * Fraction(2, 5) / 216))
    answer = critical_on_subset(setting, "birth")
    assert answer.point is not None
    y = float(answer.point.u * answer.point.x) * float(setting[SHARE]) ** 2
    said = next(t.size for t in SubsetTerms.of(setting, answer) if t.name == SQUARES)
    assert said is not None
    strength, most = 0.4 / 216, float(end_of("birth", 128).strength)
    assert float(said) == pytest.approx(8 * y * strength / (1 - strength / most), rel=1e-6)


def sizes(parameters: Parameters) -> dict[str, float | None]:
    """What the closure leaves out, by name."""
    terms = SubsetTerms.of(parameters, solve_on_subset(parameters))
    return {t.name: None if t.size is None else float(t.size) for t in terms}


def test_all_pairs_leave_out_the_same() -> None:
    for sigma2 in ("3/10", "1/20", "1/10"):
        setting = at("1", sigma2=Fraction(sigma2))
        expected = WHOLE.replace(sigma2=Fraction(sigma2))
        theirs = Terms.of(expected, solve_thermodynamic(expected))
        assert sizes(setting) == {t.name: pytest.approx(float(t.size or 0)) for t in theirs}


SMALL = {"N": 500, "P": 7, "sigma2": "0.0027927", "sigma_a2": "1/5000", "gamma": 2}


def test_what_is_left_out_at_seven_covers_what_finite_sizes_change() -> None:
    """Fluctuations of a mode and of the others; the finite closure is 14 and 37 % away."""
    finite = solve_finite(SPACE.at(SMALL)).closure
    assert finite is not None
    for share in ("1", "48/49"):
        setting = ON_SUBSET.at({**SMALL, SHARE: share})
        found, said = solve_on_subset(setting).closure, sizes(setting)
        assert found is not None
        away = abs(float(found.a / finite.a) - 1)
        assert away > 0.1
        assert away < sum(said[name] or 0 for name in (OWN, WEIGHTS))
    assert 0.001 < (sizes(setting)[FLUCTUATIONS] or 0) < 0.01


def test_where_neurons_memorise_without_a_barrier_the_size_is_unknown() -> None:
    """Networks have a = 0.49 there (46 of 49 pairs), where the closure has 1."""
    setting = ON_SUBSET.at({**SMALL, SHARE: "46/49"})
    assert sizes(setting)[MEMORISING] is None
    assert MEMORISING not in sizes(setting.replace(sigma2=Fraction(1, 50)))
