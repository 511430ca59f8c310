"""Loss, evidence and responses as functions in balls."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import as_products
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, u
from binodal.models.single_index.derivations.biased import pin
from binodal.models.single_index.derivations.curves import (
    UNLEARNED,
    linear_response,
    log_partition,
    mean_response,
    potential,
    shares,
    whole_target,
)
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
)
from binodal.numerics.codegen.function import Function


def evidence(modes: tuple[int, ...], branch: bool) -> Function:
    """(u, G, c_1 at rest, unlearned, t_k, y_k) -> log evidence per neuron."""
    amplitudes, targets = [amplitude(k) for k in modes], [target(k) for k in modes]
    logarithm = log_partition() if branch else sp.S.Zero
    learned = as_products(potential(modes, branch) - whole_target(modes) - logarithm, amplitudes)
    arguments = (u, gain, at_rest(1), UNLEARNED, *amplitudes, *targets)
    return Function("evidence", {"log_evidence": learned + logarithm}, arguments)


def scaled_response() -> Function:
    """(u, G, c_1 at rest, beta, y_1, 1/V, sigma_w^2) -> dt_0/dy_0 with biases of N(0, V/d)."""
    arguments = (u, gain, at_rest(1), beta, target(1), pin, sigma_w2)
    return Function("scaled_response", {"response": mean_response()}, arguments)


def losses(modes: tuple[int, ...]) -> Function:
    """t_k^2 -> every mode's share of the loss."""
    squares = {amplitude(k) ** 2: sp.Symbol(f"square_{k}", nonnegative=True) for k in modes}
    named = {f"loss_{k}": t.subs(squares) for k, t in zip(modes, shares(modes), strict=True)}
    return Function("losses", named, tuple(squares.values()))


def response() -> Function:
    """(u, G, c_1 at rest, beta, y_1) -> dt_1/dy_1 on the zero branch."""
    return Function(
        "response", {"response": linear_response()}, (u, gain, at_rest(1), beta, target(1))
    )
