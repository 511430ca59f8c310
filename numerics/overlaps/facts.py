"""What is known of an activation before any overlap is computed, without SymPy where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from binodal.numerics.codegen.forms import Forms

TABLE = Forms("binodal.numerics.overlaps.forms.table")


@dataclass(frozen=True)
class Facts:
    """An activation's canonical name, its growth, and whether its overlaps have closed forms.

    ``growth`` is "linear", "superlinear" or "unknown"; where it is linear
    |phi - slope_plus max(z, 0) - slope_minus min(z, 0)| <= ``excess``.
    |phi(z)| <= height (1 + |z|)^power exp(rate |z|) always. ``degrees`` are those of the even and
    the odd part where they are polynomials (-1 for zero): overlaps of that parity vanish beyond.
    ``smoothed`` says whether <phi(z + alpha)>, z ~ N(0, V), has a closed form.
    """

    name: str
    closed: bool
    smoothed: bool
    degrees: tuple[int | None, int | None]
    growth: str
    excess: Fraction
    height: Fraction
    power: int
    rate: Fraction

    def vanishes(self, k: int) -> bool:
        """Whether c_k(r) = 0 for every r.

        >>> [facts("gelu").vanishes(k) for k in range(6)]
        [False, False, False, True, False, True]
        """
        degree = self.degrees[k % 2]
        return degree is not None and k > degree


def _read(row: Mapping[str, Any]) -> Facts:
    height, power, rate = row["envelope"]
    return Facts(
        row["name"],
        row["closed"],
        row["smoothed"],
        tuple(row["degrees"]),
        row["growth"],
        Fraction(row["excess"]),
        Fraction(height),
        power,
        Fraction(rate),
    )


_facts = TABLE.data("facts", _read)


@cache
def facts(text: str) -> Facts:
    """The facts of an activation, by its name or its expression.

    Raises :class:`~binodal.derive.errors.ExpressionError` for a text that is none.

    >>> facts("relu").growth, facts("z^2").name
    ('linear', 'quadratic')
    """
    return _facts(text)
