"""All that training and judging need of a model, in one object that every generic part is handed.

The object is made of functions that stand at the top of their modules, so that another process
finds them by name: a run takes its model along to its workers, which know of no registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from binodal.derive.theories import THEORIES
from binodal.numerics.parameters import Parameters
from binodal.validate.errors import DataError
from binodal.validate.observable import Number, Observer
from binodal.validate.prediction import Prediction
from binodal.validate.target import Target

if TYPE_CHECKING:
    from binodal.validate.compare.sources import Gap, OnData, Table
    from binodal.validate.measures.theory import Measurable
    from binodal.validate.samplers.linear_readout import LinearReadout

Data = Mapping[str, Tensor]
"""One data set: "x" (n, d) and "y" (n,)."""

Array = NDArray[np.float64]

Find = Callable[[str, Mapping[str, Fraction]], "tuple[Parameters, NetworkModel]"]
"""From the name of a model and exact values to its parameters and to what trains and judges it."""


class Shape(Protocol):
    """Sizes as integers and variances as floats."""

    @property
    def N(self) -> int:
        """Width of the hidden layer."""

    @property
    def samples(self) -> int:
        """Size of the training set."""

    @property
    def dimension(self) -> int:
        """Parameters of one network."""


class Network(Target, Protocol):
    """A posterior of networks, which tells the data that it is conditioned on."""

    @property
    def shape(self) -> Any:
        """Its sizes and variances, the noise ``sigma2`` among them."""

    @property
    def data(self) -> Data:
        """Tensors that a resumed run must find again, bit for bit."""


@dataclass(frozen=True)
class Room:
    """What a network takes beside its state: numbers of its data, bytes while it is measured."""

    data: int
    measured: int


@dataclass(frozen=True)
class Observables:
    """Which stored quantities theories predict, by what is made of them.

    ``scalars`` are means. ``ratios`` observable -> (sum, count), over the bins of an axis.
    ``density`` is a stored density, whose logarithm is compared at the stored places nearest to
    ``places``. ``direct`` names for a reading averaged over the readout the one of the network as
    it stands (:mod:`binodal.validate.compare.direct`). ``course`` are followed in time.
    """

    scalars: tuple[str, ...]
    ratios: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    density: str = ""
    places: tuple[float, ...] = ()
    direct: Mapping[str, str] = field(default_factory=dict)
    course: tuple[str, ...] = ()


class DataState(Protocol):
    """A closure on one data set: the observables, and how far they still moved."""

    @property
    def values(self) -> Mapping[str, float]:
        """By observable."""

    @property
    def unsettled(self) -> Mapping[str, float]:
        """The difference between two halves of the computation, by observable."""


Solve = Callable[[Any, Tensor, Tensor, torch.Generator], DataState]
"""(shape, inputs (n, d), targets (n,), generator) -> the observables on these data."""


@dataclass(frozen=True)
class DataTheory:
    """What is said of networks that share a data set, where only N is infinite.

    ``without_features`` solves a control, in which neurons keep their prior; another control is
    ``closure`` with ``flipped``, one of ``names``, of the other sign.
    """

    names: tuple[str, ...]
    closure: Solve
    without_features: Solve
    flipped: str


class Predict(Protocol):
    """All predictions of the named theories at these parameters, controls included."""

    def __call__(
        self, parameters: Parameters, theories: Sequence[str], places: Sequence[float], /
    ) -> list[Prediction]: ...


@dataclass(frozen=True, eq=False)
class NetworkModel:
    """A model's networks: how they are made and measured, and what theories say of them.

    ``build(shape, data, members, dtype, device)`` is the posterior of as many members, in turn on
    one of the data sets each; ``observer`` measures it, in a ``room`` told by the shape and the
    bytes of a number. ``draw_data`` draws a fresh data set in float64; without it there is one,
    which ``build`` knows. ``departures`` are sentences on what a user's data have that the theory
    does not assume. ``feature_start`` draws a state that holds the feature, ``readout`` is the
    network as a target linear in its readout. ``log_density(parameters, theory, places)`` is
    the law that ``observables.density`` measures, ``gap`` what explains a distance to a theory;
    ``measurable`` is what measures of the literature see of a network. ``jumps``: the output does,
    which its gradient does not see, so that Metropolis' rule at every step has to.
    What is None a model does not have.
    """

    shape: Callable[[Parameters], Any]
    build: Callable[[Any, Sequence[Data], int, torch.dtype, torch.device], Any]
    observer: Callable[[Mapping[str, Number]], Observer]
    room: Callable[[Any, int], Room]
    observables: Observables
    predict: Predict
    draw_data: Callable[[Any, torch.Generator], Data] | None = None
    departures: Callable[[Parameters, Data], list[str]] | None = None
    feature_start: Callable[[Any, torch.Generator], Tensor] | None = None
    readout: Callable[[Any], LinearReadout] | None = None
    on_data: DataTheory | None = None
    log_density: Callable[[Parameters, str, Array], Array] | None = None
    gap: Callable[[Any, Table, OnData | None], Gap | None] | None = None
    measurable: Measurable | None = None
    jumps: bool = False

    def predictions(
        self,
        parameters: Parameters,
        theories: Sequence[str] = THEORIES,
        places: Sequence[float] = (),
    ) -> list[Prediction]:
        """All predictions for a run at these parameters, controls included.

        ``places`` are where the logarithm of the density is asked for. Raises
        :class:`binodal.validate.errors.DataError` for an unknown theory.
        """
        for theory in theories:
            if theory not in THEORIES:
                raise DataError(f"theory {theory!r}: choose {', '.join(THEORIES)}")
        return self.predict(parameters, theories, places)
