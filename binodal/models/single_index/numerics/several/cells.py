"""Enclosures of the action on cells of (artanh m, angle, log(r/sigma_w), x)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import arb

from binodal.models.single_index.numerics.cells import BITS, Table, angular, radial
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.third import NAMES, ThirdCells
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.overlaps.wide import raised

FORMS = Forms("binodal.models.single_index.forms.several")


class SeveralCells(ThirdCells):
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
        self, h: Intervals, third: Intervals, v: Intervals, x: Intervals
    ) -> dict[str, Intervals]:
        """m, S, S_m/m, S_l, F_angle/m and second derivatives."""
        with precision(BITS):
            m, rise, bend = self._angular(h)
            norm, share = self._radial(v)
            u, rest, inverse, _ = self._parameter(x)
            overlaps, turned = self._overlaps(v + rest), self._turned(third)
        amplitudes = [t if self._ks[i // 4] == 1 else t * inverse for i, t in enumerate(turned)]
        values = self._function(m, rise, bend + share, norm, u, *amplitudes, *overlaps)
        return {"m": m, **dict(zip(NAMES, values, strict=True))}


def _turned(setting: SeveralSetting, k: int, angle: arb) -> Sequence[arb]:
    """T_k = sum_{|a|=k} y_a cos^a1 sin^a2 and three derivatives in the angle."""
    cos, sin = angle.cos(), angle.sin()
    form = {(a, b): y for (a, b), y in setting.coefficients().items() if a + b == k}
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
