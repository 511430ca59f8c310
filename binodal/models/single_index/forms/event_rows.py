"""Saddles and events as systems of equations.

The action's derivatives stay sums of products of the field's derivatives, unexpanded, so that
enclosures on wide balls stay narrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import product
from typing import Self

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, by, cost, m, r, u
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
    zero_branch,
)
from binodal.models.single_index.forms.events import (
    POWERS,
    by_parameter,
    half_square,
    raised_overlap,
)
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import with_matrix

_PARAMETER = "x"


class Action:
    """S/d at given modes, differentiated in m, log r (l), beta (b) and the parameter (x)."""

    def __init__(self, amplitudes: Mapping[int, sp.Expr], letters: str, most: int) -> None:
        words = ("".join(w) for length in range(most + 1) for w in product(letters, repeat=length))
        self._fields = {word: _field(amplitudes, word) for word in words}

    @classmethod
    def on_branch(cls, modes: tuple[int, ...], branch: bool, most: int) -> Self:
        """The linear mode beta times its target where there is a branch, the others theirs."""
        moves = {1} if branch else set()
        amplitudes = {k: target(k) * (beta if k in moves else 1) for k in modes}
        return cls(amplitudes, "mlb" if branch else "ml", most)

    def by(self, word: str) -> sp.Expr:
        """A derivative of S/d."""
        plain = word.replace(_PARAMETER, "")
        free = sp.S.Zero if "b" in plain else reduce(by, plain, cost())
        free = sp.factor(free) if plain else free  # a factor sigma_w^2 would stand everywhere
        whole = free - u * half_square(self._fields, plain)
        return by_parameter(whole) if _PARAMETER in word else whole

    def shape(self) -> dict[str, sp.Expr]:
        """Determinant and trace of the second derivatives in m and log r, and S/d."""
        return {"det": self.bend(), "trace": self.by("mm") + self.by("ll"), "S": self.by("")}

    def bend(self, along: str = "") -> sp.Expr:
        """The determinant of the second derivatives in m and log r, or its derivative."""
        mm, ml, ll = (self.by(word) for word in ("mm", "ml", "ll"))
        if not along:
            return mm * ll - ml**2
        turned = [self.by(word + along) for word in ("mm", "ml", "ll")]
        return turned[0] * ll + mm * turned[2] - 2 * ml * turned[1]


def _field(amplitudes: Mapping[int, sp.Expr], word: str) -> sp.Expr:
    terms = (
        sp.diff(amplitude, beta, word.count("b"))
        * sp.diff(m**k, m, word.count("m"))
        * raised_overlap(k, word.count("l"))
        for k, amplitude in amplitudes.items()
    )
    return sp.Add(*terms)


def saddle(modes: tuple[int, ...]) -> dict[str, Function]:
    """Stationarity in m and log r at given modes, its Jacobian, and the action there."""
    amplitudes = {k: amplitude(k) for k in modes}
    of = Action(amplitudes, "ml", 2)
    arguments = (m, r, u, sigma_w2, *amplitudes.values(), *_raised(modes, 2))
    slopes = [[of.by(one + other) for other in "ml"] for one in "ml"]
    return with_matrix("saddle", [of.by(x) for x in "ml"], slopes, arguments, of.shape())


def _raised(modes: tuple[int, ...], derivatives: int) -> list[sp.Symbol]:
    return [raised_overlap(k, times) for k in modes for times in range(derivatives + 1)]


def event(name: str, modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """The event's rows on S, and the zero branch where the linear mode is learned.

    Unknowns: m, log r, beta where there is a branch, and the logarithm of the parameter over its
    own value.
    """
    of = Action.on_branch(modes, branch, 3)
    unknowns = unknowns_of(branch)
    words = ["", "m", "l"] if name == "coexistence" else ["m", "l"]
    rows = [of.by(word) for word in words]
    slopes = [[of.by(word + x) for x in unknowns] for word in words]
    if name != "coexistence":
        rows.append(of.bend())
        slopes.append([of.bend(x) for x in unknowns])
    if branch:
        rows.append(zero_branch())
        slopes.append(branch_slopes())
    return with_matrix(name, rows, slopes, event_arguments(modes, branch, 3), of.shape())


def unknowns_of(branch: bool) -> tuple[str, ...]:
    """The letters of an event's unknowns."""
    return ("m", "l", *(["b"] if branch else []), _PARAMETER)


def branch_slopes() -> list[sp.Expr]:
    """Those of the zero branch in an event's unknowns."""
    row = zero_branch()
    return [sp.S.Zero, sp.S.Zero, sp.diff(row, beta), by_parameter(row)]


def event_arguments(
    modes: tuple[int, ...], branch: bool, derivatives: int
) -> tuple[sp.Symbol, ...]:
    """m, r, beta, u, G, sigma_w^2, the powers, the teacher's modes, and the overlaps.

    The latter are c_1 and c_3 at rest, and each mode's with its derivatives in log r.
    """
    return (
        m,
        r,
        *([beta] if branch else []),
        u,
        gain,
        sigma_w2,
        *POWERS,
        *(target(k) for k in modes),
        at_rest(1),
        at_rest(3),
        *_raised(modes, derivatives),
    )
