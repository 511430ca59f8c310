"""The action of one neuron by its definition, and neurons that have one Fourier mode alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import sympy as sp

from binodal.derive.checks import generic_fractions
from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, x, x_v
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.posterior import Row, cubed_modes
from binodal.models.modular.derivations.symmetries import modes

Values = Mapping[sp.Symbol, sp.Expr]
HYPER: Values = dict(
    zip((N, sigma2, sigma_a2, a, gamma), map(sp.Rational, generic_fractions(5, 3)), strict=True)
)
"""Generic values of everything the action depends on."""

_EXACT = {str(symbol): Fraction(str(value)) for symbol, value in HYPER.items()}

_TWICE_COSINE = {3: -1, 4: 0, 6: 1}
"""2 cos(2 pi/P) where it is an integer, so that a row of one mode stays rational."""


def real_space_action(w: Row, v: Row, hyper: dict[str, Fraction]) -> Fraction:
    """S[w] by its definition: sums over all labels and pairs, no Fourier transform but M.16b's."""
    order = len(w)
    y, residues, start = target(order), range(len(w)), Fraction(0)
    pairs = [(i, j) for i in residues for j in residues]
    overlaps = [sum((y[q][i][j] * (w[i] + v[j]) ** 2 for i, j in pairs), start) for q in residues]
    squares = sum((overlap * overlap for overlap in overlaps), start)
    strength = hyper["sigma_a2"] * hyper["a"] ** 2 / (2 * hyper["N"] * hyper["sigma2"] ** 2)
    decay = order * hyper["gamma"] / 6 * (cubed_modes(w) + cubed_modes(v))
    return sum((e * e for e in w + v), start) / 2 - strength * squares + decay


def _rows(order: int, kind: str) -> Iterator[Row]:
    """w and v of one mode alone: the pair k = 1, P - 1, the mode P/2, or the constant."""
    for start in ((Fraction(2, 3), Fraction(-5, 7)), (Fraction(4, 9), Fraction(3, 5))):
        row = list(start)
        while len(row) < order:
            row.append(_TWICE_COSINE[order] * row[-1] - row[-2])
        signs = {"pair": row, "real": [(-1) ** n * start[0] for n in range(order)]}
        yield tuple(signs.get(kind, [start[1]] * order))


def one_mode(order: int, kind: str) -> tuple[sp.Expr, Values]:
    """S of a neuron with one mode, and all values (moduli x, x_v, P, :data:`HYPER`) it is at.

    ``order`` is 3, 4 or 6; ``kind`` is "pair", "real" (even orders) or "constant".
    """
    w, v = _rows(order, kind)
    mode = {"pair": 1, "real": order // 2, "constant": 0}[kind]
    squares = [modes(row)[mode] * modes(row)[mode].conjugate() for row in (w, v)]
    point = {z: sp.Rational(str(e.as_fraction())) for z, e in zip((x, x_v), squares, strict=True)}
    value = sp.Rational(str(real_space_action(w, v, _EXACT)))
    return value, {**point, **HYPER, P: sp.Integer(order)}


def real_space_coupling(order: int) -> sp.Expr:
    """u of a pair of modes: the interaction of its two copies in S is -2 P u x x_v."""
    w, v = _rows(order, "pair")
    nothing = (Fraction(0),) * order
    both, left, right = (
        real_space_action(*rows, _EXACT) for rows in ((w, v), (w, nothing), (nothing, v))
    )
    values = one_mode(order, "pair")[1]
    return -sp.Rational(str(both - left - right)) / (2 * order * values[x] * values[x_v])
