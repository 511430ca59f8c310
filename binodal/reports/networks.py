"""Networks that the report trains itself, small ones of each model, compared with the theories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from binodal.errors import Stopped
from binodal.reports.blocks import Block, Paragraph, literal
from binodal.reports.experiments import experiment_part
from binodal.reports.section import Request, Section
from binodal.reports.stored import Experiment

if TYPE_CHECKING:
    from validate.compare.load import Loaded
    from validate.run.ensemble import Report
    from validate.run.spec import RunSpec

SEED = 2310
BETA = Fraction(1, 8)
"""Teacher-student networks have the setting of Fig. 2, rescaled by M.11 to this size."""

_NEEDED = ("torch", "safetensors", "arviz_stats", "zarr")


@dataclass(frozen=True)
class Ensemble:
    """Networks of one setting; ``starts`` as in ``binodal train``."""

    name: str
    title: str
    parameters: Callable[[], Any]
    members: int
    starts: str
    burn_in: int
    draws: int


def _teacher_student(sigma2: str) -> Callable[[], Any]:
    def parameters() -> Any:
        from numerics.parameters import preset
        from numerics.rescale import rescale, scaling_of, whole_sizes

        base = preset("fig2").replace(sigma2=Fraction(sigma2))
        return whole_sizes(rescale(base, scaling_of(base.model), BETA)[0])[0]

    return parameters


def _modular(sigma2: str) -> Callable[[], Any]:
    """A ring needs tens of neurons a mode: at the setting of Fig. 3 it would hold none."""

    def parameters() -> Any:
        from numerics.parameters import Parameters

        values = {"N": "1000", "P": "7", "sigma2": sigma2, "sigma_a2": "1/5000", "gamma": "2"}
        return Parameters("modular", {name: Fraction(value) for name, value in values.items()})

    return parameters


def ensembles(quick: bool) -> list[Ensemble]:
    """Temperatures on both sides of each transition; more of them, and of networks, when full."""
    cold = ("0.15", "0.3") if quick else ("0.1", "0.15", "0.2", "0.25", "0.3")
    steep = ("0.0028", "0.0045") if quick else ("0.0014", "0.0021", "0.0028", "0.0035", "0.0045")
    first = [
        Ensemble(f"teacher-student-{at}", f"Teacher-student networks at sigma^2 = {at}",
                 _teacher_student(at), 16, "prior", 500, 80)
        for at in cold
    ]  # fmt: skip
    return first + [
        Ensemble(f"modular-{at}", f"Modular-addition networks at sigma^2 = {at}",
                 _modular(at), 8, "both", 400, 60)
        for at in steep
    ]  # fmt: skip


def missing() -> list[str]:
    """Packages of the extra ``train`` that are not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def networks_chapter(request: Request) -> Section:
    """Train, measure, judge; without PyTorch say so and go on."""
    absent = missing()
    if absent:
        words = (
            f"**Not run**: {', '.join(absent)} not installed. `pip install binodal[train]` brings "
            "what training needs; PyTorch's own page tells how to get the build for CPUs."
        )
        return Section([Paragraph(words)], data={"experiments": []})
    asked = ensembles(request.quick)
    found: list[Experiment] = []
    for number, ensemble in enumerate(asked):
        request.say(f"  {ensemble.title}")
        progress = _progress(request, number / len(asked), 1 / len(asked))
        found.append(_trained(ensemble, request.folder, progress))
    blocks: list[Block] = [Paragraph(
        "These networks were trained while this report was written: full-batch Langevin dynamics "
        "from the prior (modular addition: half of them from the ring), every network on a data "
        f"set of its own. Root of all seeds: {SEED}. They are small and few, so that anyone can "
        "repeat them in minutes; mean-field theory has corrections in 1/N, d/n and 1/P that "
        "show at this size."
    )]  # fmt: skip
    blocks += [experiment_part(experiment, "trained") for experiment in found]
    return Section(blocks, data={"experiments": found, "seed": SEED})


def _progress(request: Request, start: float, share: float) -> Report:
    """What the run tells of its steps, as a share of the chapter."""

    def progress(done: int, total: int, note: str) -> None:
        request.advance(start + share * done / max(total, 1))

    return progress


