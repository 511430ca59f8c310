"""Learning curves with random biases: loss by mode, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flint import arb

from binodal.models.single_index.numerics.biased.state import BiasedState, PriorState
from binodal.models.single_index.numerics.curves import curves, unlearned, zero_responses
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.results import Curves

_EVIDENCE = Forms("binodal.models.single_index.forms.other_curves").balls("prior_evidence")


def biased_curves(
    state: BiasedState, t: Mapping[int, arb], responses: Mapping[int, arb] | None = None
) -> Curves:
    """At the residual t, with the responses of its acting modes where features hold them."""
    known = zero_responses(state) | dict(responses or {})
    if not isinstance(state, PriorState) or not state.learns_linear_mode:
        return curves(state, t, known)
    if responses is None:
        known[1] = 1 / state.branch(state.beta(arb(0)), arb(0))[1]
    values = curves(state, t, known)
    setting, (u, gain, norm) = state.setting, state.couplings(arb(0))
    weight = state.law.integrals(t[1] / ball(setting.teacher[1]), u, norm)[0]
    numbers = [weight, ball(setting.variance), u, gain, unlearned(state)]
    numbers += [*(t[k] for k in setting.modes), *map(ball, setting.acting.values())]
    return replace(values, log_evidence=_EVIDENCE(setting.modes)(*numbers)[0])
