"""How the log evidence passes a proved coexistence: one direction, with and without biases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.curves import unlearned
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.passage import passed
from binodal.numerics.results import Transition

FORMS = Forms("binodal.models.single_index.forms.transition")
_TRANSITION = FORMS.balls("transition")


@dataclass(frozen=True)
class Place:
    """A feature's cosine, norm, bias and what that costs, with t_1/y_1 and x there."""

    m: arb
    r: arb
    bias: arb
    pin: arb
    share: arb
    x: arb


def transition(
    state: State, place: Place, law: Sequence[arb] = (), *, path: bool = False
) -> Transition:
    """What the evidence does at a coexistence along the state's parameter.

    ``law`` has the numbers of biases of order one; ``path`` is the published action's.
    """
    setting = state.setting
    zero = "prior" if law else "branch" if state.learns_linear_mode else "kept"
    targets = {**({0: 0} if setting.moves_means else {}), **setting.acting}
    modes = tuple(targets)
    needed = orders(modes, 1)
    overlaps = setting.at_bias(place.r, place.bias, max(needed) + 1)
    numbers = [
        place.m,
        place.r,
        place.bias,
        place.pin,
        *zero_state(state, place.share, place.x),
        unlearned(state),
    ]
    numbers += [*map(ball, targets.values()), *(overlaps[k] for k in needed)]
    return passed(_TRANSITION(modes, zero, path)(*numbers, *law))


def zero_state(state: State, share: arb, x: arb) -> list[arb]:
    """beta, u, G, sigma_w^2, the powers of the parameter in them, and c_1 and c_3 at rest."""
    rest = state.rest(x)
    return [share, *state.couplings(x), *map(arb, state.powers), rest[1], rest[3]]
