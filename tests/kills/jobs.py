"""Commands that take a second or two, so that three hundred of them can be killed."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from binodal.numerics.disk import digest, files_below
from tests.fuzz.place import TRAIN

LOG = "log"
"""A file beside the store in which every piece of work writes a line when it begins."""


@dataclass(frozen=True)
class Job:
    """A command in a folder of its own: ``store`` is what it makes, ``again`` how it goes on."""

    name: str
    arguments: tuple[str, ...]
    store: str
    again: tuple[str, ...] = ()
    share: float = 1.0


_RUN = tuple(
    {"16": "60", "4": "20"}.get(word, word) if TRAIN[k - 1] in ("--draws", "--burn-in") else word
    for k, word in enumerate(TRAIN)
)
_GRID = (
    "sweep",
    "teacher-student",
    "--preset",
    "fig2",
    "--grid",
    "sigma2=0.1:0.3:60",
    "--grid",
    "epsilon=-0.5:-0.2:40",
    "-o",
)

JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        Job("train with 1 worker", (*_RUN, "-o", "run"), "run", ("--resume",), 2.0),
        Job("train with 2 workers", (*_RUN[:-1], "2", "-o", "run"), "run", ("--resume",), 0.3),
        Job("sweep to zarr", (*_GRID, "map.zarr"), "map.zarr", (), 1.5),
        Job("sweep to netCDF", (*_GRID, "map.nc"), "map.nc", (), 1.5),
        Job("experiment", ("experiment", "overlap-law", "-o", "all", "--workers", "1"), "all"),
        Job("reproduce", ("reproduce", "--quick", "-o", "report"), "report"),
    )
}


QUICK = ("sweep to zarr", "sweep to netCDF", "reproduce")
"""Those that need no networks."""


def prepare() -> None:
    """Make the commands of this process, and of its forks, short; and have them write the log.

    What is shortened is how much there is to do, never how it is kept.
    """
    from binodal.experiments import conduct as experiments
    from binodal.experiments import registry
    from binodal.reports import run as report
    from binodal.sweeps import job, netcdf_store, run
    from binodal.validate.run import ensemble

    job.VECTORISED_CELLS = 64
    netcdf_store.CHECKPOINT_SECONDS = 0.02
    original = run.compute

    def compute(of: Any, number: int) -> Any:
        noted(f"chunk {number}")
        time.sleep(0.01)
        return original(of, number)

    run.compute = compute
    short = _experiment(registry.experiment_of("overlap-law"))
    experiments.experiment_of = lambda name: short
    report.write_report.__defaults__ = (_chapters(),)
    ensemble.run.__kwdefaults__["checkpoint_seconds"] = 0.1


def noted(what: str) -> None:
    """Write a line to the log, if the job runs in a folder that has one."""
    if os.path.exists(LOG):
        with open(LOG, "a", encoding="utf-8") as file:
            file.write(f"{what}\n")


def _experiment(like: Any) -> Any:
    """Two cases of eight neurons."""
    from binodal.validate.experiments.experiment import Case
    from tests.validate.run.tiny import spec

    def cases(effort: Fraction) -> tuple[Any, ...]:
        made = (spec(draws=60, burn_in=20, seed=seed) for seed in (3, 4))
        return tuple(Case(f"case-{of.seed}", of, {}, judged=False) for of in made)

    return replace(like, cases=cases)


def _chapters() -> Sequence[Any]:
    """Five chapters with a drawing each."""
    from binodal.page.blocks import Figure, Paragraph
    from binodal.page.section import Section
    from binodal.reports.chapters import Chapter

    def draw(path: Path) -> None:
        path.write_text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')

    def writer(name: str) -> Any:
        def write(request: Any) -> Any:
            noted(f"chapter {name}")
            for step in range(10):
                time.sleep(0.02)
                request.advance(step / 10)
            figure = Figure(f"drawn-{name}", draw, "A drawing", "nothing to be seen in it")
            blocks = [Paragraph(f"after {sorted(request.earlier)}"), figure]
            return Section(blocks, data={"name": name})

        return write

    return [Chapter(n, n, k, writer(n), (2, 4)) for k, n in enumerate(("a", "b", "c", "d", "e"))]


def result(job: Job, place: Path) -> str:
    """The hash of all that must be the same bits after a kill."""
    root = place / job.store
    if root.is_file():
        return digest(root.read_bytes()).hex()
    parts: list[bytes | str] = []
    for name in files_below(root):
        # When something was finished, and how long it took, is written in these.
        timed = name.endswith((".zattrs", ".zmetadata", "finished.json", ".html", ".md", ".json"))
        if not timed and not name.endswith(".safetensors"):
            parts += [name, (root / name).read_bytes()]
    return digest(*parts).hex()


def done(job: Job, place: Path) -> set[str]:
    """The pieces of work that were safe on the disk when the command was killed."""
    root = place / job.store
    if job.name == "sweep to zarr":
        return {f"chunk {p.name.split('.')[1]}" for p in root.glob("integrity/sha256/c.*")}
    if job.name == "sweep to netCDF" and root.exists():
        from scipy.io import netcdf_file

        with netcdf_file(root, "r", mmap=False) as file:
            seals = file.variables["integrity_sha256"][:]
        return {f"chunk {k}" for k in range(len(seals)) if seals[k].any()}
    if job.name == "reproduce":
        return {f"chapter {p.name[0]}" for p in root.glob(".chapters/?-*.json")}
    return set()


def stamps(job: Job, place: Path) -> dict[str, int]:
    """Finished runs and shards, with the time of their last change: they must not change again."""
    ends = (place / job.store).rglob("finished.json")
    return {path.relative_to(place).as_posix(): path.stat().st_mtime_ns for path in ends}
