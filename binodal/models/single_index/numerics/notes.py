"""What the single-index theory rests on, in words."""

from __future__ import annotations

from collections.abc import Sequence

from binodal.derive.assumptions import Assumption
from binodal.models.single_index.numerics.results import Held, Place
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


def reason(by: Held) -> str:
    """What holds the residual."""
    parts = []
    bounded = [place for place in by.places if place.r is not None]
    free = [place for place in by.places if place.r is None]
    if bounded:
        many = f"{len(bounded)} features" if bounded[1:] else "the feature"
        action = "their actions" if bounded[1:] else "its action"
        parts.append(f"neurons at {many}, {_sizes(bounded, 5)} of all, hold {action} at zero")
    if free:
        at = " and ".join(f"m = {int(float(place.m.mid()))}" for place in free)
        parts.append(
            f"neurons at {at} with {_sizes(free, 8)} of <|w|^2> hold their law at the edge of "
            "normalisability: a condensate"
        )
    return "; ".join(parts)


def _sizes(places: Sequence[Place], digits: int) -> str:
    return " and ".join(f"{place.size.str(digits, radius=False)}/d" for place in places)


def require_derived(theory: str) -> None:
    """Raise ParameterError for another theory than the derived one."""
    if theory != "derived":
        raise ParameterError(f"theory {theory!r}: not available here, choose derived")
