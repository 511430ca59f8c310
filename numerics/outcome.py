"""What is known about a number: a verdict that travels with it."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a result was obtained; unknown is an answer.

    ``CERTIFIED``: a ball that provably contains the value. ``CONVERGED``: a float with an error
    estimate. ``UNDECIDED``: the proof did not succeed, nothing is claimed. ``ABSENT``: proved
    not to exist in the stated range.
    """

    CERTIFIED = "certified"
    CONVERGED = "converged"
    UNDECIDED = "undecided"
    ABSENT = "absent"
