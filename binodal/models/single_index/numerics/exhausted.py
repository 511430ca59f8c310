"""The linear mode learned entirely: t_1 = 0, F is even, and m and -m hold the residual alike.

The even modes are those of a teacher without the linear one. Its row, y_1/G = sum M f_1 F, asks
only that neurons at m and -m can pull at it by as much: what they hold together is fixed, and how
they divide it as well where there is one such pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import arb

from binodal.models.single_index.numerics.floats import Seeds
from binodal.models.single_index.numerics.joint import Direction, Feature, Part, Unheld
from binodal.models.single_index.numerics.results import Held, Place, Saddle
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.errors import Undecided

_FAINT = 1e-9


def without_linear(state: State, seeds: Seeds) -> State | None:
    """The state of the even modes alone, where they were found to be all that is left."""
    setting = state.setting
    if [k for k in setting.modes if k % 2] != [1] or len(setting.modes) == 1:
        return None
    if abs(seeds.modes[setting.modes.index(1)]) > _FAINT * abs(float(setting.teacher[1])):
        return None
    others = {k: y for k, y in setting.teacher.items() if k != 1}
    return State(Setting(setting.activation, others), state.parameters, state.along)


def with_linear(state: State, even: Held) -> Held:
    """The same with t_1 = 0 and places on both sides. Raises :class:`Undecided`.

    Needs every place to lie at m > 0.
    """
    modes = state.setting.modes
    index = modes.index(1)
    t = [*even.amplitudes[:index], arb(0), *even.amplitudes[index:]]
    left = Unheld(state).value(t)[index]
    pulls = [_pull(state, place, t, index) for place in even.places]
    share = -left / sum((abs(p) for p in pulls), arb(0))
    if not abs(share) < 1:
        raise Undecided(
            f"t_1 = 0 asks for {abs(share).str(5)} of what neurons at m and -m can pull"
        )
    halves = [(1 + share) / 2 if pull > 0 else (1 - share) / 2 for pull in pulls]
    shared = len(pulls) > 1
    places = [
        Place(sign * place.m, place.r, place.size * (arb(0.5) if shared else part))
        for place, half in zip(even.places, halves, strict=True)
        for sign, part in ((-1, 1 - half), (1, half))
    ]
    responses = {**dict.fromkeys(modes, arb(0)), **even.responses}
    return Held(tuple(places), tuple(t), responses, shared)


def _pull(state: State, place: Place, t: Sequence[arb], row: int) -> arb:
    """What the neurons of a place add to the linear mode's row, all of them at m > 0."""
    part: Part = Direction(state, 1.0) if place.r is None else Feature(state)
    position = [] if place.r is None else [place.m, place.r.log()]
    return part.value([*position, *t, place.size])[part.coordinates + 1 + row]


def mirrored(saddles: Sequence[Saddle]) -> list[Saddle]:
    """All saddles of an even F, the zero state first, from those at m >= 0."""
    beside = sorted(saddles[1:], key=lambda s: float(s.m.mid()))
    return [saddles[0], *(replace(s, m=-s.m) for s in reversed(beside)), *beside]
