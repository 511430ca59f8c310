"""Enclosures of the action on cells of (artanh m, angle, log(r/sigma_w), x)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement

from flint import arb

from binodal.models.single_index.numerics.cells import BITS, Table, angular, radial
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.overlaps.wide import raised

FORMS = Forms("binodal.models.single_index.forms.several")
_WORDS = ["".join(letters) for n in (2, 3) for letters in combinations_with_replacement("mlt", n)]
NAMES = ("S", "T", "Sm", "St", "G", "Gm", "Gl", "Gt", "Sl", *(f"S{word}" for word in _WORDS))
_FIRST = {
    "S": ("Sm", "Sl", "St"),
    "Sm": ("Smm", "Sml", "Smt"),
    "Sl": ("Sml", "Sll", "Slt"),
    "G": ("Gm", "Gl", "Gt"),
}


class SeveralCells:
    """Enclosures of S and its derivatives on the zero branch along a parameter.

    The angle is that of the neuron's projection on the plane of the teacher's two directions.
    """

    def __init__(self, state: State, setting: SeveralSetting) -> None:
        ks = setting.degrees

        def overlaps(logarithm: arb) -> list[arb]:
            values = [setting.overlaps.at(logarithm.exp(), max(ks) + 7)]
            for _ in range(3):
                values.append(raised(values[-1]))
            return [values[times][k] for k in ks for times in range(4)]

        def parameter(x: arb) -> list[arb]:
            u, _, norm = state.couplings(x)
            beta = state.beta(x)
            return [state.strength(x), norm.log() / 2, 1 / beta, u]

        def turned(angle: arb) -> list[arb]:
            return [v for k in ks for v in _turned(setting, k, angle)]

        self._ks = ks
        self._angular, self._radial, self._overlaps = Table(angular), Table(radial), Table(overlaps)
        self._parameter, self._turned = Table(parameter), Table(turned)
        self._function = FORMS.floats("several_cells")(ks)

    def at(
        self, h: Intervals, angle: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """m, S, S_m/m, S_l, F_angle/m and second derivatives."""
        with precision(BITS):
            m, rise, bend = self._angular(h)
            norm, share = self._radial(v)
            u, rest, inverse, _ = self._parameter(x)
            overlaps, turned = self._overlaps(v + rest), self._turned(angle)
        amplitudes = [t if self._ks[i // 4] == 1 else t * inverse for i, t in enumerate(turned)]
        values = self._function(m, rise, bend + share, norm, u, *amplitudes, *overlaps)
        return {"m": m, **dict(zip(NAMES, values, strict=True))}

    def stationary(
        self, h: Intervals, angle: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """The same, sharpened by values in the middle and slopes, and the Hessian's determinant."""
        whole = self.at(h, angle, v, x)
        centre = self.at(h.middle, angle.middle, v.middle, x)
        steps = (whole["m"] - centre["m"], v - v.middle, angle - angle.middle)
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
    """Those of the Hessian in (m, log r, angle), each pair once."""

    def entry(i: int, k: int) -> Intervals:
        return of[_entry("mlt"[i], "mlt"[k])]

    found = {}
    for i, k in combinations_with_replacement(range(3), 2):
        (a, b), (c, d) = ([x for x in range(3) if x != skipped] for skipped in (i, k))
        minor = entry(a, c) * entry(b, d) - entry(a, d) * entry(b, c)
        found["mlt"[i], "mlt"[k]] = minor if (i + k) % 2 == 0 else -minor
    return found


def _determinant(of: Mapping[str, Intervals]) -> Intervals:
    cofactors = _cofactors(of)
    terms = (of[_entry("m", x)] * cofactors["m", x] for x in "mlt")
    return sum(terms, Intervals.of(0.0))


def _turned(setting: SeveralSetting, k: int, angle: arb) -> Sequence[arb]:
    """T_k = sum_{|a|=k} y_a cos^a1 sin^a2 and three derivatives in the angle."""
    cos, sin = angle.cos(), angle.sin()
    form = {(a, b): ball(y) for (a, b), y in setting.acting_several.items() if a + b == k}
    values = []
    for _ in range(4):
        terms = (y * cos**a * sin**b for (a, b), y in form.items())
        values.append(sum(terms, arb(0)))
        form = _differentiated(form)
    return values


def _differentiated(form: Mapping[tuple[int, int], arb]) -> dict[tuple[int, int], arb]:
    """d/d angle of sum y cos^a sin^b, as coefficients of such products.

    >>> _differentiated({(2, 0): arb(1)})
    {(1, 1): -2.00000000000000}
    """
    found: dict[tuple[int, int], arb] = {}
    for (a, b), y in form.items():
        for place, factor in (((a - 1, b + 1), -a), ((a + 1, b - 1), b)):
            if factor:
                found[place] = found.get(place, arb(0)) + factor * y
    return found
