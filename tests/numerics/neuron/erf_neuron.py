"""An erf neuron as a value of the general theory: its order parameter is the scaled overlap y."""

from __future__ import annotations

from functools import cache

from binodal.derive.neuron import Neuron
from binodal.derive.symbols import (
    N,
    b,
    c,
    d,
    epsilon,
    n,
    rho,
    sigma2,
    sigma_a2,
    sigma_w2,
    y,
)
from binodal.derive.theories import require_theory
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.closure import normalisation
from binodal.models.teacher_student.derivations.finite_d import log_weight, rho_of_y
from binodal.models.teacher_student.derivations.kernel import normalised_overlap
from binodal.models.teacher_student.derivations.printed import M11


@cache
def erf_neuron(theory: str) -> Neuron:
    """The law of y = q/sqrt(1 + 2 r_perp^2) >= 0: even, so half of the line is enough.

    The theories differ in cost and prior alone. Raises ValueError for an unknown theory.

    >>> erf_neuron("derived").noise
    sigma2/n
    """
    correlation = {rho: rho_of_y()}
    return Neuron(
        order=(y,),
        cost=action(require_theory(theory)).cost.subs(correlation),
        log_prior=log_weight(theory).subs({b: 0, c: 0}),
        features=(tuple(normalised_overlap(k).subs(correlation) for k in (0, 1)),),
        modes=(b, c),
        scales=(normalisation(0), normalisation(1)),
        targets=(normalisation(0), epsilon),
        data=n,
        size=d,
        parameters=(N, n, d, sigma2, sigma_w2, sigma_a2, epsilon),
        scaling=M11,
    )
