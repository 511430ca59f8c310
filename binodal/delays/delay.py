"""``delay``: were networks late by an escape over a barrier, or by decay of their norm?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from binodal.delays.sources import delays_of
from binodal.delays.text import delay_text
from binodal.errors import DECIDED, UNDECIDED, RequestError
from binodal.extras import experiment_errors
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, drawn, require_kind
from binodal.shown import Row, Shown
from binodal.validate.mechanism.delays import Delays, grouped
from binodal.validate.mechanism.judged import DRAWS, UNKNOWN, Judged, judged
from binodal.version import VERSION

_SEEDS = 2**32 - 1
UNITS = ("flow", "any")
ASSUMES = (
    "escape: log t = c + B/T, the barrier B linear in the decay and not negative; the start is "
    "forgotten. A power of T over a small range looks alike",
    "norm decay: t = s (log alpha - log A*)/lambda, whatever the temperature",
    "errors: normal in log t, of one size in all networks where none are given",
)
OF_UNIT = {
    "flow": "unit: time is steps times learning rate, decay that of (lambda/2)|w|^2: s = 1",
    "any": "unit: of time and decay unknown, so that s is fitted",
}


@dataclass(frozen=True, repr=False)
class Mechanism(Shown):
    """What delays say of their mechanism; a row a setting."""

    delays: Delays
    value: Judged
    document: Mapping[str, Any]

    def headline(self) -> str:
        """The outcome, and why."""
        return f"{self.value.outcome}: {self.value.why}"

    def records(self) -> list[Row]:
        """Settings with their delay, its error, and what each law says."""
        return [dict(row) for row in self.document["delays"]]

    def facts(self) -> Mapping[str, str]:
        """The outcome, and what it rests on."""
        return {name: json.dumps(self.document[name]) for name in ("outcome", "because", "assumes")}

    def __str__(self) -> str:
        return delay_text(self.document)

    def to_json(self) -> str:
        """The document as JSON text."""
        return json.dumps(self.document, indent=2, ensure_ascii=False, allow_nan=False)

    @property
    def exit_status(self) -> int:
        """1 where it cannot be told."""
        return UNDECIDED if self.value.outcome == UNKNOWN else DECIDED


@isolated
def delay(
    sources: Sequence[Path | str] | Path | str,
    *,
    unit: str | None = None,
    rate: float = 0.01,
    seed: int = 0,
    output: Path | str | None = None,
) -> Mechanism:
    """Which of two laws delays obey: escape over a barrier, or decay of the norm.

    ``sources`` are tables (.csv) with the columns temperature, decay, scale (those that are known),
    time and error, one row a network or a mean; until in place of time where a network had not
    gone over; or series, a document of ``measure`` in time, and step, its time a step. Folders of
    trainings by an optimiser are sources too, with a delay a member. ``unit`` "flow" says that
    times and decays are those of gradient flow, "any" that they may not be; "flow" for trainings
    alone if not given. ``rate`` is the chance of a false alarm, ``seed`` that of the draws that
    tell it. ``output`` is a picture.

    Raises:
        RequestError: sources without delays, or that do not say how sure these are.
    """
    paths = [sources] if isinstance(sources, (str, Path)) else list(sources)
    if unit not in (None, *UNITS):
        raise RequestError(f"unit {unit!r}: choose {', '.join(UNITS)}")
    if not 1 / DRAWS <= rate <= 0.2:
        raise RequestError(f"rate={rate:g}: from {1 / DRAWS:g} to 0.2")
    if not 0 <= seed <= _SEEDS:
        raise RequestError(f"seed={seed}: from 0 to {_SEEDS}")
    path = None if output is None else require_kind(Path(output), PICTURES)
    with experiment_errors("telling a mechanism"):
        read = [one for source in paths for one in delays_of(Path(source))]
        trained = all(Path(source).is_dir() for source in paths)
        unit = unit or ("flow" if trained else "any")
        delays = grouped(read)
        judgement = judged(delays, rate, unit == "flow", seed)
    document = _document(delays, judgement, rate, unit)
    if path is not None:
        from binodal.delays.draw import draw

        drawn(path, lambda place: draw(document, place))
    return Mechanism(delays, judgement, document)


def _document(of: Delays, judgement: Judged, rate: float, unit: str) -> dict[str, Any]:
    rows = [
        {
            **{name: float(values[k]) for name, values in of.levers.items()},
            "members": of.members[k],
            "log_time": float(of.logs[k]),
            "error": float(of.errors[k]),
            **{name: float(place[k]) for name, place in judgement.predicted.items()},
        }
        for k in range(len(of.logs))
    ]
    return {
        "outcome": judgement.outcome,
        "because": judgement.why,
        "log_likelihood_ratio": judgement.ratio,
        "chances": dict(judgement.chances),
        "laws": {name: asdict(told) for name, told in judgement.laws.items()},
        "told_as": {name: dict(shares) for name, shares in judgement.told_as.items()},
        "rate": rate,
        "delays": rows,
        "late": [{**setting, "until": until} for setting, until in of.late],
        "assumes": [*ASSUMES, OF_UNIT[unit]],
        "status": "undecided" if judgement.outcome == UNKNOWN else "converged",
        "version": VERSION,
    }
