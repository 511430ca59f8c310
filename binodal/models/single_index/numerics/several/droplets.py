"""The state past coexistence with two directions: neurons hold features and images at zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.droplets import proved
from binodal.models.single_index.numerics.joint import Part
from binodal.models.single_index.numerics.several.floats import nearer
from binodal.models.single_index.numerics.several.setting import MultiIndex, SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import Change, symmetries
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box

_FORMS = Forms("binodal.models.single_index.forms.several_droplets")


@dataclass(frozen=True, eq=False)
class MovedSetting(SeveralSetting):
    """A setting whose residual is given: the linear modes are where they are."""

    held: Mapping[MultiIndex, arb] | None = None

    def coefficients(self) -> dict[MultiIndex, arb]:
        """The residual's modes."""
        return dict(self.held or {})

    def linear_target(self) -> arb:
        """The length of its linear part."""
        linear = (t * t for a, t in self.coefficients().items() if sum(a) == 1)
        return sum(linear, arb(0)).sqrt()


@dataclass(frozen=True)
class Pinned:
    """The residual t_a, the features (m_1, m_2, log r) that hold it, and d times their masses."""

    setting: MovedSetting
    state: State
    features: tuple[Box, ...]
    masses: tuple[arb, ...]
    images: tuple[Change, ...]


class Unheld(CompiledSystem):
    """The closure's rows in t_a, without neurons at features."""

    def __init__(self, state: State, acting: Mapping[Any, Fraction]) -> None:
        modes = tuple(acting)
        super().__init__(_FORMS.functions("unheld", "boxes")(modes, state.learns_linear_mode))
        self._state, self._targets = state, acting.values()

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The modes, and the zero state."""
        u, gain, _ = self._state.couplings(arb(0))
        return [*box, u, gain, self._state.rest(arb(0))[1], *map(ball, self._targets)]


class Feature(Part):
    """S and its slopes in (m_1, m_2, log r, t_a, mass)."""

    coordinates = 3

    def __init__(self, state: State, setting: SeveralSetting, images: tuple[Change, ...]) -> None:
        self._state, self._setting = state, setting
        modes = tuple(setting.acting_several)
        super().__init__(_FORMS.functions("feature", "boxes")(modes, images))

    @cached_property
    def _needed(self) -> tuple[int, ...]:
        return orders(self._setting.degrees, 2)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        r = box[2].exp()
        overlaps = self._setting.overlaps.at(r, max(self._needed) + 1)
        own = (overlaps[k] for k in self._needed)
        return [box[0], box[1], r, *box[3:], *self._state.couplings(arb(0)), *own]


def pinned(state: State, setting: SeveralSetting, bits: int) -> Pinned:
    """The state that features hold, each with its images. Raises :class:`Undecided`."""
    if setting.third is not None:
        raise Undecided(
            "past coexistence the residual that neurons leave behind is not available for three "
            "directions"
        )
    images = tuple(symmetries(setting))
    seeds = nearer(state, setting, images)
    if not all(np.isfinite(one.at).all() for one in seeds.features):
        raise Undecided(
            "neurons without a bound of their norm hold the residual: that state is not available "
            "for two directions"
        )
    parts = [Feature(state, setting, images) for _ in seeds.features]
    starts = [
        [float(np.tanh(h) * np.cos(angle)), float(np.tanh(h) * np.sin(angle)), float(logarithm)]
        for angle, h, logarithm in (one.at for one in seeds.features)
    ]
    system, box = proved(
        parts, starts, seeds, Unheld(state, setting.acting_several), bits, cosines=2
    )
    places, modes, masses = system.split(box)
    held = dict(zip(setting.acting_several, modes, strict=True))
    moved = MovedSetting(setting.activation, {}, setting.several, None, held)
    rest = state.rest(arb(0))[1]
    stiff = 1 - state.couplings(arb(0))[0] * (rest * moved.linear_target()) ** 2
    if not stiff > 0:
        raise Undecided("the zero state is not proved to be a minimum")
    own = State(moved, state.parameters, state.along)
    return Pinned(moved, own, tuple(places), tuple(masses), images)
