"""From an experiment's runs to a small summary: rows, curves, fits and provenance as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.comparison.compare import Compared, compared
from binodal.experiments.curves import curves_of
from binodal.experiments.fits import fits_of
from binodal.experiments.lent import with_bias
from binodal.experiments.parts import judged_case, rounded_values
from binodal.networks import network_of
from binodal.version import VERSION
from binodal.workers import in_process, in_workers

if TYPE_CHECKING:
    from binodal.validate.experiments.experiment import Case, Experiment
    from binodal.validate.run.spec import RunSpec

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Read:
    """What a finished case says; without ``judged`` it has no verdict."""

    judged: Compared | None
    curves: dict[str, Any]


def summary(
    experiment: Experiment,
    folder: Path,
    effort: Fraction = Fraction(1),
    workers: int = 1,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Everything worth keeping of the finished cases in ``folder``/experiment.

    ``missing`` names the cases that are not finished. Numbers are rounded to six digits and do not
    depend on ``workers``, but for the sources: the closure on the data is sampled, and workers, of
    one thread each, round otherwise. Raises :class:`binodal.errors.Stopped` when these are
    killed.
    """
    from binodal.validate.run.folder import is_finished

    cases = experiment.cases(effort)
    done = [
        (c, folder / experiment.name / c.name)
        for c in cases
        if is_finished(folder / experiment.name / c.name)
    ]
    by_number: dict[int, _Read] = {}
    work, numbers = partial(_read, done), range(len(done))
    results = in_workers(work, numbers, workers) if workers > 1 else in_process(work, numbers)
    with closing(results):
        for number, read in results:
            by_number[number] = read
            say(done[number][0].name)
    reads = [(case, by_number[number]) for number, (case, _) in enumerate(done)]
    judged = [(case, read.judged) for case, read in reads if read.judged is not None]
    made = provenance(done)
    kept_cases = with_bias([_case(*each) for each in judged], made["runs"])
    kept: dict[str, Any] = rounded_values(
        {
            "experiment": experiment.name,
            "title": experiment.title,
            "question": experiment.question,
            "cases": kept_cases,
            "fits": fits_of(kept_cases),
            "curves": {name: curve for _, read in reads for name, curve in read.curves.items()},
            "missing": [c.name for c in cases if c not in [case for case, _ in done]],
            "provenance": made,
        }
    )
    return kept


def _read(done: Sequence[tuple[Case, Path]], number: int) -> _Read:
    """Compare one case, and take its curves from the same reading of its draws."""
    from binodal.validate.compare.load import load

    case, place = done[number]
    if not case.judged:
        return _Read(None, curves_of(case, load(place, network_of).record))
    judged = compared(place, sources=case.sources)
    return _Read(judged, curves_of(case, judged.loaded.record))


def _case(case: Case, compared: Compared) -> dict[str, Any]:
    """One case as it is stored."""
    measured = list(dict.fromkeys(row.measurement for row in compared.rows))
    predictions = [row.prediction for row in compared.rows]
    return judged_case(case.name, case.spec.parameters, measured, predictions, _sources(compared))


def _sources(compared: Compared) -> list[dict[str, Any]]:
    """Each source's part of the gap between networks and ``base``; none where not asked for."""
    return [
        {
            "observable": s.observable,
            "base": s.base,
            "gap": s.gap,
            "source": s.name,
            "effect": s.effect,
            "stderr": s.error,
        }
        for s in compared.sources
    ]


def provenance(done: Sequence[tuple[Case, Path]]) -> dict[str, Any]:
    """What made the runs: the sampler, the seeds, the requests' hashes, the versions.

    ``environment`` is that of most runs, as each wrote it down when it began; a run of another
    one names where it differs.
    """
    from binodal.validate.run.folder import environment, read_request, read_spec

    made = {case.name: read_request(place)["environment"] for case, place in done}
    all_of_them = [*made.values()] or [environment()]
    usual = max(all_of_them, key=all_of_them.count)
    return {
        "binodal": VERSION,
        "label": "measured",
        "environment": usual,
        "runs": {
            case.name: _run(read_spec(place, network_of), made[case.name], usual)
            for case, place in done
        },
    }


def _run(spec: RunSpec, made: Mapping[str, str], usual: Mapping[str, str]) -> dict[str, Any]:
    differs = {name: value for name, value in made.items() if usual.get(name) != value}
    return {
        "digest": spec.digest[:16],
        "networks": spec.members,
        "sampler": spec.sampler,
        "starts": spec.starts,
        "burn_in": spec.burn_in,
        "draws": spec.draws,
        "thin": spec.thin,
        "seed": spec.seed,
        "dtype": spec.dtype,
        **({"device": spec.device} if spec.device != "cpu" else {}),
        **({"environment": differs} if differs else {}),
    }
