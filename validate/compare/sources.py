"""Where a gap between theory and networks comes from: each approximation removed alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from binodal.validate.compare.conditional import state_on
from binodal.validate.compare.load import Loaded
from binodal.validate.compare.measurement import Measurement
from binodal.validate.compare.record import Array
from binodal.validate.prediction import Prediction

DATA_SETS = 4
"""Data sets on which the closure is solved again."""

Advance = Callable[[str], None]


@dataclass(frozen=True)
class Source:
    """The change of a prediction when one approximation of ``base`` is removed, and its error.

    ``gap`` is measured - base; the effects of all sources of an observable add up to it.
    """

    observable: str
    at: float | None
    base: str
    gap: float
    name: str
    effect: float
    error: float

    @property
    def share(self) -> float:
        """effect/gap."""
        return self.effect / self.gap if self.gap else float("nan")


Table = Mapping[tuple[str, str, int], float]
"""What theories predict of one observable, by theory, limit and number of modes."""


@dataclass(frozen=True)
class Effect:
    """The change of a prediction when the approximation ``name`` is removed, and its error."""

    name: str
    value: float
    error: float = 0.0


@dataclass(frozen=True)
class Gap:
    """The prediction ``start`` of the theory ``base``, and effects of its approximations.

    What they leave of the distance to the networks is told as ``rest``.
    """

    base: str
    start: float
    effects: Sequence[Effect]
    rest: str
    error: float = 0.0


@dataclass(frozen=True)
class OnData:
    """Closures on some of the run's data sets, and the networks' means on the same ones.

    ``noise`` is half the difference between the halves of each closure's sweeps.
    """

    closure: Array
    networks: Array
    noise: Array

    @property
    def paired(self) -> tuple[float, float]:
        """Mean of networks - closure; its error from the data sets and from the closures' noise."""
        pairs = self.networks - self.closure
        if pairs.size < 2:
            return float(pairs.mean()), float("nan")
        spread = pairs.std(ddof=1) / np.sqrt(pairs.size)
        noise = np.sqrt(np.square(self.noise).mean())
        return float(pairs.mean()), float(np.hypot(spread, noise))


def explained(
    loaded: Loaded,
    measured: Sequence[Measurement],
    predicted: Sequence[Prediction],
    advance: Advance = lambda what: None,
) -> list[Source]:
    """The sources of every scalar's gap, from the predictions of all theories.

    ``advance`` is told of each data set on which the closure was solved. Which approximations
    there are the model says, from what the theories predict and, where networks see data sets of
    their own, from the closure on some of them.
    """
    gap_of = loaded.spec.network.gap
    if gap_of is None:
        return []
    data = _on_data(loaded, advance)
    sources: list[Source] = []
    for one in (m for m in measured if m.at is None):
        gap = gap_of(one, _table(predicted, one.observable), data.get(one.observable))
        sources += () if gap is None else _assembled(one, gap)
    return sources


def _table(predicted: Sequence[Prediction], name: str) -> Table:
    return {
        (p.theory, p.limit, p.modes): p.value
        for p in predicted
        if p.observable == name and not p.control and not p.missing
    }


def _assembled(measured: Measurement, gap: Gap) -> Iterator[Source]:
    """The named effects, and the rest of the gap under its own name."""
    whole = measured.value - gap.start
    left = whole - sum(effect.value for effect in gap.effects)
    for effect in (*gap.effects, Effect(gap.rest, left, gap.error)):
        yield Source(
            *(measured.observable, measured.at, gap.base, whole),
            *(effect.name, effect.value, effect.error),
        )


def _on_data(loaded: Loaded, advance: Advance) -> dict[str, OnData]:
    """The closure on the first data sets, and the networks on them, by observable."""
    record, theory = loaded.record, loaded.spec.network.on_data
    if theory is None:
        return {}
    chosen = np.unique(record.data_sets)[:DATA_SETS].tolist()
    states = []
    for number in chosen:
        states.append(state_on(loaded, number, theory.closure))
        advance(f"data set {number}")
    return {
        name: OnData(
            np.array([state.values[name] for state in states]),
            np.array([record.member_means(name)[record.data_sets == k].mean() for k in chosen]),
            np.array([state.unsettled[name] / 2 for state in states]),
        )
        for name in theory.names
        if name in record.values
    }
