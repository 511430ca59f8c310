"""Exact checks on every group of an order that the user names: nothing is rounded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from binodal.models.protocol import Check


def exact_checks(order: int) -> Iterator[Check]:
    """Names and checks of each group of this order; each returns None or what is wrong.

    The table of characters by orthogonality, and every factor of the theory by direct sums over
    inputs and labels with generic weights.
    """
    from binodal.derive.groups.small import SMALL, orders

    for name, text in SMALL.items():
        if orders()[name] == order:
            yield f"group {name}: irreps and NNGP spectrum", partial(_irreps, text)
            for step in _STEPS:
                yield f"group {name}: {step}", partial(_sums, step, text)


_STEPS = ("projection", "orthogonality", "Plancherel", "norm of the target")


def _irreps(text: str) -> str | None:
    from binodal.derive.groups.names import from_text
    from binodal.models.group.derivations.representations import nngp_spectrum, representations

    for derivation in (representations, nngp_spectrum):
        for step in derivation(from_text(text)).steps:
            wrong = step.counterexample()
            if wrong is not None:
                return wrong
    return None


def _sums(step: str, text: str) -> str | None:
    """The claim of a step of the derivation, judged on this group."""
    from binodal.derive.checks import exact_on
    from binodal.models.group.derivations import action, kernel

    claim, cases = {
        "projection": (action.projection(), action.projection_cases),
        "orthogonality": (action.interaction_of_products(), action.interaction_cases),
        "Plancherel": (action.plancherel(), action.plancherel_cases),
        "norm of the target": (kernel.norm_of_target(), kernel.norm_cases),
    }[step]
    return exact_on(partial(cases, names=(text,)), step).counterexample(claim)
