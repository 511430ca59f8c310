"""Independent routes to the closure: exact linear solves, and laws of two states."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from binodal.derive.checks import ExactCases, generic_fractions
from binodal.derive.symbols import P, a, lam, mass, sigma2, sigma_a2, x
from binodal.models.modular.derivations.counting import averaged_element
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.ensemble import Ensemble, State
from binodal.models.modular.derivations.nngp import kernel_matrix
from binodal.models.modular.derivations.orbits import projections
from binodal.models.modular.derivations.residual import solved_residual
from binodal.models.modular.derivations.symmetries import averaged_kernel


def solve_cases(claim: sp.Tuple) -> ExactCases:
    """r = sigma^2 (Q + sigma^2)^{-1} y solved in rationals for a generic invariant kernel."""
    for order, seed in ((3, 1), (5, 2)):
        weights = generic_fractions(2 * order, seed)
        integers = [int(6 * w) for w in weights]
        matrix = averaged_kernel(order, integers[:order], integers[order:])
        noise = Fraction(10**6, 7)
        value = projections(order, matrix)[1, 1].as_fraction()
        for label in range(2):
            y = [entry for row in target(order)[label] for entry in row]
            factor = noise / (noise + value)
            solved = solved_residual(matrix, noise, y)
            yield (order, label), solved, [factor * e for e in y]
            point = {lam: sp.Rational(str(value)), sigma2: sp.Rational(str(noise))}
            share = sp.Rational(str(solved[0] / y[0]))
            yield (order, label, "a"), claim[0].subs(point), share
            off = (point[lam] + point[sigma2]) * (sp.Rational(3, 8) - share)
            yield (order, label, "closure"), claim[1].subs(point).subs(a, sp.Rational(3, 8)), off


def _two_state(order: int, chance: Fraction, modulus: Fraction) -> Ensemble:
    """A fraction ``chance`` of the neurons has |w_1| = |v_1| = ``modulus``; the rest is zero."""
    zero = State(Fraction(1), Fraction(0), Fraction(0))
    states: dict[int, tuple[State, ...]] = dict.fromkeys(range(order // 2 + 1), (zero,))
    states[1] = (State(chance, modulus, modulus), replace(zero, probability=1 - chance))
    return Ensemble(order, states)


def state_cases(claim: sp.Tuple, theory: str) -> ExactCases:
    """The zero state's kernel by its entries, the ring's by all phases; printed: one moment."""
    strength, chance, modulus = sp.Rational(2, 7), Fraction(3, 11), Fraction(4, 5)
    for order in (3, 5):
        ensemble = _two_state(order, chance, modulus)
        counted = averaged_element(ensemble, (1, 1), (1, 1)) * order**2
        prior = projections(order, kernel_matrix(order))[1, 1].as_fraction()
        if theory == "published":
            counted, prior = ensemble.moment(1, 1, 1), Fraction(0)
        point = {mass: sp.Rational(str(chance)), x: sp.Rational(str(modulus**2))}
        point |= {sigma_a2: strength, P: sp.Integer(order)}
        for name, value, direct in zip(("zero", "ring"), claim, (prior, counted), strict=True):
            yield (order, name), value.subs(point), strength * sp.Rational(str(direct))
