"""Places of a block by their largest singular values: how much volume each stands for.

W = w a b^+ + A X B^+, with A and B what is normal to the unit vectors a and b, and V = v b' c^+ +
B' Y C^+; (1, z)/(1 + |z|^2)^(1/2) is b' as b sees it. Every pair of matrices is met once, where w
and v are above the singular values of X and Y.
"""

from __future__ import annotations

from functools import cache
from math import prod

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.group.derivations.block_components import generators
from binodal.models.group.derivations.block_escape import area, block_escape, sphere
from binodal.models.group.derivations.blocks import Field, basis
from binodal.models.group.derivations.saddles import beta, rows

LARGE, OTHER, TURN = sp.symbols("w sigma r", positive=True)
"""A largest singular value, another one of the same matrix, and |z|."""
_VALUES = (sp.Rational(7, 2), sp.Rational(3, 5), sp.Rational(4, 3))
_SHAPES = (("real", 2), ("real", 3), ("complex", 2), ("quaternionic", 2))
_PLACES = {"real": sp.Rational(2, 3), "complex": sp.Rational(3, 5) + sp.Rational(4, 7) * sp.I}


def volume() -> sp.Tuple:
    """Of a, b and c; of w, of w beside each sigma, and of z."""
    alike = area() / 2 ** (beta * (rows - 1) / 2)
    repelled = (LARGE**2 - OTHER**2) ** beta
    return sp.Tuple(
        sp.powsimp(alike), LARGE ** (beta - 1), repelled, (1 + TURN**2) ** (-beta * rows / 2)
    )


def _cases(claim: sp.Tuple) -> Cases:
    """How far generators and components move W; the volume of all b'; that of a Gaussian law of
    both matrices, by Selberg's integral; how far z turns b'."""
    frames, own, beside, turned = claim
    for kind, of_rows in _SHAPES:
        sizes = {beta: Field(kind).beta, rows: of_rows}
        w, *others = _VALUES[:of_rows]
        whole = prod((beside.subs(OTHER, s) for s in others), start=own)
        yield (kind, of_rows), whole.subs({LARGE: w, **sizes}), sp.sqrt(_moved(kind, of_rows))
        across = beta * (rows - 1)
        shell = (sphere(across) * TURN ** (across - 1) * turned).subs(sizes)
        every = (sphere(beta * rows) / sphere(beta)).subs(sizes)
        yield (kind, of_rows, "all"), sp.integrate(shell, (TURN, 0, sp.oo)), every
        weight = every * _gaussian(sizes[beta], of_rows) ** 2
        yield (
            (kind, of_rows, "law"),
            frames.subs(sizes) * weight,
            (2 * sp.pi) ** (sizes[beta] * of_rows**2),
        )
    for kind, place in _PLACES.items():
        sizes = {beta: Field(kind).beta, rows: 2, TURN: sp.Abs(place)}
        yield (kind, "turned"), (turned**2).subs(sizes), _turned(place, Field(kind).beta)


def _moved(kind: str, of_rows: int) -> sp.Expr:
    """The square of the determinant, by turns of a and b, w and the components of X."""
    size = Field(kind).beta
    block = sp.diag(*(value for value in _VALUES[:of_rows] for _ in range(size)))
    moves = []
    for turn, length in generators(kind, of_rows):
        if any(turn[:size, :]):
            moves += [turn * block, block * turn][:length]
    for k, one in enumerate(basis(kind, of_rows)):
        i, j = divmod(k // size, of_rows)
        if (i and j) or not k:
            moves.append(sp.Matrix(one))
    flat = sp.Matrix([list(move) for move in moves])
    return (flat * flat.T / size).det()


def _gaussian(components: int, of_rows: int) -> sp.Expr:
    """The integral of exp(-|X|^2/2 - w^2/2) over w and an X with its singular values below w."""
    half = sp.Rational(components, 2)

    def ordered(count: int) -> sp.Expr:
        ratios = (
            sp.gamma(half * (1 + j)) * sp.gamma(1 + half * (1 + j)) / sp.gamma(1 + half)
            for j in range(count)
        )
        return prod(ratios) * 2 ** (half * count**2 - count) / sp.factorial(count)

    matrices = (2 * sp.pi) ** (half * (of_rows - 1) ** 2)
    return matrices * ordered(of_rows) / ordered(of_rows - 1)


def _turned(place: sp.Expr, components: int) -> sp.Expr:
    """The square of the determinant, of unit vectors up to a number of modulus one."""
    steps = sp.symbols("s t", real=True)[:components]
    moved = place + sum(s * unit for s, unit in zip(steps, (1, sp.I), strict=False))
    length = sp.sqrt(1 + sp.expand(moved * sp.conjugate(moved)))
    vector = sp.Matrix([1, moved]) / length
    none = dict.fromkeys(steps, 0)
    here = vector.subs(none)
    ways = [vector.diff(s).subs(none) for s in steps]
    ways = [way - here * (here.H * way)[0] for way in ways]
    gram = sp.Matrix(components, components, lambda i, j: sp.re((ways[i].H * ways[j])[0]))
    return sp.simplify(gram.det())


@cache
def block_paths() -> Derivation:
    """Volume of a block's places by the largest singular value of each matrix.

    Results: ``frames``, ``own``, ``beside`` and ``turned``, of what :func:`volume` lists.
    Source: derived here.
    """
    names = ("frames", "own", "beside", "turned")
    steps = (
        block_escape().step_of("zero_schatten"),
        Step(
            "volume by the largest singular values",
            "turns of a and b move W by w and by each sigma, against each other; frames that turn "
            "both matrices are those of the saddles, without what b shares with b'",
            area(),
            volume(),
            equal_on(_cases, "determinants in all components; volumes of projective spaces"),
        ),
    )
    return Derivation("Paths of a block", steps, dict(zip(names, volume(), strict=True)))
