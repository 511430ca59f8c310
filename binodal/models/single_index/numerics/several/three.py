"""Three directions: points on the plane m_2 = m_3, and how the action bends across it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.reach import norms_and_cosines
from binodal.models.single_index.numerics.several.cells import FORMS
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, excludes_zero, interval, positive

Teacher = Mapping[tuple[int, ...], Fraction]
NOT_SEARCHED = "only neurons with two equal cosines are searched, others are undecided"
_FINEST = 1 / 64


def own_cosine(setting: SeveralSetting, along: arb) -> arb:
    """The cosine with each direction that the second axis stands for."""
    return along / arb(setting.alike).sqrt()


def bends_up(state: State, setting: SeveralSetting, point: Sequence[arb], x: arb) -> bool | None:
    """Whether S is convex across the plane; always with two directions. None without a proof.

    ``point`` is (m_1, the cosine with the second axis, log r).
    """
    if setting.third is None:
        return True
    function = FORMS.functions("several_across", "boxes")(_modes(setting.third, setting))["across"]
    (curvature,) = function(
        point[0],
        own_cosine(setting, point[1]),
        state.beta(x),
        state.couplings(x)[0],
        *_acting(setting.third, setting, point[2].exp()),
    )
    return positive(curvature)


def two_equal(state: State, setting: SeveralSetting, low: float, high: float) -> bool:
    """Whether no saddle for own e^low <= parameter <= own e^high has three different cosines.

    Always with two directions; False without a proof. Raises :class:`Undecided` where nothing
    bounds the norm.
    """
    if setting.third is None:
        return True
    edges = np.linspace(low, high, 2 + int(high - low)).tolist()
    return all(_two_equal(state, setting, setting.third, *piece) for piece in pairwise(edges))


def _two_equal(
    state: State, setting: SeveralSetting, teacher: Teacher, low: float, high: float
) -> bool:
    function = FORMS.functions("several_apart", "boxes")(_modes(teacher, setting))["apart"]
    below, above, _ = norms_and_cosines(
        state, setting, setting.degrees, setting.sizes_of_modes(), low, high
    )
    logarithm = state.couplings(interval(low, high))[2].log() / 2
    anywhere, stack = arb(0, 1), [(below, above)]
    while stack:
        start, stop = stack.pop()
        r = (interval(start, stop) + logarithm).exp()
        (value,) = function(*[anywhere] * 3, *_acting(teacher, setting, r))
        if excludes_zero(value):
            continue
        if stop - start < _FINEST:
            return False
        middle = (start + stop) / 2
        stack += [(start, middle), (middle, stop)]
    return True


def _modes(teacher: Teacher, setting: SeveralSetting) -> tuple[tuple[int, ...], ...]:
    return tuple(a for a in teacher if sum(a) and not setting.absent(sum(a)))


def _acting(teacher: Teacher, setting: SeveralSetting, r: arb) -> list[arb]:
    """y_a of the acting modes, and c_k of their degrees."""
    modes = _modes(teacher, setting)
    degrees = sorted({sum(a) for a in modes})
    overlaps = setting.overlaps.at(r, max(degrees) + 1)
    return [*(ball(teacher[a]) for a in modes), *(overlaps[k] for k in degrees)]


def class_of(setting: SeveralSetting, point: Sequence[arb], alike: bool) -> str:
    """Unspecialised where an exchange of directions leaves the feature in place.

    With three directions two are always exchanged so: specialised where the third one's cosine is
    the larger, and partly specialised where it is the smaller.
    """
    if setting.third is None:
        return "unspecialised" if alike else "specialised"
    first, others = point[0], own_cosine(setting, point[1])
    if first.overlaps(others):
        return "unspecialised"
    return "specialised" if abs(first) > abs(others) else "partly specialised"
