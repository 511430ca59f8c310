"""What a theory says of measures: numbers by quadrature of its law of one neuron, and droplets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from binodal.numerics.parameters import Parameters
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.network import Task, TwoLayer

if TYPE_CHECKING:
    from binodal.validate.network_model import Data

COMPUTED = "computed"
_Of = TypeVar("_Of")


class Later(Mapping[str, _Of]):
    """What is computed at once for all of ``names`` when one of them is first asked for, and the
    ``rest``.

    >>> later = Later(["b"], lambda: {"b": 1})
    >>> "c" in later, later["b"]
    (False, 1)
    """

    def __init__(
        self,
        names: tuple[str, ...],
        compute: Callable[[], Mapping[str, _Of]],
        rest: Mapping[str, _Of] = MappingProxyType({}),
    ) -> None:
        self._names, self._compute, self._rest = names, compute, rest

    @cached_property
    def _found(self) -> Mapping[str, _Of]:
        return self._compute()

    def __getitem__(self, name: str) -> _Of:
        return self._found[name] if name in self._names else self._rest[name]

    def __iter__(self) -> Iterator[str]:
        return chain(self._found, self._rest)

    def __len__(self) -> int:
        return len(self._found) + len(self._rest)


@dataclass(frozen=True)
class Theory:
    """Predictions for a network in equilibrium at given parameters, and where droplets begin.

    ``values`` by measure, with an estimate of their error, which sees what ``left_out`` does not
    name; ``silent`` says of other measures why there is none. ``mean_field`` has those of N = inf
    and n = inf alone, where ``values`` go beyond. Neurons whose order parameter is
    beyond ``barrier`` are droplets, of which there is the share ``droplets``; None where the law
    has none, and then ``why`` says so. ``doubt`` is why nothing is predicted at all.
    """

    values: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)
    mean_field: Mapping[str, float] = field(default_factory=dict)
    barrier: float | None = None
    droplets: float | None = None
    why: str = ""
    left_out: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Measurable:
    """What measuring a network needs of its model, beside what training it does.

    ``task(shape, data, generator)`` with the training data, None where nobody knows them.
    ``sizes(N, D, O)`` are the parameters that the shapes of weights (N, D) and a readout (N, O)
    tell, None for shapes that no network of the model has. ``order`` is the order parameter of
    every neuron, by which a droplet is told. ``of_data`` are observed numbers that rest on the
    training data, those that average over the readout above all. ``constant`` is the input of a
    shape whose weights are biases, if neurons have some. ``layers`` are the shapes of first and
    readout, in words, ``notes`` what is said beside all measures, as which token has which number.
    """

    task: Callable[[Any, Data | None, torch.Generator], Task]
    sizes: Callable[[int, int, int], Mapping[str, int] | None]
    order: Callable[[TwoLayer], Array]
    order_name: str
    theory: Callable[[Parameters], Theory]
    of_data: tuple[str, ...]
    constant: Callable[[Any], float] | None = None
    layers: str = "(N, d) and (1, N)"
    notes: tuple[str, ...] = ()
