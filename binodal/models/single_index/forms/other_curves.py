"""Loss and evidence with several directions, and log z with biases of order one, in balls."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import as_products
from binodal.models.single_index.derivations.action import amplitude, u
from binodal.models.single_index.derivations.biased import variance
from binodal.models.single_index.derivations.biased_curves import prior_log_partition
from binodal.models.single_index.derivations.curves import UNLEARNED, potential, whole_target
from binodal.models.single_index.derivations.limit import at_rest, gain, target
from binodal.models.single_index.derivations.prior_branch import NORM
from binodal.models.single_index.derivations.several import target as several_target
from binodal.models.single_index.derivations.several_curves import (
    several_learned,
    several_log_partition,
    several_shares,
)
from binodal.models.single_index.derivations.several_droplets import Modes, residual_mode
from binodal.numerics.codegen.function import Function


def several_evidence(modes: Modes, branch: bool) -> Function:
    """(u, G, c_1 at rest, unlearned, t_a, y_a) -> log evidence per neuron."""
    amplitudes = [residual_mode(a) for a in modes]
    log_z = several_log_partition(modes) if branch else sp.S.Zero
    whole = as_products(several_learned(modes), amplitudes) + log_z
    arguments = (u, gain, at_rest(1), UNLEARNED, *amplitudes, *map(several_target, modes))
    return Function("evidence", {"log_evidence": whole}, arguments)


def several_losses(modes: Modes) -> Function:
    """t_a^2 -> every mode's share of the loss."""
    squares = {residual_mode(a) ** 2: sp.Symbol(f"square_{k}") for k, a in enumerate(modes)}
    named = {f"loss_{k}": t.subs(squares) for k, t in enumerate(several_shares(modes))}
    return Function("losses", named, tuple(squares.values()))


def prior_evidence(modes: tuple[int, ...]) -> Function:
    """(the tilted integral, V, u, G, unlearned, t_k, y_k) -> log evidence per neuron."""
    amplitudes = [amplitude(k) for k in modes]
    learned = as_products(potential(modes, False) - whole_target(modes), amplitudes)
    arguments = (NORM, variance, u, gain, UNLEARNED, *amplitudes, *map(target, modes))
    return Function("evidence", {"log_evidence": learned + prior_log_partition()}, arguments)
