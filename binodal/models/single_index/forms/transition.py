"""What decides how the log evidence passes a coexistence, as functions in balls."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import passage
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, m, overlap, r, u
from binodal.models.single_index.derivations.biased import bias, biased_action, pin, variance
from binodal.models.single_index.derivations.biased_curves import prior_log_partition, prior_slopes
from binodal.models.single_index.derivations.committee import m3
from binodal.models.single_index.derivations.curves import UNLEARNED, potential, whole_target
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
    with_zero_branch,
)
from binodal.models.single_index.derivations.prior_branch import NORM
from binodal.models.single_index.derivations.several import m1, m2
from binodal.models.single_index.derivations.several import target as several_target
from binodal.models.single_index.derivations.several_curves import several_evidence
from binodal.models.single_index.derivations.several_droplets import (
    Modes,
    moved_action,
    residual_mode,
)
from binodal.models.single_index.forms.biased import BRANCH
from binodal.models.single_index.forms.events import POWERS, by_parameter
from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.forms.path import by_parameter_on_path
from binodal.numerics.codegen.function import Function

NORM_BY_X = sp.Symbol("norm_by_x", real=True)
_STATE = (beta, u, gain, sigma_w2, *POWERS, at_rest(1), at_rest(3), UNLEARNED)


def transition(modes: tuple[int, ...], zero: str, path: bool = False) -> Function:
    """(m, r, bias, pin, state, y_k, c_k) -> the numbers of ``passage``.

    ``zero`` says what the zero state learns: nothing ("kept"), the linear mode ("branch"), or that
    with biases of N(0, V) ("prior"), whose integrals come last; ``path`` is the published action's.
    """
    whole = potential(modes, zero == "branch") - whole_target(modes)
    along = by_parameter_on_path if path else by_parameter
    named = passage(whole, biased_action(modes), [amplitude(k) for k in modes], along)
    if zero == "prior":
        named["log_evidence"] += prior_log_partition()
        named["slope"] += NORM_BY_X / NORM
        named["bend_t_1_t_1"], named["turn_t_1"] = prior_slopes(*BRANCH[1:])
    named = {k: with_zero_branch(e, modes, zero != "kept") for k, e in named.items()}
    law = (NORM, NORM_BY_X, variance, *BRANCH[1:]) if zero == "prior" else ()
    own = (*map(target, modes), *map(overlap, orders(modes, 1)))
    return Function("transition", named, (m, r, bias, pin, *_STATE, *own, *law))


Ties = tuple[tuple[int, int], ...]
"""For each mode the place of one that a symmetry makes of it, and the sign between them."""


def several_transition(modes: Modes, ties: Ties, branch: bool) -> Function:
    """(m_1, m_2, m_3, r, state, y_a of modes tied to themselves, c_k) -> those of ``passage``."""
    first = [a for k, a in enumerate(modes) if ties[k][0] == k]
    alike = {
        symbol(a): sign * symbol(modes[k])
        for a, (k, sign) in zip(modes, ties, strict=True)
        for symbol in (residual_mode, several_target)
    }
    held = {residual_mode(a): several_target(a) * (beta if sum(a) == 1 else 1) for a in first}
    parts = (several_evidence(modes, branch), moved_action(modes))
    whole, action = (part.subs(alike, simultaneous=True) for part in parts)
    named = passage(whole, action, [residual_mode(a) for a in first], by_parameter)
    degrees = sorted({sum(a) for a in modes})
    arguments = (m1, m2, m3, r, *_STATE, *map(several_target, first), *map(overlap, degrees))
    return Function("transition", {k: e.subs(held) for k, e in named.items()}, arguments)
