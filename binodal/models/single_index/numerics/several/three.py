"""Three directions: points on the plane m_2 = m_3, and how the action bends across it."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from binodal.models.single_index.numerics.several.cells import FORMS
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, positive

NOT_SEARCHED = "only neurons with two equal cosines are searched, others are undecided"


def own_cosine(setting: SeveralSetting, along: arb) -> arb:
    """The cosine with each direction that the second axis stands for."""
    return along / arb(setting.alike).sqrt()


def bends_up(state: State, setting: SeveralSetting, point: Sequence[arb], x: arb) -> bool | None:
    """Whether S is convex across the plane; always with two directions. None without a proof.

    ``point`` is (m_1, the cosine with the second axis, log r).
    """
    if setting.third is None:
        return True
    modes = tuple(a for a in setting.third if sum(a) and not setting.absent(sum(a)))
    degrees = sorted({sum(a) for a in modes})
    overlaps = setting.overlaps.at(point[2].exp(), max(degrees) + 1)
    function = FORMS.functions("several_across", "boxes")(modes)["across"]
    (curvature,) = function(
        point[0],
        own_cosine(setting, point[1]),
        state.beta(x),
        state.couplings(x)[0],
        *(ball(setting.third[a]) for a in modes),
        *(overlaps[k] for k in degrees),
    )
    return positive(curvature)


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
