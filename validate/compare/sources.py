"""Where a gap between theory and networks comes from: each approximation removed alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from binodal.validate.compare.conditional import state_on
from binodal.validate.compare.load import Loaded
from binodal.validate.compare.measurement import Measurement
from binodal.validate.compare.record import Array
from binodal.validate.expansion import LIMIT
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


def explained(
    loaded: Loaded,
    found: Sequence[Measurement],
    said: Sequence[Prediction],
    advance: Advance = lambda what: None,
) -> list[Source]:
    """The sources of every scalar's gap, from the predictions of all theories.

    ``advance`` is told of each data set on which the closure was solved.

    Teacher-student: d -> infinity, fixed r_perp (A.7b), two modes, the equivalent kernel
    (n -> infinity, by the closure on the run's own data sets), mean field (N -> infinity, by the
    networks against that closure on the same data), and what is left: the interplay. Modular:
    factors and measure as printed, P -> infinity, mean field.
    """
    measured = {m.observable: m for m in found if m.at is None}
    if loaded.spec.model == "modular":
        parts = (_modular(m, _table(said, name)) for name, m in measured.items())
        return [source for part in parts for source in part]
    data = _on_data(loaded, advance)
    return [
        source
        for name in ("b", "c", "q2")
        for source in _teacher_student(measured[name], _table(said, name), data[name])
    ]


Table = Mapping[tuple[str, str, int], float]


def _table(said: Sequence[Prediction], name: str) -> Table:
    return {
        (p.theory, p.limit, p.modes): p.value
        for p in said
        if p.observable == name and not p.control and not p.missing
    }


Effect = tuple[str, float, float]


def _assembled(
    m: Measurement, base: str, start: float, effects: Sequence[Effect], rest: str, error: float
) -> Iterator[Source]:
    """The named effects, and the rest of the gap under its own name."""
    gap = m.value - start
    left = gap - sum(effect for _, effect, _ in effects)
    for name, effect, spread in (*effects, (rest, left, error)):
        yield Source(m.observable, m.at, base, gap, name, effect, spread)


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


def _teacher_student(m: Measurement, table: Table, data: OnData) -> Iterator[Source]:
    """finite N is paired on some data sets; finite n then follows from all of them.

    measured - (finite N) is the closure on the data, averaged over every data set of the run, with
    the error of the measurement: data sets move networks and closure together.
    """
    if any(
        (theory, "finite", modes) not in table
        for theory, modes in (("published", 2), ("derived", 2), ("derived", 4))
    ):
        return
    finite = table["published", "finite", 2]
    limit = table.get(("published", "thermodynamic", 2))
    exact = table["derived", "finite", 2]
    by_size, spread = data.paired
    ends = (table.get(("derived", "thermodynamic", 2)), limit)
    relaxed = exact - finite if ends[0] is None or ends[1] is None else ends[0] - ends[1]
    more = table["derived", "finite", 4]
    at_width = table.get(("derived", LIMIT, 4), nan)
    first = at_width - more if isfinite(at_width) else 0.0
    effects: list[Effect] = [
        ("relaxed r_perp (A.7b removed)", relaxed, 0.0),
        ("modes H5 and H7", more - exact, 0.0),
        (
            "finite n (closure on the data)",
            m.value - by_size - more,
            float(np.hypot(m.error, spread)),
        ),
        ("finite N, first order", first, 0.0),
        ("finite N, the rest (networks against the closure)", by_size - first, spread),
    ]
    if limit is not None:
        effects.insert(0, ("finite d", finite - limit, 0.0))
    base, start = ("finite", finite) if limit is None else ("thermodynamic", limit)
    yield from _assembled(m, f"published, {base}", start, effects, "interplay of these", 0.0)


def _modular(m: Measurement, table: Table) -> Iterator[Source]:
    steps = (("published", "thermodynamic"), ("derived", "thermodynamic"), ("derived", "finite"))
    if any((*step, 1) not in table for step in steps):
        return
    printed, derived, finite = (table[(*step, 1)] for step in steps)
    effects = [
        ("factors and measure as derived", derived - printed, 0.0),
        ("finite P", finite - derived, 0.0),
    ]
    base, rest = "published, thermodynamic", "finite N"
    if ("derived", LIMIT, 1) in table:
        effects.append(("finite N, derived orders", table["derived", LIMIT, 1] - finite, 0.0))
        rest = "finite N, beyond them"
    yield from _assembled(m, base, printed, effects, rest, m.error)


def _on_data(loaded: Loaded, advance: Advance) -> dict[str, OnData]:
    """The closure on the first data sets, and the networks on them, for b, c and q2."""
    record = loaded.record
    chosen = np.unique(record.data_sets)[:DATA_SETS].tolist()
    states = []
    for number in chosen:
        states.append(state_on(loaded, number))
        advance(f"data set {number}")
    return {
        name: OnData(
            np.array([state.values[name] for state in states]),
            np.array([record.member_means(name)[record.data_sets == k].mean() for k in chosen]),
            np.array([state.unsettled[name] / 2 for state in states]),
        )
        for name in ("b", "c", "q2")
    }
