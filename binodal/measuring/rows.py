"""Rows of a measurement: value, prediction, convention, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.errors import RequestError
from binodal.measuring.subject import Subject

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters
    from binodal.validate.measures.measure import Value
    from binodal.validate.measures.network import TwoLayer
    from binodal.validate.measures.theory import Theory

DROPLETS = "droplet_share"
NO_LAW = "no average over the law of one neuron, or not derived"


@dataclass(frozen=True)
class Readings:
    """What is read of every network, by name, with the convention of each."""

    read: Mapping[str, Callable[[TwoLayer], Value]]
    conventions: Mapping[str, str]


def rows(subject: Subject, names: Sequence[str]) -> tuple[list[dict[str, Any]], Theory]:
    """One row a measure and moment, and the theory beside them.

    Raises RequestError for an unknown measure.
    """
    theory = theory_at(subject.measurable.theory, subject.parameters)
    read = readings(subject, theory, names)
    printed = []
    for moment in subject.moments:
        for name, reading in read.read.items():
            value = together([guarded(reading, network) for network in moment.networks])
            row = _row(name, value, read.conventions[name], _predicted(subject, theory, name))
            printed.append(row if moment.step is None else {"step": moment.step, **row})
    return printed, theory


@lru_cache(maxsize=16)
def theory_at(solve: Callable[[Parameters], Theory], parameters: Parameters) -> Theory:
    """What a model says of measures at its parameters; the last few are kept."""
    return solve(parameters)


def readings(subject: Subject, theory: Theory, names: Sequence[str]) -> Readings:
    """How the named measures of networks are read, all for none.

    Raises RequestError for an unknown measure.
    """
    from binodal.validate.measures.exact import droplet_share
    from binodal.validate.measures.table import table

    exact = _exact(subject)
    known = (*table(), *(name for name in exact if name not in table()), DROPLETS)
    for name in names:
        if name not in known:
            raise RequestError(f"measure {name!r}: choose {', '.join(known)}")
    chosen = [name for name in known if not names or name in names]
    read: dict[str, Callable[[TwoLayer], Value]] = {}
    conventions = {}
    for name in chosen:
        if name in table():
            of = table()[name]
            read[name] = of.compute
            keys = f"; keys here: {subject.keys}" if of.keyed and subject.keys else ""
            conventions[name] = (
                f"{of.definition}; inputs: {of.inputs}; layer: {of.layer}; {of.convention}{keys}"
            )
        elif name == DROPLETS:
            read[name] = lambda network: droplet_share(subject.measurable, theory, network)
            conventions[name] = _droplet_words(subject, theory)
        else:
            read[name], conventions[name] = exact[name]
    return Readings(read, conventions)


def _exact(subject: Subject) -> dict[str, tuple[Callable[[TwoLayer], Value], str]]:
    """What the model's own observer measures, all at once for each network."""
    from binodal.validate.measures.exact import observed

    model, of, parameters = subject.network, subject.measurable, subject.parameters
    last: dict[int, dict[str, Any]] = {}

    def of_network(name: str, network: TwoLayer) -> Value:
        if id(network) not in last:
            last.clear()
            last[id(network)] = observed(model, of, parameters, network)
        value: Value = last[id(network)][name].value
        return value

    return {
        name: (partial(of_network, name), quantity.meaning)
        for name, quantity in model.observer(parameters).quantities.items()
        if not quantity.axis[0] and not quantity.accumulate
    }


def guarded(reading: Callable[[TwoLayer], Value], network: TwoLayer) -> Value:
    """A reading, or no value where weights are too large or too small for double precision."""
    from binodal.validate.measures.measure import undefined

    try:
        with np.errstate(all="ignore"):
            return reading(network)
    except np.linalg.LinAlgError:
        return undefined("out of the range of double precision")


def _droplet_words(subject: Subject, theory: Theory) -> str:
    order = subject.measurable.order_name
    beyond = "" if theory.barrier is None else f" {theory.barrier:.6g}"
    return (
        f"share of neurons with {order} beyond the barrier{beyond} between the two phases of the "
        "derived law at these parameters"
    )


def together(values: Sequence[Value]) -> Value:
    """Of several networks their mean and its standard error; of one its own.

    Few networks may agree by chance: the error is at least that which their own errors make.
    """
    from binodal.validate.measures.measure import known, undefined

    missing = [value.why for value in values if value.number is None]
    if len(values) == 1 or missing:
        return undefined(missing[0]) if missing else values[0]
    numbers = [value.number for value in values if value.number is not None]
    mean = sum(numbers) / len(numbers)
    variance = sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)
    own = [value.stderr or 0.0 for value in values]
    within = sqrt(sum(error**2 for error in own)) / len(numbers)
    return known(mean, max(sqrt(variance / len(numbers)), within))


def _predicted(subject: Subject, theory: Theory, name: str) -> tuple[float | None, float, str]:
    """A prediction with its error, or why there is none."""
    from binodal.validate.measures.table import table

    if subject.equilibrium:
        return None, 0.0, subject.equilibrium
    if subject.keys and name in table() and table()[name].keyed:
        return None, 0.0, "predicted for all frequencies alone"
    if name == DROPLETS and theory.droplets is not None:
        return theory.droplets, 0.0, ""
    if name in theory.values:
        return *theory.values[name], ""
    if theory.doubt:
        return None, 0.0, theory.doubt
    if name == DROPLETS:
        return None, 0.0, theory.why
    own = table()[name].unpredicted if name in table() else ""
    return None, 0.0, theory.silent.get(name, own or NO_LAW)


def _row(
    name: str, value: Value, convention: str, prediction: tuple[float | None, float, str]
) -> dict[str, Any]:
    from binodal.validate.measures.theory import COMPUTED

    predicted, error, silent = prediction
    return {
        "measure": name,
        "value": value.number,
        "stderr": value.stderr,
        "predicted": predicted,
        "predicted_error": None if predicted is None else error,
        "label": None if predicted is None else COMPUTED,
        "convention": convention,
        "why": value.why or silent,
    }


def curves(
    measured_rows: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Name, steps and values of every measure that has a number at some step."""
    for name in dict.fromkeys(row["measure"] for row in measured_rows):
        own = [row for row in measured_rows if row["measure"] == name and row["value"] is not None]
        if own:
            yield name, [row.get("step") for row in own], [row["value"] for row in own]
