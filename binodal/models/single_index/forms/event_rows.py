"""Events as systems of equations in balls.

The action's derivatives stay sums of products of the field's derivatives, unexpanded, so that
enclosures on wide balls stay narrow.
"""

from __future__ import annotations

from functools import reduce
from itertools import product

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import by, cost, m, r, u
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

_PARAMETER = "x"


class _Action:
    """S/d on the zero branch, differentiated in m, log r (l), beta (b) and the parameter (x)."""

    def __init__(self, modes: tuple[int, ...], branch: bool) -> None:
        self._modes, self._branch = modes, branch
        words = ("".join(w) for length in range(4) for w in product("mlb", repeat=length))
        self._fields = {word: self._field(word) for word in words}

    def _field(self, word: str) -> sp.Expr:
        terms = []
        for k in self._modes:
            moves = self._branch and k == 1
            amplitude = target(k) * (beta if moves else 1)
            amplitude = sp.diff(amplitude, beta, word.count("b"))
            by_m = sp.diff(m**k, m, word.count("m"))
            terms.append(amplitude * by_m * raised_overlap(k, word.count("l")))
        return sp.Add(*terms)

    def by(self, word: str) -> sp.Expr:
        """A derivative of S/d."""
        plain = word.replace(_PARAMETER, "")
        free = sp.S.Zero if "b" in plain else sp.factor(reduce(by, plain, cost()))
        whole = free - u * half_square(self._fields, plain)
        return by_parameter(whole) if _PARAMETER in word else whole

    def bend(self, along: str = "") -> sp.Expr:
        """The determinant of the second derivatives in m and log r, or its derivative."""
        mm, ml, ll = (self.by(word) for word in ("mm", "ml", "ll"))
        if not along:
            return mm * ll - ml**2
        turned = [self.by(word + along) for word in ("mm", "ml", "ll")]
        return turned[0] * ll + mm * turned[2] - 2 * ml * turned[1]


def event(name: str, modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """The event's rows on S, and the zero branch where the linear mode is learned.

    Unknowns: m, log r, beta where there is a branch, and the logarithm of the parameter over its
    own value.
    """
    of = _Action(modes, branch)
    unknowns = ("m", "l", *(["b"] if branch else []), _PARAMETER)
    words = ["", "m", "l"] if name == "coexistence" else ["m", "l"]
    rows = [of.by(word) for word in words]
    slopes = [[of.by(word + x) for x in unknowns] for word in words]
    if name != "coexistence":
        rows.append(of.bend())
        slopes.append([of.bend(x) for x in unknowns])
    if branch:
        row = zero_branch()
        rows.append(row)
        slopes.append([sp.S.Zero, sp.S.Zero, sp.diff(row, beta), by_parameter(row)])
    arguments = event_arguments(modes, branch)
    values = {f"F{i}": row for i, row in enumerate(rows)}
    matrix = {f"J{i}{k}": e for i, row in enumerate(slopes) for k, e in enumerate(row)}
    shape = {"det": of.bend(), "trace": of.by("mm") + of.by("ll"), "S": of.by("")}
    return {
        "values": Function(f"{name}_rows", values, arguments),
        "slopes": Function(f"{name}_slopes", matrix, arguments),
        "shape": Function(f"{name}_shape", shape, arguments),
    }


def event_arguments(modes: tuple[int, ...], branch: bool) -> tuple[sp.Symbol, ...]:
    """m, r, beta, u, G, sigma_w^2, the powers, the teacher's modes, and the overlaps.

    The latter are c_1 and c_3 at rest, and each mode's with three derivatives in log r.
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
        *(raised_overlap(k, times) for k in modes for times in range(4)),
    )
