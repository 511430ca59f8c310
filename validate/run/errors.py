"""What can go wrong with a run as a whole: each is one line that also says what to do."""

from __future__ import annotations

from binodal.errors import RequestError, Stopped, said
from binodal.validate.errors import ValidateError


class RunError(ValidateError, RequestError):
    """A run is asked for that makes no sense here, or its folder belongs to something else."""


class CheckpointError(ValidateError, Stopped):
    """A checkpoint cannot be read or is not what was written."""


class RunStopped(ValidateError, Stopped):
    """Interrupted, or workers were lost too often; the message says what is safe."""


def resume_option() -> str:
    """What makes a run go on, in the caller's terms."""
    return said("--resume", "resume=True")
