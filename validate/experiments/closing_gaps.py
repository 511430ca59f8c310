"""How the gap between networks and theory closes: a question to which every model adds cases."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from binodal.validate.experiments.experiment import Case, Experiment


def closing_gaps(cases: Callable[[Fraction], tuple[Case, ...]]) -> Experiment:
    """The question, with one model's cases."""
    return Experiment(
        "closing-gaps",
        "How the gap between networks and theory closes",
        "Does the gap vanish with the data, with the width and along the scalings, and how fast?",
        cases,
    )
