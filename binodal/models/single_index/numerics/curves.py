"""Learning curves of a single-index theory at infinite d: loss, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.results import Curves

_FORMS = Forms("binodal.models.single_index.forms.curves")
_EVIDENCE, _RESPONSE = _FORMS.balls("evidence"), _FORMS.balls("response")
_LOSSES = _FORMS.balls("losses")


def zero_responses(state: State) -> dict[int, arb]:
    """dt_k/dy_k on the zero branch: one where a mode stays at its target."""
    responses = {k: arb(1) for k in state.setting.teacher}
    if not state.setting.absent(0):
        responses[0] = arb(0)
    if state.learns_linear_mode:
        u, gain, _ = state.couplings(arb(0))
        rest, target = state.rest(arb(0))[1], ball(state.setting.teacher[1])
        responses[1] = _RESPONSE()(u, gain, rest, state.beta(arb(0)), target)[0]
    return responses


def curves(state: State, t: Mapping[int, arb], responses: Mapping[int, arb]) -> Curves:
    """Loss by mode, log evidence per neuron and responses, at the residual t."""
    setting, rest = state.setting, state.rest(arb(0))[1]
    u, gain, _ = state.couplings(arb(0))
    acting = [t[k] for k in setting.modes]
    targets = [ball(y) for y in setting.acting.values()]
    numbers = (u, gain, rest, unlearned(state), *acting, *targets)
    evidence = _EVIDENCE(setting.modes, state.learns_linear_mode)(*numbers)[0]
    shares = _losses(t)
    whole = sum(_losses({k: ball(y) for k, y in setting.teacher.items()}).values(), arb(0))
    return Curves(shares, whole, evidence, {str(k): r for k, r in sorted(responses.items())})


def _losses(t: Mapping[int, arb]) -> dict[str, arb]:
    """The modes' shares of the loss."""
    shares = _LOSSES(tuple(t))(*(value * value for value in t.values()))
    return dict(zip(map(str, t), shares, strict=True))


def unlearned(state: State) -> arb:
    """sum_k k! y_k^2 over the modes that no neuron learns."""
    lost = {k: ball(y) for k, y in state.setting.teacher.items() if state.setting.absent(k)}
    return sum(_losses(lost).values(), arb(0)) if lost else arb(0)
