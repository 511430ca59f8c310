"""What a measure is: a definition with its source and conventions, and a value or a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from binodal.validate.measures.network import TwoLayer

RELABELLING, EXCHANGE, SIGN, PERMUTATION, SCALE = (
    "relabelling",
    "exchange of the halves",
    "sign",
    "permutation of neurons",
    "scale",
)
"""Changes of a network that leave what it computes, up to names: n -> n + s on every token, the
blocks of tokens exchanged, w -> -w with the readout that goes with it, other names of neurons, and
w -> c w with the inverse power of c in the readout (of a homogeneous activation)."""


@dataclass(frozen=True)
class Value:
    """A number with its standard error where it has one, or the reason why there is none.

    >>> undefined("one neuron is zero").number is None
    True
    """

    number: float | None
    stderr: float | None = None
    why: str = ""


def undefined(why: str) -> Value:
    """No number, and why."""
    return Value(None, None, why)


def known(number: float, stderr: float | None = None) -> Value:
    """A number; one that is not finite is no value."""
    if not isfinite(number):
        return undefined("out of the range of double precision")
    return Value(float(number), None if stderr is None else float(stderr))


def mean_over_neurons(values: NDArray[np.float64]) -> Value:
    """Their mean, with the standard error of independent neurons.

    >>> mean_over_neurons(np.array([1.0, 3.0]))
    Value(number=2.0, stderr=1.0, why='')
    """
    count = len(values)
    spread = float(values.std(ddof=1)) / sqrt(count) if count > 1 else None
    return known(float(values.mean()), spread)


@dataclass(frozen=True)
class Measure:
    """A progress measure: what it is, of what, and who said so.

    ``inputs`` are those that it looks at, ``layer`` the weights; ``convention`` fixes what the
    definition leaves open. ``broken_by`` names the changes that it is not invariant under.
    ``quadratic``: its cost grows with the square of the number of inputs that it takes. ``keyed``:
    it looks at the key frequencies of a network. ``unpredicted`` is why the law of one neuron does
    not predict it, where a theory has nothing to say of it.
    """

    name: str
    definition: str
    source: str
    inputs: str
    layer: str
    convention: str
    compute: Callable[[TwoLayer], Value]
    broken_by: Sequence[str] = ()
    quadratic: bool = False
    keyed: bool = False
    unpredicted: str = ""
