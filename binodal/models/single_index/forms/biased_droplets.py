"""The state past coexistence of neurons with random biases as a system of equations."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, m, overlap, r, u
from binodal.models.single_index.derivations.biased import bias, biased_action, by_coordinate, pin
from binodal.models.single_index.derivations.droplets import mass, pulls, unheld_rows
from binodal.models.single_index.derivations.limit import at_rest, gain, target
from binodal.models.single_index.forms.biased import BRANCH, biased_orders
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import derivative, with_slopes


def feature(modes: tuple[int, ...]) -> dict[str, Function]:
    """S and its slopes, zero, and the pulls in (m, log r, bias, all t_k, mass)."""
    whole = biased_action(modes)
    rows = [whole, *(by_coordinate(whole, x) for x in "mlt"), *pulls(modes)]
    unknowns = [*(amplitude(k) for k in modes), mass]
    derivatives = [*(_by(x) for x in "mlt"), *map(derivative, unknowns)]
    overlaps = (overlap(k) for k in biased_orders(modes, 2))
    arguments = (m, r, bias, *unknowns, u, gain, sigma_w2, pin, *overlaps)
    return with_slopes("biased_feature", rows, derivatives, arguments)


def unheld(modes: tuple[int, ...], branch: str) -> dict[str, Function]:
    """The closure's rows without features in all t_k, and their slopes.

    ``branch`` is "scaled" where the zero state has no bias and moves mode 1, "prior" where it holds
    a law of biases: y_1 times the zero branch's row is then what it leaves of t_1's, and "" where
    it moves none.
    """
    rows = list(unheld_rows(modes, branch == "scaled"))
    if branch == "prior":
        rows[0] += target(1) * BRANCH[0] - (amplitude(1) - target(1))
    by_modes = [_by_linear if k == 1 else derivative(amplitude(k)) for k in modes]
    amplitudes = (amplitude(k) for k in modes)
    targets = (target(k) for k in modes)
    arguments = (*amplitudes, *BRANCH[:2], u, gain, at_rest(1), *targets)
    return with_slopes("biased_unheld", rows, by_modes, arguments)


def _by(letter: str) -> Callable[[sp.Expr], sp.Expr]:
    return lambda expression: by_coordinate(expression, letter)


def _by_linear(expression: sp.Expr) -> sp.Expr:
    """d/dt_1, on which the branch's row depends through t_1/y_1."""
    through = sp.diff(expression, BRANCH[0]) * BRANCH[1] / target(1)
    return sp.diff(expression, amplitude(1)) + through
