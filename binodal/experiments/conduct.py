"""``experiment``: train the networks of an experiment and keep a small summary."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.config import Exact, exact_of
from binodal.errors import DECIDED, UNDECIDED, RequestError
from binodal.experiments.registry import (
    course_names,
    course_of,
    experiment_names,
    experiment_of,
    trial_names,
    trial_of,
)
from binodal.experiments.stored import normal, written
from binodal.extras import experiment_errors
from binodal.page.output import require_folder, write_text
from binodal.progress import Progress
from binodal.request import require
from binodal.shown import Row, Shown

if TYPE_CHECKING:
    from binodal.validate.experiments.experiment import Experiment

LEAST_EFFORT = Fraction(1, 1000)


@dataclass(frozen=True, repr=False)
class Conducted(Shown):
    """The summary of an experiment and where it was written."""

    summary: dict[str, Any]
    path: Path

    @property
    def exit_status(self) -> int:
        """1 while cases are missing, or when a theory at its own limit is rejected; else 0."""
        rows = normal(self.summary, "")["rows"]
        verdicts = {row["verdict"] for row in rows if row["theory"] == "derived"}
        verdicts |= {row.get("judged") for row in self.summary.get("transitions", ())}
        return UNDECIDED if self.summary["missing"] or "DISAGREE" in verdicts else DECIDED

    def headline(self) -> str:
        """The title, and what is missing."""
        missing = len(self.summary["missing"])
        judged = f"{len(self.records())} judged numbers, {missing} cases missing"
        return f"{self.summary['title']}: {judged}"

    def records(self) -> list[Row]:
        """One row a judged observable, case and theory."""
        kept = ("case", "observable", "theory", "measured", "stderr", "predicted", "verdict")
        rows = normal(self.summary, "")["rows"]
        return [{name: row.get(name) for name in kept} for row in rows]

    def __str__(self) -> str:
        rows = normal(self.summary, "")["rows"]
        counts = [
            f"{theory}: "
            + ", ".join(
                f"{sum(r['verdict'] == v for r in rows if r['theory'] == theory)} {v}"
                for v in ("AGREE", "DISAGREE", "INCONCLUSIVE")
            )
            for theory in dict.fromkeys(row["theory"] for row in rows)
        ]
        missing = self.summary["missing"]
        lines = [f"{self.path}: {self.summary['title']}", *counts]
        return "\n".join([*lines, f"not run: {', '.join(missing)}"] if missing else lines)


def experiment(
    name: str,
    output: Path | str,
    *,
    effort: Exact = 1,
    workers: int | None = None,
    scheduler: str | None = None,
    train: bool = True,
    device: str = "cpu",
    tell: Callable[[str], None] = lambda line: None,
) -> Conducted:
    """Train what is not trained yet in ``output``/name/case, then summarise all finished cases.

    ``effort`` multiplies the number of networks. ``device`` is that of torch; networks whose
    training is followed have the CPU alone. With ``train`` false nothing is trained. The summary is
    ``output``/name.json. ``tell`` is told of damage, which is drawn again. Raises
    :class:`binodal.errors.RequestError` for what makes no sense and
    :class:`binodal.errors.Stopped` with what is safe.
    """
    share = exact_of(effort, "effort")
    if share < LEAST_EFFORT:
        raise RequestError(f"effort={share}: must be at least {LEAST_EFFORT}")
    require(name, (*experiment_names(), *course_names(), *trial_names()), "experiment")
    folder, path = Path(output), Path(output) / f"{name}.json"
    if name in trial_names():
        return _tried(name, folder, path, share, train, device, tell)
    if name in course_names():
        if device != "cpu":
            raise RequestError(f"device={device}: {name} is trained on the CPU")
        return _in_time(name, folder, path, share, train)
    with experiment_errors("an experiment"):
        from binodal.validate.experiments.experiment import on_device
        from binodal.validate.experiments.runner import run_cases
        from binodal.validate.run.ensemble import planned_workers

        require_folder(folder, path.name)
        chosen = on_device(experiment_of(name), device)
        cases = chosen.cases(share)
        if train:
            with Progress(name, sum(c.spec.steps * len(c.spec.shards) for c in cases)) as progress:
                before = {c.name: 0 for c in cases}

                def say(case: str, steps: int, total: int) -> None:
                    progress.advance(steps - before[case], case)
                    before[case] = steps

                run_cases(
                    chosen,
                    folder,
                    effort=share,
                    workers=workers,
                    scheduler=scheduler,
                    say=say if sys.stderr.isatty() else None,
                    tell=tell,
                )
        summarised = _summarised(chosen, folder, share, planned_workers(workers))
    write_text(path, written(summarised))
    return Conducted(summarised, path)


def _summarised(chosen: Experiment, folder: Path, share: Fraction, workers: int) -> dict[str, Any]:
    """All finished cases, beside theories or, with an order parameter, by their measures."""
    from binodal.experiments import in_equilibrium
    from binodal.experiments.summary import summary

    cases = chosen.cases(share)
    with Progress(f"{chosen.name}: comparing", len(cases)) as progress:

        def say(case: str) -> None:
            progress.advance(what=case)

        if all(case.against for case in cases):
            return in_equilibrium.summary(chosen, folder, share, say)
        return summary(chosen, folder, share, workers, say)


def _in_time(name: str, folder: Path, path: Path, share: Fraction, train: bool) -> Conducted:
    """Networks in training: one process, and no theory that could be judged."""
    with experiment_errors("an experiment"):
        from binodal.experiments.in_time import in_time_summary

        require_folder(folder, path.name)
        chosen = course_of(name)
        steps = sum(training.spec.steps for training in chosen.trainings(share))
        with Progress(name, steps if train else 0) as progress:
            shown = sys.stderr.isatty()

            def say(which: str, done: int) -> None:
                if shown:
                    progress.advance(done, which)

            summarised = in_time_summary(chosen, folder, share, train, say)
    write_text(path, written(summarised))
    return Conducted(summarised, path)


def _tried(
    name: str,
    folder: Path,
    path: Path,
    share: Fraction,
    train: bool,
    device: str,
    tell: Callable[[str], None],
) -> Conducted:
    """Networks that all train at once: of most nothing is kept but the summary."""
    trial = trial_of(name)
    if not train and trial.kept is None:
        raise RequestError(f"{name} keeps no runs: it is trained whenever it is summarised")
    with experiment_errors("an experiment"):
        from binodal.experiments.trials import trial_summary
        from binodal.validate.run.posterior import require_device

        require_folder(folder, path.name)
        require_device(device)
        if train and trial.kept is not None:
            trial.kept.sample(share, device, folder / name, tell)
        with Progress(name, 0) as progress:
            summarised = trial_summary(
                trial, share, lambda case: progress.advance(what=case), device, folder / name
            )
    write_text(path, written(summarised))
    return Conducted(summarised, path)


def write_page(folder: Path | str) -> Path:
    """The stored experiments as experiments.md and figures in ``folder``."""
    from binodal.experiments.page import page

    return page(Path(folder))
