"""A wrong factor, sign or multiplicity in any derivation is caught by its own checks."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
import sympy as sp

from binodal.derive.errors import StepFailed
from binodal.derive.symbols import P, gamma, k, lam, sigma2, u, x, x_v
from binodal.models.modular.derivations import quantities
from binodal.models.modular.derivations.characters import V, W
from tests.laws import cases

Change = Callable[[Callable[..., object]], Callable[..., object]]


def times(factor: sp.Expr) -> Change:
    return lambda original: lambda *args, **kw: factor * original(*args, **kw)


def of_tuple(index: int, factor: sp.Expr) -> Change:
    def change(original: Callable[..., object]) -> Callable[..., object]:
        def wrong(*args: object, **kw: object) -> tuple[object, ...]:
            values = list(original(*args, **kw))
            values[index] = factor * values[index]
            return tuple(values)

        return wrong

    return change


def of_table(name: str, factor: sp.Expr) -> Change:
    def change(original: Callable[..., object]) -> Callable[..., object]:
        def wrong() -> dict[str, object]:
            table = dict(original())
            table[name] = factor * table[name]
            return table

        return wrong

    return change


def becomes(value: object) -> Change:
    return lambda original: lambda *args, **kw: value


TWO = sp.Integer(2)
MISTAKES: list[tuple[str, str, str, Change]] = [
    ("data", "data", "norm", times(TWO)),
    ("nngp-spectrum", "nngp", "gaussian_kernel", lambda _: lambda o, n, m: n * m + o**2),
    ("nngp-spectrum", "nngp", "kernel_entry", times(3)),
    ("orbits", "orbits", "orbit_count", times(2)),
    ("orbits", "orbits", "prime_orbit_count", times(TWO)),
    ("action", "action", "prior_per_character", times(TWO)),
    ("action", "action", "interaction_per_character", times(TWO)),
    ("action", "action", "interaction_per_character", times(1 / P)),
    ("action", "action", "decay_per_character", times(sp.Rational(1, 2))),
    # the missing conjugate: w_k w_k instead of w_k w_{-k}
    ("action", "action", "prior_per_character", becomes(P * (W[k] * W[k] + V[k] * V[k]) / 4)),
    ("kernel", "kernel", "overlap_terms", of_tuple(0, TWO)),
    ("kernel", "kernel", "overlap_terms", of_tuple(1, TWO)),
    ("kernel", "counting", "eigenvalue", times(4)),
    ("kernel", "kernel", "spectrum_of_modes", of_table("target", 1 / (4 * P**2))),
    ("kernel", "kernel", "spectrum_of_modes", of_table("axis", TWO)),
    ("kernel", "kernel", "spectrum_of_modes", of_table("constant", TWO)),
    ("saddles", "saddles", "ring", times(TWO)),
    ("saddles", "saddles", "depth", times(-1)),
    ("saddles", "saddles", "curvatures", of_tuple(1, -1)),
    ("saddles", "saddles", "stationarity", of_tuple(0, TWO)),
    ("closure", "closure", "residual_factor", becomes(lam / (lam + sigma2))),
    ("closure", "closure", "renormalised_coupling", times(TWO)),
    ("closure", "closure", "potential_weight", times(TWO)),
    ("closure", "closure", "kernel_factor", times(TWO)),
    ("events", "events", "birth", of_tuple(0, TWO)),
    ("events", "events", "coexistence", of_tuple(0, sp.sqrt(TWO))),
    ("events", "events", "coexistence", of_tuple(1, TWO)),
    ("events", "events", "temperature", times(TWO)),
    ("events", "events", "ring_mass", times(TWO)),
    ("events", "events", "end_of_coexistence", times(-1)),
    ("weights", "weights", "mode_measure", of_tuple(0, TWO)),
    ("weights", "weights", "mode_measure", of_tuple(1, TWO)),
    ("weights", "weights", "one_loop_odds", times(4)),
    ("weights", "weights", "real_one_loop_odds", times(TWO)),
    ("events", "events", "before_coexistence", times(TWO)),
    ("scaling", "scaling", "canonical", lambda _: lambda: dict(_scaling_table())),
    ("sextic-decay", "sextic", "multiplicity", times(2)),
    ("sextic-decay", "sextic", "surviving_count", times(TWO)),
    ("sextic-decay", "sextic", "single_mode_in_bulk", times(TWO)),
]


def _scaling_table() -> dict[sp.Symbol, sp.Expr]:
    from binodal.models.modular.derivations.scaling import PRINTED

    return dict(PRINTED)


@pytest.mark.parametrize(("quantity", "module", "function", "change"), cases(MISTAKES, every=8))
def test_mistake_is_caught(
    quantity: str,
    module: str,
    function: str,
    change: Change,
    broken: Callable[[str, str, object], None],
) -> None:
    home = f"binodal.models.modular.derivations.{module}"
    original = getattr(importlib.import_module(home), function)
    broken(home, function, change(original))
    with pytest.raises((StepFailed, ArithmeticError, ValueError)):
        quantities.QUANTITIES[quantity]("derived").verify()


def test_wrong_action_moves_the_saddles(broken: Callable[[str, str, object], None]) -> None:
    """B.39's factor 8 P instead of 4 P^2 is not the gradient of the action."""
    from binodal.models.modular.derivations.saddles import saddles

    slope = sp.Rational(1, 2) - (2 / P) * u * x_v + gamma * x**2 / 2
    broken(
        "binodal.models.modular.derivations.saddles",
        "stationarity",
        lambda: (slope, slope.subs({x: x_v, x_v: x})),
    )
    with pytest.raises(StepFailed, match="stationarity"):
        saddles().verify()
