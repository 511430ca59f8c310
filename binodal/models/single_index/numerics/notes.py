"""What the single-index theory rests on, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.single_index.numerics.results import Held
from binodal.numerics.errors import ParameterError

_COMMON = (
    Assumption.GAUSSIAN_DATA,
    Assumption.CONTINUUM,
    Assumption.UNIT_TEACHER,
    Assumption.MEAN_FIELD,
    Assumption.LARGE_D,
)
TOO_MANY = "that is more than all neurons at this d, so that masses are not given"
_SHARED = (
    "each with its image at -m: the linear mode is learned entirely, and how a place and its image "
    "share their neurons is fixed for all places together alone"
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
    parts, places = [], by.places
    if by.shared:
        places = tuple(replace(p, size=2 * p.size) for p in places if p.m > 0)
    bounded = [place for place in places if place.r is not None]
    free = [place for place in places if place.r is None]
    if bounded:
        parts.append(features_hold([place.size for place in bounded]))
    if free:
        position = " and ".join(f"m = {int(float(place.m.mid()))}" for place in free)
        parts.append(
            f"neurons at {position} with {_sizes([p.size for p in free], 8)} of <|w|^2> hold their "
            "law at the edge of normalisability: a condensate"
        )
    if by.shared:
        parts.append(_SHARED)
    return "; ".join(parts)


def features_hold(masses: Sequence[arb]) -> str:
    """That features hold the residual, each by its mass times d."""
    many = f"{len(masses)} features" if masses[1:] else "the feature"
    action = "their actions" if masses[1:] else "its action"
    return f"neurons at {many}, {_sizes(masses, 5)} of all, hold {action} at zero"


def _sizes(sizes: Sequence[arb], digits: int) -> str:
    return " and ".join(f"{size.str(digits, radius=False)}/d" for size in sizes)


def require_derived(theory: str) -> None:
    """Raise ParameterError for another theory than the derived one."""
    if theory != "derived":
        raise ParameterError(f"theory {theory!r}: not available here, choose derived")
