"""Loss, evidence and responses as functions in balls."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from binodal.derive.evidence import as_products, passage
from binodal.models.single_index.derivations.action import action, amplitude, overlap, u
from binodal.models.single_index.derivations.curves import (
    UNLEARNED,
    linear_response,
    log_partition,
    potential,
    shares,
    whole_target,
)
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
    with_zero_branch,
)
from binodal.models.single_index.forms import path
from binodal.models.single_index.forms.event_rows import event_arguments
from binodal.models.single_index.forms.events import by_parameter, raised_overlap
from binodal.numerics.codegen.function import Function


def evidence(modes: tuple[int, ...], branch: bool) -> Function:
    """(u, G, c_1 at rest, unlearned, t_k, y_k) -> log evidence per neuron."""
    amplitudes, targets = [amplitude(k) for k in modes], [target(k) for k in modes]
    logarithm = log_partition() if branch else sp.S.Zero
    learned = as_products(potential(modes, branch) - whole_target(modes) - logarithm, amplitudes)
    arguments = (u, gain, at_rest(1), UNLEARNED, *amplitudes, *targets)
    return Function("evidence", {"log_evidence": learned + logarithm}, arguments)


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


def _passage(
    modes: tuple[int, ...], branch: bool, along: Callable[[sp.Expr], sp.Expr]
) -> dict[str, sp.Expr]:
    amplitudes = [amplitude(k) for k in modes]
    named = passage(potential(modes, branch), whole_target(modes), action(modes), amplitudes, along)
    return {name: with_zero_branch(e, modes, branch) for name, e in named.items()}


def transition(modes: tuple[int, ...], branch: bool) -> Function:
    """(unlearned, an event's arguments) -> what the evidence does at a coexistence."""
    plain = {overlap(k): raised_overlap(k, 0) for k in modes}
    named = {k: e.subs(plain) for k, e in _passage(modes, branch, by_parameter).items()}
    return Function("transition", named, (UNLEARNED, *event_arguments(modes, branch, 3)))


def path_transition(modes: tuple[int, ...], branch: bool) -> Function:
    """The same for the published action."""
    named = _passage(modes, branch, path.by_parameter_on_path)
    return Function("transition", named, (UNLEARNED, *path.event_arguments(modes, branch)))
