"""Why a law of neurons has one place of rest: its free energy is convex."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from binodal.derive.checks import Claims, all_hold
from binodal.derive.step import Cases, Step, both, equal_on


def free_energy_step(
    noise: str,
    costs: str,
    before: sp.Basic,
    energy: sp.Expr,
    cases: Callable[[sp.Basic], Cases],
    claims: Callable[[sp.Basic], Claims],
) -> Step:
    """The energy y.(Q + noise)^{-1} y/(2 N) whose slope is the force, checked by both.

    ``cases`` compare its slope as neurons move with their action, ``claims`` hold its curvature.
    """
    return Step(
        "free energy",
        f"the force is that of y.(Q + {noise})^{{-1}} y/(2 N), convex in the law since Q is linear "
        f"in it; with the entropy{costs} it falls in time and has one minimum, the equilibrium "
        "law: no other law is at rest",
        before,
        energy,
        both(
            equal_on(cases, "slope as neurons move to a third place, against S there"),
            all_hold(claims, "curvature along that move"),
        ),
    )
