"""From a trial to a small summary: every case judged, and what made it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.experiments.parts import judged_case, rounded_values
from binodal.version import VERSION

if TYPE_CHECKING:
    from binodal.validate.experiments.trial import Trial


def trial_summary(
    trial: Trial,
    effort: Fraction,
    say: Callable[[str], None],
    device: str = "cpu",
    folder: Path | None = None,
) -> dict[str, Any]:
    """Everything worth keeping of the networks, which are trained now, on a device of PyTorch.

    Those that a trial keeps are read from the ``folder``. Numbers are rounded to six digits.
    Rows and controls stand beside each other, with their cases.
    """
    from binodal.validate.run.folder import environment

    rows: list[dict[str, Any]] = []
    controls: list[dict[str, Any]] = []
    curves: dict[str, Any] = {}
    counts: dict[str, int] = {}
    kept = trial.kept if folder is not None else None
    if kept is None or folder is None:
        cases = trial.cases(effort, device)
    else:
        cases = kept.cases(effort, folder)
    for case in cases:
        judged = judged_case(case.name, case.parameters, case.measured, case.predictions)
        own = {"case": case.name, "model": judged["model"], "params": judged["params"]}
        rows += [own | row for row in judged["rows"]]
        controls += [{"case": case.name} | control for control in judged["controls"]]
        curves |= {f"{case.name}, {name}": curve for name, curve in case.curves.items()}
        counts[case.name] = case.networks
        say(case.name)
    missing = list[str]()
    if kept is not None and folder is not None:
        missing, device = kept.missing(effort, folder), kept.devices(effort, folder)
    document: dict[str, Any] = rounded_values(
        {
            "experiment": trial.name,
            "title": trial.title,
            "question": trial.question,
            "remark": trial.remark,
            "settings": dict(trial.settings),
            "cases": [],
            "rows": rows,
            "controls": controls,
            "fits": [],
            "curves": curves,
            "missing": missing,
            "provenance": {
                "binodal": VERSION,
                "label": "measured",
                "environment": {"device": device} if kept else environment() | {"device": device},
                "seed": trial.seed,
                "networks": counts,
            },
        }
    )
    return document
