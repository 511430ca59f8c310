"""The state past coexistence with two directions: neurons hold a feature and its images at zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.optimize import minimize

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.droplets import settled
from binodal.models.single_index.numerics.several.setting import MultiIndex, SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import Change, symmetries
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box

Array = NDArray[np.float64]
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
    """The residual t_a, the feature (m_1, m_2, log r) that holds it, and d times its mass."""

    setting: MovedSetting
    state: State
    feature: Box
    mass: arb
    images: tuple[Change, ...]


class _System(CompiledSystem):
    """S, its slopes and the closure, in (m_1, m_2, log r, t_a, mass)."""

    def __init__(self, state: State, setting: SeveralSetting, images: tuple[Change, ...]) -> None:
        self._state, self._setting = state, setting
        modes, branch = tuple(setting.acting_several), state.learns_linear_mode
        super().__init__(_FORMS.functions("several_droplets", "boxes")(modes, images, branch))

    @cached_property
    def _needed(self) -> tuple[int, ...]:
        return orders(self._setting.degrees, 2)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        state, setting, r = self._state, self._setting, box[2].exp()
        overlaps = setting.overlaps.at(r, max(self._needed) + 1)
        return [
            box[0],
            box[1],
            r,
            *box[3:],
            *state.couplings(arb(0)),
            state.rest(arb(0))[1],
            *map(ball, setting.acting_several.values()),
            *(overlaps[k] for k in self._needed),
        ]


def pinned(state: State, setting: SeveralSetting, features: Sequence[Box], bits: int) -> Pinned:
    """The state that a feature holds, found from those that lie below the zero state.

    Raises :class:`Undecided`.
    """
    if setting.third is not None:
        raise Undecided(
            "past coexistence the residual that neurons leave behind is not available for three "
            "directions"
        )
    images = tuple(symmetries(setting))
    system = _System(state, setting, images)
    box = settled(system, _start(state, setting, features), bits, cosines=(0, 1))
    *modes, mass = box[3:]
    if not mass > 0:
        raise Undecided(f"the mass {mass.str(5)} of the feature is not proved positive")
    held = dict(zip(setting.acting_several, modes, strict=True))
    moved = MovedSetting(setting.activation, {}, setting.several, None, held)
    rest = state.rest(arb(0))[1]
    stiff = 1 - state.couplings(arb(0))[0] * (rest * moved.linear_target()) ** 2
    if not stiff > 0:
        raise Undecided("the zero state is not proved to be a minimum")
    return Pinned(moved, State(moved, state.parameters, state.along), box[:3], mass, images)


def _start(state: State, setting: SeveralSetting, features: Sequence[Box]) -> Box:
    """Where S vanishes first as all modes shrink by one factor, and the mass by one row.

    That factor is the least of sqrt(2 cost/(u F^2)), sought downhill from the features.
    """
    u, gain, norm = (float(x.mid()) for x in state.couplings(arb(0)))
    beta, modes = float(state.beta(arb(0)).mid()), setting.coefficients()
    t = {a: float(y.mid()) * (beta if sum(a) == 1 else 1) for a, y in modes.items()}

    def shares(place: Array) -> dict[MultiIndex, float]:
        m, r = _cosines(place[:2]), np.exp(place[2:])
        overlaps = setting.overlaps.floats(r, max(setting.degrees) + 1)[:, 0]
        return {a: float(m[0] ** a[0] * m[1] ** a[1] * overlaps[sum(a)]) for a in t}

    def shrunk(place: Array) -> float:
        spread = np.exp(2 * place[2]) / norm
        cost = spread - 1 - np.log(spread) + 2 * np.log(np.cosh(np.hypot(*place[:2])))
        force = sum(t[a] * power for a, power in shares(place).items())
        return float(cost / max(u * force**2, 1e-300))

    starts = [np.array([*_heights(box[:2]), float(box[2].mid())]) for box in features]
    found = min((minimize(shrunk, start) for start in starts), key=lambda end: float(end.fun))
    share, powers = float(np.sqrt(found.fun)), shares(found.x)
    force = share * sum(t[a] * power for a, power in powers.items())
    pull = {a: gain * p * force / factorial(a[0]) / factorial(a[1]) for a, p in powers.items()}
    learned = sum(pull[a] * t[a] * (1 - share) for a in t)
    mass = learned / sum(p * p for p in pull.values())
    place = [*_cosines(found.x[:2]), found.x[2]]
    return [arb(float(x)) for x in (*place, *(share * t[a] for a in t), mass)]


def _cosines(heights: Array) -> Array:
    """Cosines with the length tanh of that of the heights."""
    length = float(np.hypot(*heights))
    return np.asarray(heights * np.tanh(length) / max(length, 1e-300))


def _heights(cosines: Sequence[arb]) -> Array:
    values = np.array([float(m.mid()) for m in cosines])
    length = float(np.hypot(*values))
    return np.asarray(values * np.arctanh(length) / length)
