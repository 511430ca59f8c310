"""``compare``: a run's networks against theories, with error bars and a verdict for each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.comparison.rows_json import as_json, document, exit_status
from binodal.comparison.text import text
from binodal.comparison.training import Unjudged, unjudged
from binodal.config import Exact, exact_of
from binodal.derive.theories import THEORIES
from binodal.errors import RequestError
from binodal.extras import experiment_errors
from binodal.models.registry import model
from binodal.networks import network_of
from binodal.numerics.isolation import isolated
from binodal.progress import Progress
from binodal.request import require
from binodal.shown import Row as ShownRow
from binodal.shown import Shown

if TYPE_CHECKING:
    from binodal.validate.compare.load import Loaded
    from binodal.validate.compare.sources import Source
    from binodal.validate.compare.verdict import Row

FALSE_ALARMS = "1/100"
NOT_PREDICTED = "not derived for these networks"
LARGEST_ERROR = "1/20"


@dataclass(frozen=True, repr=False)
class Compared(Shown):
    """The rows of a comparison, and the sources of disagreement if they were asked for."""

    loaded: Loaded
    rows: Sequence[Row]
    sources: Sequence[Source]
    rate: float
    within: float

    def headline(self) -> str:
        """The model, how many networks, and the verdicts on theories."""
        spec = self.loaded.spec
        judged = [str(row.verdict) for row in self.rows if not row.prediction.control]
        counts = ", ".join(
            f"{judged.count(verdict)} {verdict}" for verdict in dict.fromkeys(judged)
        )
        return f"{spec.model}, {self.loaded.record.members} networks against theories: {counts}"

    def __str__(self) -> str:
        return text(self.loaded, self.rows, self.sources, self.rate, self.within)

    def records(self) -> list[ShownRow]:
        """One row a judged observable and theory, controls included."""
        kept = ("observable", "at", "theory", "measured", "stderr", "predicted", "p", "verdict")
        return [{name: row[name] for name in (*kept, "why")} for row in self.document]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the draws lack, and what the data have that the theory does not assume."""
        return self.loaded.notes

    @property
    def document(self) -> list[dict[str, Any]]:
        """One object a row, as in ``--json``."""
        return document(self.rows, self.sources)

    @property
    def exit_status(self) -> int:
        """1 if a theory that is no control DISAGREEs, or none AGREEs; else 0."""
        return exit_status(self.rows)

    def to_json(self) -> str:
        """The document as JSON text."""
        return as_json(self.document)


@isolated
def compare(
    run: Path | str,
    *,
    theories: Sequence[str] = (),
    rate: Exact = FALSE_ALARMS,
    within: Exact = LARGEST_ERROR,
    sources: bool = False,
) -> Compared | Unjudged:
    """Measure the observables of a run and judge every theory's predictions for them.

    ``rate`` is the probability that any row of true theories comes out DISAGREE. A theory AGREEs
    only where one that is wrong by the share ``within`` would have been rejected. With ``sources``
    each approximation is switched off alone, to see how much of a gap it explains. Of a training by
    an optimiser the order parameters are shown, and nothing is judged. Raises
    :class:`binodal.errors.RequestError` for what is not a run, or cannot be compared.
    """
    for theory in theories:
        require(theory, THEORIES, "theory")
    share, allowed = _share(rate, "rate"), _share(within, "within")
    chosen = tuple(dict.fromkeys(theories))
    with experiment_errors("comparing"):
        from binodal.validate.compare.sources import DATA_SETS
        from binodal.validate.optimizers.folder import is_training

        if is_training(Path(run)):
            return unjudged(Path(run))
        with Progress("closure on the data", DATA_SETS) as progress:
            return compared(
                Path(run), chosen, share, allowed, sources, lambda what: progress.advance(what=what)
            )


def _share(value: Exact, name: str) -> float:
    share = exact_of(value, name)
    if not 0 < share < 1:
        raise RequestError(f"{name}={share}: must be between 0 and 1")
    return float(share)


def compared(
    run: Path,
    theories: Sequence[str] = (),
    rate: float = float(Fraction(FALSE_ALARMS)),
    within: float = float(Fraction(LARGEST_ERROR)),
    sources: bool = False,
    advance: Callable[[str], None] = lambda what: None,
) -> Compared:
    """:func:`compare` in silence; without ``theories`` all that the model has.

    ``advance`` is told each data set whose closure is solved. Raises the errors of ``validate``,
    and RequestError for a theory that the model does not have.
    """
    from binodal.validate.compare.conditional import AVERAGE, conditional, on_few_data
    from binodal.validate.compare.direct import with_direct
    from binodal.validate.compare.load import load
    from binodal.validate.compare.measure import measurements, places
    from binodal.validate.compare.sources import explained
    from binodal.validate.compare.verdict import judge
    from binodal.validate.prediction import Prediction

    loaded = load(run, network_of)
    network, parameters = loaded.spec.network, loaded.spec.parameters
    offered = model(loaded.spec.model).theories
    for theory in theories:
        require(theory, offered, "theory")
    theories = theories or offered
    observables = network.observables
    measured = measurements(loaded.record, observables)
    wanted = offered if sources else theories
    predicted = network.predictions(parameters, wanted, places(loaded.record, observables))
    parts = explained(loaded, measured, predicted, advance) if sources else ()
    judged = [p for p in predicted if p.control or p.theory in theories]
    on_these_data = on_few_data(loaded)
    if on_these_data is not None and "derived" in theories:
        record, own = conditional(loaded, on_these_data, advance)
        measured = measurements(record, observables)
        judged = [replace(p, missing=p.missing or AVERAGE) for p in judged if not p.control] + own
    both = with_direct(judged, observables.direct)
    told = {p.observable for p in both}
    both += [
        Prediction(_reference(theories), m.observable, nan, missing=NOT_PREDICTED)
        for m in measured
        if m.at is None and m.observable not in told
    ]
    rows = judge(measured, both, rate, _reference(theories), within)
    return Compared(loaded, rows, parts, rate, within)


def _reference(theories: Sequence[str]) -> str:
    """The theory that a control must differ from in order to tell."""
    return "derived" if "derived" in theories else theories[0]
