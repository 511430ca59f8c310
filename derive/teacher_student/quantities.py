"""The named quantities of the teacher-student model, and the whole chain from the posterior on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce

from derive.conventions import conventions
from derive.derivation import Derivation
from derive.gaussian.activations import smoothing
from derive.gaussian.hermite import hermite_overlaps
from derive.gaussian.moments import gaussian_moments
from derive.gaussian.rank_one import rank_one
from derive.teacher_student.action import THEORIES, actions
from derive.teacher_student.barrier import barrier
from derive.teacher_student.closure import closure
from derive.teacher_student.continuum import continuum
from derive.teacher_student.corrections import corrections
from derive.teacher_student.endpoints import endpoints
from derive.teacher_student.events import events
from derive.teacher_student.finite_d import finite_d
from derive.teacher_student.finite_width import finite_width_of_continuum
from derive.teacher_student.kernel import kernel
from derive.teacher_student.limit import limit
from derive.teacher_student.overlap_law import overlap_law
from derive.teacher_student.phase_order import phase_order
from derive.teacher_student.posterior import mean_field
from derive.teacher_student.scaling import scaling

Quantity = Callable[[str], Derivation]


def _for_any_theory(derivation: Callable[[], Derivation]) -> Quantity:
    """One derivation holds both theories' results; the name of the theory is checked only."""

    def quantity(theory: str = "derived") -> Derivation:
        if theory not in THEORIES:
            raise ValueError(f"theory {theory!r} is not one of {', '.join(THEORIES)}")
        return derivation()

    return quantity


QUANTITIES: dict[str, Quantity] = {
    "conventions": _for_any_theory(conventions),
    "rank-one": _for_any_theory(rank_one),
    "activation": _for_any_theory(smoothing),
    "hermite": _for_any_theory(hermite_overlaps),
    "gaussian-integrals": _for_any_theory(gaussian_moments),
    "posterior": _for_any_theory(mean_field),
    "continuum": _for_any_theory(continuum),
    "action": _for_any_theory(actions),
    "overlap-law": _for_any_theory(overlap_law),
    "kernel": _for_any_theory(kernel),
    "closure": _for_any_theory(closure),
    "limit": _for_any_theory(limit),
    "events": _for_any_theory(events),
    "end-points": _for_any_theory(endpoints),
    "phase-order": _for_any_theory(phase_order),
    "barrier": _for_any_theory(barrier),
    "finite-d": _for_any_theory(finite_d),
    "corrections": _for_any_theory(corrections),
    "finite-width": _for_any_theory(finite_width_of_continuum),
    "scaling": _for_any_theory(scaling),
}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain, conventions first.

    >>> len(complete().steps) > 30
    True
    """
    chain = [quantity(theory) for quantity in QUANTITIES.values()]
    joined = reduce(lambda done, following: done.then(following), chain)
    return Derivation(
        "The teacher-student model, from definitions to critical points",
        joined.steps,
        joined.results,
    )
