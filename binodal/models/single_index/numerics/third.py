"""Enclosures on cells of m, log r and a third coordinate, sharpened by slopes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from itertools import combinations_with_replacement

from binodal.numerics.boxes.intervals import Intervals

_WORDS = ["".join(letters) for n in (2, 3) for letters in combinations_with_replacement("mlt", n)]
NAMES = ("S", "T", "Sm", "St", "G", "Gm", "Gl", "Gt", "Sl", *(f"S{word}" for word in _WORDS))
_FIRST = {
    "S": ("Sm", "Sl", "St"),
    "Sm": ("Smm", "Sml", "Smt"),
    "Sl": ("Sml", "Sll", "Slt"),
    "St": ("Smt", "Slt", "Stt"),
    "G": ("Gm", "Gl", "Gt"),
}


class ThirdCells(ABC):
    """Enclosures of S and its derivatives along a parameter."""

    @abstractmethod
    def at(
        self, h: Intervals, third: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """m, S, S_m/m, S_l, F_t/m and second and third derivatives, by their names."""

    def stationary(
        self, h: Intervals, third: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """The same, sharpened by values in the middle and slopes, and the Hessian's determinant."""
        whole = self.at(h, third, v, x)
        centre = self.at(h.middle, third.middle, v.middle, x)
        steps = (whole["m"] - centre["m"], v - v.middle, third - third.middle)
        for name, slopes in _FIRST.items():
            value = centre[name]
            for slope, step in zip(slopes, steps, strict=True):
                value = value + whole[slope] * step
            whole[name] = whole[name].within(value)
        value = _determinant(centre)
        cofactors = _cofactors(whole)
        for variable, step in zip("mlt", steps, strict=True):
            terms = (
                (1 if i == k else 2) * cofactor * whole[_entry(i, k, variable)]
                for (i, k), cofactor in cofactors.items()
            )
            value = value + sum(terms, Intervals.of(0.0)) * step
        whole["det"] = _determinant(whole).within(value)
        return whole


def _entry(*letters: str) -> str:
    """The name of a derivative of S, its letters in the order m, l, t."""
    return "S" + "".join(sorted(letters, key="mlt".index))


def _cofactors(of: Mapping[str, Intervals]) -> dict[tuple[str, str], Intervals]:
    """Those of the Hessian in (m, log r, third), each pair once."""

    def entry(i: int, k: int) -> Intervals:
        return of[_entry("mlt"[i], "mlt"[k])]

    cofactors = {}
    for i, k in combinations_with_replacement(range(3), 2):
        (a, b), (c, d) = ([x for x in range(3) if x != skipped] for skipped in (i, k))
        minor = entry(a, c) * entry(b, d) - entry(a, d) * entry(b, c)
        cofactors["mlt"[i], "mlt"[k]] = minor if (i + k) % 2 == 0 else -minor
    return cofactors


def _determinant(of: Mapping[str, Intervals]) -> Intervals:
    cofactors = _cofactors(of)
    terms = (of[_entry("m", x)] * cofactors["m", x] for x in "mlt")
    return sum(terms, Intervals.of(0.0))
