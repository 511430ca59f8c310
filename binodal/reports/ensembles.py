"""An ensemble of networks trained, and measured into rows of a comparison."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from binodal.errors import RequestError, Stopped
from binodal.experiments.rows import theory_of
from binodal.experiments.stored import Experiment, row_of
from binodal.models.registry import model
from binodal.models.report import Ensemble
from binodal.networks import network_of
from binodal.numerics.sources import content, loads

if TYPE_CHECKING:
    from binodal.validate.compare.load import Loaded
    from binodal.validate.run.ensemble import Report
    from binodal.validate.run.spec import RunSpec

SEED = 2310


def trained(
    ensemble: Ensemble, folder: Path, progress: Report, workers: int | None = None
) -> Experiment:
    """One ensemble trained into ``folder``, measured and judged; a failure is a sentence.

    Raises :class:`binodal.errors.Stopped` on Ctrl-C.
    """
    from binodal.comparison.compare import compare
    from binodal.numerics.errors import NumericsError
    from binodal.validate.compare.load import load
    from binodal.validate.errors import ValidateError
    from binodal.validate.run.defaults import SAMPLER
    from binodal.validate.run.spec import RunSpec

    parameters = ensemble.parameters()
    spec = RunSpec(
        model(parameters.model).offer("network"),
        parameters,
        ensemble.members,
        sampler=SAMPLER,
        starts=ensemble.starts,
        burn_in=ensemble.burn_in,
        draws=ensemble.draws,
        thin=1,
        seed=SEED,
        shard=ensemble.members // 2,
    )
    blank: Experiment = {
        "experiment": ensemble.name,
        "title": ensemble.title,
        "question": "",
        "settings": parameters.as_strings(),
        "rows": [],
        "curves": {},
        "densities": [],
        "provenance": _provenance(spec),
        "problem": "",
    }
    try:
        place = _run(spec, folder, progress, workers)
        blank["densities"] = _densities(load(place, network_of))
        try:
            compared = compare(place)
        except NumericsError as doubt:
            problem = f"the comparison with the theories: {doubt}"
            return blank | {"problem": problem, "rows": _measured_alone(load(place, network_of))}
    except (ValidateError, RequestError) as error:
        return blank | {"problem": str(error)}
    blank["question"] = " ".join(compared.notes)
    return blank | {"rows": [_row({**row, "model": spec.model}) for row in compared.document]}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row_of(row), "theory": theory_of(row)}


def _measured_alone(loaded: Loaded) -> list[dict[str, Any]]:
    """Rows without a theory, where the theories' numbers did not settle."""
    from binodal.validate.compare.measure import measurements

    return [
        _row(
            {
                "observable": m.observable,
                "measured": _finite(m.value),
                "stderr": _finite(m.stderr),
                "ess": _finite(m.ess),
                "rhat": _finite(m.rhat),
                "at": m.at,
            }
        )
        for m in measurements(loaded.record, loaded.spec.network.observables)
    ]


def _finite(value: float) -> float | None:
    """JSON has neither NaN nor infinity."""
    return float(value) if abs(value) < float("inf") else None


def _run(spec: RunSpec, folder: Path, progress: Report, workers: int | None) -> Path:
    """The run's folder; an unfinished one of the same request goes on, or starts anew."""
    from binodal.validate.run.ensemble import run
    from binodal.validate.run.errors import RunError, RunStopped
    from binodal.validate.run.folder import is_run

    place = folder / f"run-{spec.digest[:16]}-{_sources(spec)[:16]}"
    place.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"run-{spec.digest[:16]}-*"):
        if old != place:
            rmtree(old, ignore_errors=True)
    try:
        try:
            return run(spec, place, workers=workers, progress=progress, resume=is_run(place))
        except RunError:
            if not place.exists():
                raise
            rmtree(place)
            return run(spec, place, workers=workers, progress=progress)
    except RunStopped as stopped:
        raise Stopped("interrupted; the same command goes on from here") from stopped


def _sources(spec: RunSpec) -> str:
    """The hash of what trains networks: a finished run is taken again while it is the same."""
    own = loads(model(spec.model).network)
    return content("binodal.validate.run.ensemble", *own, libraries=("torch", "numpy"))


def _provenance(spec: RunSpec) -> dict[str, Any]:
    return {
        "seed": SEED,
        "sampler": spec.sampler,
        "networks": spec.members,
        "steps of each": spec.steps,
        "draws of each": spec.draws,
        "request": spec.digest[:16],
    }


def _densities(loaded: Loaded) -> list[dict[str, Any]]:
    """log p(q) on the stored axis, averaged over data sets, where enough of them carry it."""
    import numpy as np

    record, name = loaded.record, loaded.spec.network.observables.density
    if name not in record.values:
        return []
    from binodal.validate.compare.uncertainty import jackknife

    density, points = record.unit_means(name), []
    for index in range(0, density.shape[1], 3):
        own = density[:, index]
        if float(own.sum()) ** 2 < 8 * float(np.square(own).sum()):
            continue
        value, error = jackknife(_log, own)
        points.append((float(record.axes[name][index]), value, error))
    columns = [[float(entry) for entry in column] for column in zip(*points, strict=True)]
    return [dict(zip(("q", "log_density", "error"), columns, strict=True))] if points else []


def _log(mean: Any) -> float:
    from math import log

    return log(float(mean))
