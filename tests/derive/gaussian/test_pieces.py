"""Pieces, corners, symmetry, and the modes that an activation cannot learn."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.grammar import parsed, z
from binodal.derive.gaussian.pieces import parity, pieces, polynomial_part

CORNERS = {
    "relu": ((0,), ()),
    "sign": ((), (0,)),
    "heaviside(z)": ((), (0,)),
    "elu": ((0,), ()),
    "min(max(z, 0), 6)": ((0, 6), ()),
    "abs(abs(z) - 1)": ((-1, 0, 1), ()),
    "abs(z^2 - 2)": ((-sp.sqrt(2), sp.sqrt(2)), ()),
    "max(max(z, 1), 2*z)": ((sp.Rational(1, 2),), ()),
    "z*heaviside(z - 1)": ((), (1,)),
    "abs(tanh(z - 1/2))": ((sp.Rational(1, 2),), ()),
    "max(2*tanh(3*z - 1), 0)": ((sp.Rational(1, 3),), ()),
    "relu(z)^2": ((0,), ()),
    "tanh": ((), ()),
    "(max(z, 0) - abs(z)/2)*tanh(z)": ((), ()),
}


@pytest.mark.parametrize("text", CORNERS)
def test_corners(text: str) -> None:
    of = activation(text)
    assert (of.kinks, of.jumps) == CORNERS[text]


@pytest.mark.parametrize("text", CORNERS)
def test_pieces_are_phi(text: str) -> None:
    phi = activation(text).phi
    for at in (sp.Rational(n, 13) for n in (-100, -17, -9, -2, 3, 7, 16, 25, 90)):
        (piece,) = (p for p in pieces(phi) if p.low < at < p.high)
        assert abs(sp.N(piece.phi.subs(z, at) - phi.subs(z, at), 20)) < 1e-18


@pytest.mark.parametrize(
    ("text", "even", "odd"),
    [
        ("relu", None, 1),
        ("gelu", None, 1),
        ("silu", None, 1),
        ("softplus", None, 1),
        ("elu", None, None),
        ("tanh", -1, None),
        ("abs", None, -1),
        ("heaviside(z)", 0, None),
        ("relu(z)^2", 2, None),
        ("he:4", 4, -1),
        ("sigmoid(z)", 0, None),
        ("tanh(z - 3*sin(z))", -1, None),
        ("abs(z - 1)", None, None),
    ],
)
def test_polynomial_parts(text: str, even: int | None, odd: int | None) -> None:
    phi = activation(text).phi
    assert (polynomial_part(phi, 0), polynomial_part(phi, 1)) == (even, odd)
    assert parity(phi) == ("odd" if even == -1 else "even" if odd == -1 else None)


def test_no_neuron_of_these_learns_the_third_mode() -> None:
    """Their odd part is z/2: a theorem about the cubic teacher, for four of the usual choices."""
    for name in ("relu", "gelu", "silu", "softplus"):
        assert activation(name).vanishes(3) and not activation(name).vanishes(2)
    assert not activation("elu").vanishes(3) and not activation("tanh").vanishes(3)


def test_a_mirror_image_that_differs_is_seen() -> None:
    assert parity(parsed("tanh(z) + 1e-9*z^2")) is None
