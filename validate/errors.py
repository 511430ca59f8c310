"""What can go wrong in an experiment; every message says what failed, where, and what to try."""

from __future__ import annotations

from collections.abc import Sequence

from binodal.errors import BinodalError, RequestError, Stopped

_SHOWN = 8


class ValidateError(BinodalError):
    """Root of this package's errors.

    ``partial`` keeps what was reached before the failure (a state, a table, a list of blocks), so
    that nobody pays twice for it; None where there was nothing yet.
    """

    def __init__(self, message: str, partial: object = None) -> None:
        super().__init__(message)
        self.partial = partial


class DataError(ValidateError, RequestError):
    """A data set or a request for one makes no sense."""


class SamplerError(ValidateError, RequestError):
    """A sampler was asked for something that makes no sense; one line for the user."""


class Untuned(ValidateError, Stopped):
    """A step size could not be found: no curvature, or no acceptance near the one wanted."""


class Diverged(ValidateError, Stopped):
    """Members left the region in which a step makes sense.

    ``step`` counts from 0, ``members`` are row numbers of the state, ``partial`` is the last state.

    >>> str(Diverged("baoab", 12, [0, 3], 0.5))
    'baoab lost 2 members (0, 3) at step 12 with step size 0.5: halve the step, or measure the \
curvature again after a burn-in'
    """

    def __init__(
        self,
        sampler: str,
        step: int,
        members: Sequence[int],
        step_size: float,
        partial: object = None,
    ) -> None:
        self.sampler, self.step, self.step_size = sampler, step, step_size
        self.members = tuple(members)
        shown = ", ".join(map(str, self.members[:_SHOWN]))
        more = ", ..." if len(self.members) > _SHOWN else ""
        noun = "member" if len(self.members) == 1 else "members"
        super().__init__(
            f"{sampler} lost {len(self.members)} {noun} ({shown}{more}) at step {step} with step "
            f"size {step_size:.6g}: halve the step, or measure the curvature again after a burn-in",
            partial,
        )
