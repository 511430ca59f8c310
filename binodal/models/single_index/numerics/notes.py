"""What the single-index theory rests on, in words."""

from __future__ import annotations

from binodal.derive.assumptions import Assumption
from binodal.numerics.errors import ParameterError

_COMMON = (
    Assumption.GAUSSIAN_DATA,
    Assumption.CONTINUUM,
    Assumption.UNIT_TEACHER,
    Assumption.MEAN_FIELD,
    Assumption.LARGE_D,
)
MODES = "modes: the residual holds the teacher's modes; mode 0 is learned where phi has a mean"


def assumptions(theory: str, features: bool = False) -> tuple[str, ...]:
    """Those of the limit d -> infinity, where features hold neurons or where none does.

    The published theory holds the norm across the teacher as well.
    """
    held = Assumption.DROPLET_MASS if features else Assumption.ZERO_BRANCH
    fixed = (Assumption.PERP_FIXED,) if theory == "published" else ()
    return (*(a.value for a in (*_COMMON, *fixed, held)), MODES)


def require_derived(theory: str) -> None:
    """Raise ParameterError for another theory than the derived one."""
    if theory != "derived":
        raise ParameterError(f"theory {theory!r}: not available here, choose derived")
