"""Running the cases of an experiment, one folder each; what is finished is not run again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from binodal.validate.experiments.experiment import Case, Experiment
from binodal.validate.run.ensemble import Report, run
from binodal.validate.run.folder import is_run

Say = Callable[[str, int, int], None]
"""Told the case, and the steps done and to do in it."""


def run_cases(
    experiment: Experiment,
    folder: Path,
    *,
    effort: Fraction = Fraction(1),
    workers: int | None = None,
    scheduler: str | None = None,
    say: Say | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> tuple[tuple[Case, Path], ...]:
    """Train what is not trained yet, in ``folder``/experiment/case; a killed case is resumed.

    ``tell`` is told of damage, which is drawn again. Without ``say`` nobody counts steps, which
    costs a little of the time.

    Raises what :func:`binodal.validate.run.ensemble.run` raises; finished cases stay.
    """
    done = []
    for case in experiment.cases(effort):
        place = folder / experiment.name / case.name
        place.parent.mkdir(parents=True, exist_ok=True)
        run(
            case.spec,
            place,
            workers=workers,
            scheduler=scheduler,
            progress=_report(say, case.name),
            resume=is_run(place),
            say=tell,
        )
        done.append((case, place))
    return tuple(done)


def _report(say: Say | None, case: str) -> Report | None:
    return None if say is None else lambda steps, total, _: say(case, steps, total)
