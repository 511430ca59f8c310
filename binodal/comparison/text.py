"""A comparison as a table: one block an observable, then the controls, then the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from binodal.page.tables import columns, counted, setting

if TYPE_CHECKING:
    from binodal.validate.compare.load import Loaded
    from binodal.validate.compare.measurement import Measurement
    from binodal.validate.compare.sources import Source
    from binodal.validate.compare.verdict import Row


def text(
    loaded: Loaded, rows: Sequence[Row], sources: Sequence[Source], rate: float, within: float
) -> str:
    """The whole report."""
    spec = loaded.spec
    direct = spec.network.observables.direct
    settings = "  ".join(setting(*item) for item in spec.parameters.described().items())
    lines = [
        f"{spec.model}: {counted(loaded.record.members, 'network')}, "
        f"{counted(spec.draws, 'draw')} of each  [measured]",
        f"parameters  {settings}",
        f"false-alarm rate {rate:g} over all rows (Holm); AGREE only where errors above "
        f"{percent(within)} are excluded",
        *loaded.notes,
        *_verdicts([row for row in rows if not row.prediction.control]),
        *_theories([row for row in rows if not row.prediction.control], direct),
        *_controls([row for row in rows if row.prediction.control]),
        *_sources(sources),
    ]
    return "\n".join(lines)


def _verdicts(rows: Sequence[Row]) -> Iterator[str]:
    """How many verdicts each theory has, and what would decide the open ones."""
    from binodal.validate.compare.verdict import Verdict

    counts = Counter((row.prediction.label, row.verdict) for row in rows)
    labels = dict.fromkeys(row.prediction.label for row in rows)
    lines = [[label, *(str(counts[label, kind]) for kind in Verdict)] for label in labels]
    yield from columns([["theory", *Verdict], *lines])
    left_open = Counter(row.why.partition(":")[0] for row in rows)
    ways = [f"{left_open[why]} are {way}" for why, way in _WAYS.items() if why in left_open]
    if ways:
        yield f"open        {'; '.join(ways)}"


_WAYS = {
    "not equilibrated": "not equilibrated: longer chains (burn-in, draws) would decide them",
    "no power": "without power: more networks (members) would decide them",
}
"""How rows that are open for a reason are decided."""


def _place(name: str, place: float | None) -> str:
    return name if place is None else f"{name} at {place:.4g}"


def _digits(value: float) -> str:
    return f"{value:.5g}" if isfinite(value) else "-"


def _theories(rows: Sequence[Row], direct: Mapping[str, str]) -> Iterator[str]:
    for place in dict.fromkeys(row.measurement.place for row in rows):
        own = [row for row in rows if row.measurement.place == place]
        measured = own[0].measurement
        error = f" ± {measured.error:.2g}" if isfinite(measured.error) else ""
        origin = f", mostly from {measured.dominates}" if measured.dominates else ""
        yield (
            f"{_place(*place)} = {_digits(measured.value)}{error}  "
            f"({_reading(measured.observable, direct)}{measured.units} independent units{origin}; "
            f"ESS {measured.ess:.0f}, R-hat {measured.rhat:.3f}{_bias(measured)})"
        )
        yield from columns([_cells(row) for row in own])


def _reading(name: str, direct: Mapping[str, str]) -> str:
    """Which of the two readings of a residual it is."""
    from binodal.validate.compare.direct import words_for

    words = words_for(name, direct)
    return f"{words}; " if words else ""


def _bias(measured: Measurement) -> str:
    """Of the sampler's step, part of the error; nothing for an exact sampler."""
    if not measured.bias_error > 0:
        return ""
    return f"; the step's bias {measured.bias:.2g} ± {measured.bias_error:.1g} is in the error"


def _cells(row: Row) -> list[str]:
    prediction = row.prediction
    chance = (
        f"p {row.score.p:.2g}, {row.score.freedom:.0f} freedom" if isfinite(row.score.p) else ""
    )
    told = f"excludes {percent(row.excludes)}" if isfinite(row.excludes) else ""
    return [prediction.label, _digits(prediction.value), chance, told, str(row.verdict), row.why]


def percent(share: float) -> str:
    """A share in per cent, in digits that can be read.

    >>> percent(0.03142), percent(2e-5), percent(7.2), percent(12.0)
    ('3.1 %', '0.002 %', '720 %', '> 1000 %')
    """
    value = 100 * share
    if value >= 999.5:
        return "> 1000 %"
    return f"{value:.2g} %" if value < 99.5 else f"{value:.0f} %"


def _controls(rows: Sequence[Row]) -> Iterator[str]:
    """For each wrong theory the observables that reject it, and those that do not."""
    for name in dict.fromkeys(row.prediction.theory for row in rows):
        own = [row for row in rows if row.prediction.theory == name]
        rejected = [r for r in own if str(r.verdict) == "DISAGREE"]
        yield f"{name}: rejected by {len(rejected)} of {len(own)} rows"
        if not rejected:
            yield "  the comparison has no power against it"


def _spread(error: float) -> str:
    return f" ± {error:.1g}" if error > 0 else ""


def _sources(sources: Sequence[Source]) -> Iterator[str]:
    for place in dict.fromkeys((s.observable, s.at) for s in sources):
        own = [s for s in sources if (s.observable, s.at) == place]
        yield f"{_place(*place)}: measured - {own[0].base} = {own[0].gap:.4g}, explained by"
        yield from columns(
            [[s.name, f"{s.effect:+.3g}{_spread(s.error)}", f"{100 * s.share:.0f} %"] for s in own]
        )
