"""A measured number with everything that a verdict asks of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """A measured number: its error from ``units`` independent units, and its chains' state.

    ``ess`` counts effective draws over all members; ``problem`` says why the number cannot be
    judged (not equilibrated, nothing there), or is empty. ``dominates`` is the origin of most of
    the error. A ``logarithm`` is judged by its difference, the relative error of what it is of.
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

    @property
    def place(self) -> tuple[str, float | None]:
        """What is measured, and where on its axis."""
        return self.observable, self.at
