"""Learning curves with random biases: loss by mode, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flint import arb

from binodal.models.single_index.numerics.biased.state import BiasedState
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
    share = t[1] / ball(state.setting.teacher[1]) if state.learns_linear_mode else arb(1)
    law = state.tilt(share, arb(0))
    if not law:
        return curves(state, t, known)
    weight, _, variance, by_beta, _ = law
    if responses is None:
        known[1] = 1 / by_beta
    values, setting = curves(state, t, known), state.setting
    numbers = [weight, variance, *state.couplings(arb(0))[:2], unlearned(state)]
    numbers += [*(t[k] for k in setting.modes), *map(ball, setting.acting.values())]
    return replace(values, log_evidence=_EVIDENCE(setting.modes)(*numbers)[0])
