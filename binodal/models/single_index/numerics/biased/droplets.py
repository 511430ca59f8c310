"""The state past coexistence with random biases: a mass of neurons at a feature and its images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import factorial

from flint import arb

from binodal.models.single_index.numerics.biased.state import BiasedState
from binodal.models.single_index.numerics.biased.systems import ORDERS, Stationary
from binodal.models.single_index.numerics.droplets import settled
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box

_FORMS = Forms("binodal.models.single_index.forms.biased_droplets")


@dataclass(frozen=True)
class Pinned:
    """The state with its residual, the feature (m, log r, bias) that holds it, d times its mass."""

    state: BiasedState
    feature: Box
    mass: arb


class _System(CompiledSystem):
    """S, its slopes and the closure, in (m, log r, bias, t_k, mass)."""

    def __init__(self, state: BiasedState) -> None:
        modes = state.setting.modes
        self._state, self._needed = state, ORDERS(modes, 2)
        self._prior = state.learns_linear_mode and state.setting.kind == "prior"
        branch = state.setting.kind if state.learns_linear_mode else ""
        super().__init__(_FORMS.functions("biased_droplets", "boxes")(modes, branch))

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        state, r, still = self._state, box[1].exp(), arb(0)
        branch = [still, still]
        if self._prior:
            branch = list(state.branch(box[3] / ball(state.setting.teacher[1]), still))[:2]
        overlaps = state.setting.biased.at(r, box[2], max(self._needed) + 1)
        return [
            box[0],
            r,
            *box[2:],
            *branch,
            *state.couplings(still),
            state.rest(still)[1],
            ball(state.setting.pin),
            *map(ball, state.setting.acting.values()),
            *(overlaps[k] for k in self._needed),
        ]


def pinned(state: BiasedState, feature: Box, bits: int) -> Pinned:
    """The state that a feature holds, found from where it lies below the zero state.

    Raises :class:`Undecided`.
    """
    setting = state.setting
    moves_mean = setting.kind == "scaled" and setting.biased.facts.vanishes(0)
    if moves_mean and not setting.flips_alone:
        raise Undecided(
            "past coexistence neurons with a bias move the mean of an odd activation's residual: "
            "that is available for teachers of one parity"
        )
    box = settled(_System(state), _start(state, feature), bits)
    *modes, mass = box[3:]
    with precision(bits):
        if not mass > 0:
            raise Undecided(f"the mass {mass.str(5)} of the feature is not proved positive")
        if state.learns_linear_mode and setting.kind == "scaled":
            u, rest = state.couplings(arb(0))[0], state.rest(arb(0))[1]
            if not u * (rest * modes[0]) ** 2 < 1:
                raise Undecided("the zero state is not proved to be a minimum")
    return Pinned(replace(state, held=tuple(modes)), box[:3], mass)


def _start(state: BiasedState, feature: Box) -> Box:
    """All modes shrunk until the feature's action vanishes where it is, and the mass by one row."""
    setting, (u, gain, _) = state.setting, state.couplings(arb(0))
    action = Stationary(state).shape(feature)[0]
    overlaps = setting.biased.at(feature[1].exp(), feature[2], max(setting.modes) + 1)
    modes = state.amplitudes(arb(0))
    powers = [_power(feature[0], k) * overlaps[k] for k in setting.modes]
    field = sum((t * p for t, p in zip(modes, powers, strict=True)), arb(0))
    share = ((field * field + 2 * action / u).sqrt() / abs(field)).mid()
    pull = [
        gain * p * field * share / factorial(k) for k, p in zip(setting.modes, powers, strict=True)
    ]
    learned = sum((p * t * (1 - share) for p, t in zip(pull, modes, strict=True)), arb(0))
    mass = learned / sum((p * p for p in pull), arb(0))
    return [arb(x.mid()) for x in (*feature, *(share * t for t in modes), mass)]


def _power(base: arb, exponent: int) -> arb:
    result = arb(1)
    for _ in range(exponent):
        result *= base
    return result
