"""What a model's dynamics give: curves in time with errors, and where they come to rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.network_delay import NetworkDelay

Array = NDArray[np.float64]
Tell = Callable[[float], None]
"""Told which share of the work is done, at most."""


@dataclass(frozen=True)
class Curve:
    """A quantity at the times of a course, with an estimate of its error at each."""

    values: Array
    errors: Array


@dataclass(frozen=True)
class Course:
    """Curves by name at common times; ``rest`` are values with errors that some of them tend to.

    ``panels`` are the curves that are drawn together; ``why`` says how it ended, ``notes`` what it
    rests on, the unit of time first; ``numbers`` are the choices of the integration; ``measured``
    are curves of what a network's observer measures under the same names. ``stopped`` is a course
    that was interrupted: its times end there. ``delay`` is when a network goes over, or why it is
    not known.
    """

    times: Array
    curves: Mapping[str, Curve]
    rest: Mapping[str, tuple[float, float]]
    panels: tuple[tuple[str, ...], ...]
    status: Status
    why: str
    notes: tuple[str, ...]
    numbers: Mapping[str, float | int] = field(default_factory=dict)
    measured: tuple[str, ...] = ()
    stopped: bool = False
    delay: NetworkDelay | str = ""

    def save(self, path: Path) -> None:
        """Write the curves as arrays: ``time``, and for each NAME also NAME_error."""
        columns = {"time": self.times}
        for name, curve in self.curves.items():
            columns |= {name: curve.values, f"{name}_error": curve.errors}
        np.savez_compressed(path, allow_pickle=False, **columns)


@dataclass(frozen=True)
class Options:
    """How long, until rest if nothing is said; with how many particles, from which seed and start.

    ``readouts`` is their learning rate over that of weights, None where they are in equilibrium at
    each time. What else is None is the model's own choice; a model that draws nothing at random
    takes neither. A law is followed by the ``method`` of particles, or on a grid where the model
    has one.
    """

    until: float | None = None
    particles: int | None = None
    seed: int | None = None
    start: str = "prior"
    method: str = "particles"
    readouts: float | None = None

    def require_fast(self) -> None:
        """Raise ParameterError where readouts are to move beside the weights."""
        if self.readouts is not None:
            why = "this model has no readouts that move, or in equilibrium only"
            raise ParameterError(f"readouts={self.readouts:g}: {why}")

    def require_prior(self) -> None:
        """Raise ParameterError for another start than the prior."""
        if self.start != "prior":
            raise ParameterError(f"start={self.start}: this model starts from its prior only")

    def require_no_grid(self) -> None:
        """Raise ParameterError where a law on a grid is asked for."""
        if self.method != "particles":
            raise ParameterError(f"method={self.method}: this model has no law on a grid")


class Dynamics(Protocol):
    """What a model offers: its course at given parameters, under a theory."""

    def __call__(
        self, parameters: Parameters, theory: str, options: Options, tell: Tell, /
    ) -> Course: ...
