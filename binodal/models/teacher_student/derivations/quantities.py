"""The named quantities of the teacher-student model, and the whole chain from the posterior on."""

from __future__ import annotations

from functools import cache

from binodal.derive.conventions import conventions
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import smoothing
from binodal.derive.gaussian.hermite import hermite_overlaps
from binodal.derive.gaussian.moments import gaussian_moments
from binodal.derive.gaussian.rank_one import rank_one
from binodal.derive.network_delay import crossings
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.derive.renormalised_noise import renormalised_noise
from binodal.models.teacher_student.derivations.action import actions
from binodal.models.teacher_student.derivations.barrier import barrier
from binodal.models.teacher_student.derivations.closure import closure
from binodal.models.teacher_student.derivations.continuum import continuum
from binodal.models.teacher_student.derivations.corrections import corrections
from binodal.models.teacher_student.derivations.curves import curves
from binodal.models.teacher_student.derivations.dropped import dropped
from binodal.models.teacher_student.derivations.dynamics import dynamics
from binodal.models.teacher_student.derivations.endpoints import endpoints
from binodal.models.teacher_student.derivations.events import events
from binodal.models.teacher_student.derivations.finite_d import finite_d
from binodal.models.teacher_student.derivations.finite_data import finite_data_of_continuum
from binodal.models.teacher_student.derivations.finite_width import finite_width_of_continuum
from binodal.models.teacher_student.derivations.held_weights import held_weights
from binodal.models.teacher_student.derivations.joint_dynamics import joint_dynamics
from binodal.models.teacher_student.derivations.kernel import kernel
from binodal.models.teacher_student.derivations.limit import limit
from binodal.models.teacher_student.derivations.overlap_law import overlap_law
from binodal.models.teacher_student.derivations.phase_order import phase_order
from binodal.models.teacher_student.derivations.posterior import mean_field
from binodal.models.teacher_student.derivations.reaction import reaction_of_network
from binodal.models.teacher_student.derivations.scaling import scaling

QUANTITIES: dict[str, Quantity] = {
    "conventions": for_any_theory(conventions),
    "rank-one": for_any_theory(rank_one),
    "activation": for_any_theory(smoothing),
    "hermite": for_any_theory(hermite_overlaps),
    "gaussian-integrals": for_any_theory(gaussian_moments),
    "posterior": for_any_theory(mean_field),
    "continuum": for_any_theory(continuum),
    "action": for_any_theory(actions),
    "overlap-law": for_any_theory(overlap_law),
    "kernel": for_any_theory(kernel),
    "closure": for_any_theory(closure),
    "limit": for_any_theory(limit),
    "events": for_any_theory(events),
    "end-points": for_any_theory(endpoints),
    "phase-order": for_any_theory(phase_order),
    "curves": for_any_theory(curves),
    "barrier": for_any_theory(barrier),
    "dynamics": for_any_theory(dynamics),
    "joint-dynamics": for_any_theory(joint_dynamics),
    "held-weights": for_any_theory(held_weights),
    "delay": for_any_theory(crossings),
    "reaction": for_any_theory(reaction_of_network),
    "finite-d": for_any_theory(finite_d),
    "corrections": for_any_theory(corrections),
    "dropped": for_any_theory(dropped),
    "finite-data": for_any_theory(finite_data_of_continuum),
    "renormalised-noise": for_any_theory(renormalised_noise),
    "finite-width": for_any_theory(finite_width_of_continuum),
    "scaling": for_any_theory(scaling),
}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain, conventions first.

    >>> len(complete().steps) > 30
    True
    """
    title = "The teacher-student model, from definitions to critical points"
    return chained(title, QUANTITIES, theory)