def _trained(ensemble: Ensemble, folder: Path, progress: Report) -> Experiment:
    from validate.compare.load import load
    from validate.errors import ValidateError
    from validate.run.spec import RunSpec

    parameters = ensemble.parameters()
    spec = RunSpec(parameters, ensemble.members, starts=ensemble.starts, burn_in=ensemble.burn_in,
                   draws=ensemble.draws, seed=SEED, shard=ensemble.members // 2)  # fmt: skip
    blank: Experiment = {
        "experiment": ensemble.name, "title": ensemble.title, "question": "",
        "settings": parameters.as_strings(), "rows": [], "curves": {}, "densities": [],
        "provenance": _provenance(spec), "problem": "",
    }  # fmt: skip
    try:
        loaded = load(_run(spec, folder, progress))
    except ValidateError as error:
        return blank | {"problem": str(error)}
    return blank | {"rows": _rows(loaded), "densities": _densities(loaded)} | _noted(loaded)


def _run(spec: RunSpec, folder: Path, progress: Report) -> Path:
    """The run's folder; an unfinished one of the same request goes on, or starts anew."""
    from validate.run.ensemble import run
    from validate.run.errors import RunError, RunStopped
    from validate.run.folder import is_finished, is_run

    place = folder / f"run-{spec.digest[:16]}"
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        try:
            resume = is_run(place) and not is_finished(place)
            return run(spec, place, progress=progress, resume=resume)
        except RunError:
            if not place.exists():
                raise
            rmtree(place)
            return run(spec, place, progress=progress)
    except RunStopped as stopped:
        raise Stopped("interrupted; the same command goes on from here") from stopped


def _provenance(spec: RunSpec) -> dict[str, Any]:
    return {"seed": SEED, "sampler": spec.sampler, "networks": spec.members,
            "steps of each": spec.steps, "draws of each": spec.draws,
            "request": spec.digest[:16]}  # fmt: skip


def _noted(loaded: Loaded) -> Mapping[str, Any]:
    return {"question": " ".join(loaded.notes)} if loaded.notes else {}


def _rows(loaded: Loaded) -> list[dict[str, Any]]:
    from validate.compare.measure import measurements, places
    from validate.compare.verdict import judge
    from validate.theory.registry import predictions

    record, parameters = loaded.record, loaded.spec.parameters
    said = predictions(parameters, places=places(record))
    return [_row(row) for row in judge(measurements(record, loaded.spec.model), said)]


def _row(row: Any) -> dict[str, Any]:
    measurement, prediction = row.measurement, row.prediction
    at = {} if measurement.at is None else {"q": _finite(measurement.at)}
    return {
        "observable": measurement.observable, "theory": prediction.label,
        "measured": _finite(measurement.value), "stderr": _finite(measurement.stderr),
        "predicted": _finite(prediction.value), "z": _finite(row.z), "verdict": str(row.verdict),
        "ess": _finite(measurement.ess), "rhat": _finite(measurement.rhat), "params": at,
        "why": literal(row.why),
    }  # fmt: skip


def _finite(value: float) -> float | None:
    """JSON has neither NaN nor infinity."""
    return float(value) if abs(value) < float("inf") else None


def _densities(loaded: Loaded) -> list[dict[str, Any]]:
    """log p(q) on the stored axis, averaged over data sets, where enough of them carry it."""
    import numpy as np

    record = loaded.record
    if "density" not in record.values:
        return []
    from validate.compare.uncertainty import jackknife

    density, found = record.unit_means("density"), []
    for index in range(0, density.shape[1], 3):
        own = density[:, index]
        if float(own.sum()) ** 2 < 8 * float(np.square(own).sum()):
            continue
        value, error = jackknife(_log, own)
        found.append((float(record.axes["density"][index]), value, error))
    columns = [[float(entry) for entry in column] for column in zip(*found, strict=True)]
    return [dict(zip(("q", "log_density", "error"), columns, strict=True))] if found else []


def _log(mean: Any) -> float:
    from math import log

    return log(float(mean))
