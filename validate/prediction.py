"""One number that a theory says about a run, and what kind of theory said it."""

from __future__ import annotations

from dataclasses import dataclass

ON_THESE_DATA = "these data"
"""The limit of a prediction for the run's own data sets, in which only N is infinite."""


@dataclass(frozen=True)
class Prediction:
    """``value`` of an observable (``at`` a place on its axis, if it has one) and its own error.

    ``limit`` is "thermodynamic" or "finite", or says more exactly what is finite; ``modes`` is the
    number of odd modes of the residual. ``missing`` says why there is no number (then NaN), or why
    it is not judged, or is empty. A ``control`` is a theory that is known to be wrong: a comparison
    that cannot reject it has no power.
    """

    theory: str
    observable: str
    value: float
    error: float = 0.0
    at: float | None = None
    limit: str = "finite"
    modes: int = 2
    control: bool = False
    missing: str = ""

    @property
    def label(self) -> str:
        """The theory with everything that tells it from its neighbours.

        >>> Prediction("derived", "b", 0.7, modes=3).label
        'derived, finite, modes to H5'
        """
        if self.control:
            return self.theory
        more = f", modes to H{2 * self.modes - 1}" if self.modes > 2 else ""
        return f"{self.theory}, {self.limit}{more}"
