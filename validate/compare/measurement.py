"""A measured number with everything that a verdict asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot


@dataclass(frozen=True)
class Measurement:
    """A measured number: its error from ``units`` independent units, and its chains' state.

    ``ess`` counts effective draws over all members; ``problem`` says why the number cannot be
    judged (not equilibrated, nothing there), or is empty. ``dominates`` is the origin of most of
    the error. ``bias`` is what the sampler's step adds to the value, as the run measured it, and
    ``bias_error`` its standard error. A ``logarithm`` is judged by its difference, the relative
    error of what it is of. ``skewness`` is that of the units' values (NaN: not known); None says
    that they are normal.
    """

    observable: str
    value: float
    stderr: float
    units: int
    ess: float
    rhat: float
    at: float | None = None
    problem: str = ""
    dominates: str = ""
    logarithm: bool = False
    bias: float = 0.0
    bias_error: float = 0.0
    skewness: float | None = None

    @property
    def error(self) -> float:
        """The whole error bar: stderr, the bias of the step (not corrected for) and its error.

        >>> Measurement("b", 1.0, 0.3, 9, 1e3, 1.0, bias=0.4, bias_error=1.2).error
        1.3
        """
        return hypot(self.stderr, self.bias, self.bias_error)

    @property
    def place(self) -> tuple[str, float | None]:
        """What is measured, and where on its axis."""
        return self.observable, self.at
