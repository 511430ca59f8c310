"""All witnesses by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from binodal.audit import gaussian, law, modular_kernel, modular_weights
from binodal.audit.witness import Witness

WITNESSES: dict[str, Callable[[], Witness]] = {
    "langevin-variance": law.langevin_variance,
    "law-of-overlap": law.law_of_overlap,
    "printed-q11": law.printed_q11,
    "printed-prefactor": law.printed_prefactor,
    "response-to-chi": law.response_to_chi,
    "fifth-mode": law.fifth_mode,
    "sampling-error": law.sampling_error,
    "prior-q33": law.prior_q33,
    "moments": gaussian.moments,
    "overlaps": gaussian.overlaps,
    "regression": gaussian.regression,
    "target-eigenvalue": modular_kernel.target_eigenvalue,
    "axis-eigenvalues": modular_kernel.axis_eigenvalues,
    "fourier-action": modular_kernel.fourier_action,
    "saddle-equations": modular_kernel.saddle_equations,
    "lambda-under-m14": modular_kernel.lambda_under_m14,
    "odds": modular_weights.odds,
    "modular-start": modular_weights.modular_start,
    "shift-of-coexistence": modular_weights.shift_of_coexistence,
    "saddle-count": modular_weights.saddle_count,
}


@cache
def run(name: str) -> Witness:
    """Run a witness once a process. Raises KeyError for an unknown name."""
    return WITNESSES[name]()
