"""A neuron whose errors lie on the one pair that is left out: deeper than any of all pairs."""

from __future__ import annotations

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.checks import Claims, all_hold
from binodal.derive.step import Step
from binodal.derive.symbols import P

COSINE2, HELD, TURNED = sp.symbols("c held turned", positive=True)
"""Of a neuron whose singular values are all equal: cos^2 of the phase that W and V have, the share
of the functions that it holds, and the share that a phase can turn. Both are one on Z_P: a real
character has a sign for a phase, which is one of W and one of V by halves."""
OF_MODES = {HELD: 1, TURNED: 1}


def own_weights() -> sp.Expr:
    """tr W tr V over all functions: each is the cosine over those that turn, and no more."""
    return TURNED**2 * COSINE2


def said_there() -> sp.Expr:
    """tr W V over all functions: phases add up, signs that differ are -1."""
    return sp.expand(TURNED * (2 * COSINE2 - 1) - (HELD - TURNED))


def equal_modes(own: sp.Expr, said: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Q on all pairs over |w|^4; z = 2 w_0 v_0 and the pull T_0, both over |w|^2.

    ``own`` and ``said`` are tr W tr V and tr W V, squared singular values summing to ``held``.
    """
    return 4 * P / (HELD * (P - 1)), 2 * own * (P - 1) / (HELD * P), 2 * said / HELD


def squared_pull(own: sp.Expr, said: sp.Expr) -> sp.Expr:
    """Q on all pairs but (0, 0) over that on all.

    Without a pair that functions of one input have the leverage 1 - h on, h = (P-1)^2/P^2, the
    pulls T_p lose y_p(0,0) z/h.
    """
    left, (whole, z, pull) = (P - 1) ** 2 / P**2, equal_modes(own, said)
    lost = -2 * z * pull / left + z**2 / left**2 * (1 - 1 / P)
    return sp.expand(sp.simplify(1 + lost / whole))


def most() -> sp.Expr:
    """The largest by the phase: A and C do not depend on it, so that a coupling is Q's inverse."""
    shape = squared_pull(own_weights(), said_there())
    (cosine,) = sp.solve(sp.diff(shape, COSINE2), COSINE2)
    return sp.factor(shape.subs(COSINE2, cosine))


def pulled(order: int, phase: float, seen: NDArray[np.bool_]) -> float:
    """Q by definition: the target on the pairs seen, functions of one input fitted."""
    modes = np.arange(1, (order + 1) // 2)
    half = np.cos(2 * np.pi * np.outer(np.arange(order), modes) / order + phase).sum(1)
    first, second = np.nonzero(seen)
    single = np.hstack((np.eye(order)[first], np.eye(order)[second]))
    y = np.eye(order)[(first + second) % order] - 1 / order
    y = y - single @ np.linalg.lstsq(single, y, rcond=None)[0]
    return float(np.square(2 * half[first] * half[second] @ y).sum())


def _claims(claim: sp.Basic) -> Claims:
    shape, top = claim
    for order in (3, 5, 7):
        seen = np.ones((order, order), dtype=bool)
        whole = pulled(order, 0.4, seen)
        seen[0, 0] = False
        here = float(shape.subs(COSINE2, np.cos(0.4) ** 2))
        yield order, abs(pulled(order, 0.4, seen) / whole - here) < 1e-9
        best = max(pulled(order, phase, seen) for phase in np.linspace(0, np.pi, 201)) / whole
        yield f"{order}, most", 0 <= float(top) - best < 1e-3


def pair_left_out_step() -> Step:
    """The step of the pair that is left out."""
    return Step(
        "a pair left out",
        "a neuron whose modes are all equal, with one phase, puts what it gets wrong on the pair "
        "that is left out; it is as deep as zero at the coupling of all pairs over the most of Q",
        sp.Symbol("Q"),
        sp.Tuple(squared_pull(own_weights(), said_there()), most()).subs(OF_MODES),
        all_hold(_claims, "squared pulls by definition at P = 3, 5, 7, over all phases"),
    )
