"""The state past coexistence with random biases: masses of neurons at features and their images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.biased.state import BiasedState
from binodal.models.single_index.numerics.biased.systems import ORDERS
from binodal.models.single_index.numerics.droplets import proved, responses_of
from binodal.models.single_index.numerics.floats import Seeds
from binodal.models.single_index.numerics.joint import Part
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box

_FORMS = Forms("binodal.models.single_index.forms.biased_droplets")


@dataclass(frozen=True)
class Pinned:
    """The state with its residual, the features (m, log r, bias) that hold it, d times masses."""

    state: BiasedState
    features: tuple[Box, ...]
    masses: tuple[arb, ...]
    responses: Mapping[int, arb]


class Unheld(CompiledSystem):
    """The closure's rows in t_k, without neurons at features."""

    def __init__(self, state: BiasedState) -> None:
        self._state = state
        self._prior = state.learns_linear_mode and state.setting.kind == "prior"
        branch = state.setting.kind if state.learns_linear_mode else ""
        super().__init__(_FORMS.functions("unheld", "boxes")(state.setting.modes, branch))

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The modes, and the zero state."""
        state, still = self._state, arb(0)
        branch = [still, still]
        if self._prior:
            branch = list(state.branch(box[0] / ball(state.setting.teacher[1]), still))[:2]
        u, gain, _ = state.couplings(still)
        targets = map(ball, state.setting.acting.values())
        return [*box, *branch, u, gain, state.rest(still)[1], *targets]


class _Feature(Part):
    """S and its slopes in (m, log r, bias, t_k, mass)."""

    coordinates = 3

    def __init__(self, state: BiasedState) -> None:
        modes = state.setting.modes
        super().__init__(_FORMS.functions("feature", "boxes")(modes))
        self._state, self._needed = state, ORDERS(modes, 2)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        setting, r = self._state.setting, box[1].exp()
        overlaps = setting.biased.at(r, box[2], max(self._needed) + 1)
        numbers = [*self._state.couplings(arb(0)), ball(setting.pin)]
        return [box[0], r, *box[2:], *numbers, *(overlaps[k] for k in self._needed)]


def pinned(state: BiasedState, seeds: Seeds, bits: int) -> Pinned:
    """The state that features hold, each with its images. Raises :class:`Undecided`."""
    setting = state.setting
    if setting.moves_means:
        raise Undecided(
            "past coexistence neurons with a bias move the mean of an odd activation's residual: "
            "that is available for odd teachers, and with --limit finite"
        )
    parts = [_Feature(state) for _ in seeds.features]
    starts = [[float(np.tanh(h)), float(v), float(bias)] for h, v, bias in _at(seeds)]
    system, box = proved(parts, starts, seeds, Unheld(state), bits)
    places, modes, masses = system.split(box)
    with precision(bits):
        if state.learns_linear_mode and setting.kind == "scaled":
            u, at_rest = state.couplings(arb(0))[0], state.rest(arb(0))[1]
            if not u * (at_rest * modes[0]) ** 2 < 1:
                raise Undecided("the zero state is not proved to be a minimum")
        responses = responses_of(system, box, setting.modes, len(parts))
    own = replace(state, held=tuple(modes))
    return Pinned(own, tuple(places), tuple(masses), responses)


def _at(seeds: Seeds) -> list[list[float]]:
    return [one.at.tolist() for one in seeds.features]
