"""From an experiment's runs to a small summary: rows, curves, fits and provenance as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.comparison.api import Compared, compare
from binodal.experiments.curves import curves_of
from binodal.experiments.fits import fits_of
from binodal.version import VERSION

if TYPE_CHECKING:
    from validate.experiments.experiment import Case, Experiment

FIGURES = 6
_KEPT = (
    "observable",
    "at",
    "theory",
    "limit",
    "modes",
    "measured",
    "stderr",
    "predicted",
    "z",
    "verdict",
    "ess",
    "rhat",
    "dominates",
)

Say = Callable[[str], None]


def summary(
    experiment: Experiment, folder: Path, effort: Fraction = Fraction(1), say: Say = lambda _: None
) -> dict[str, Any]:
    """Everything worth keeping of the finished cases in ``folder``/experiment.

    ``missing`` names the cases that are not finished. Numbers are rounded to six digits.
    """
    from validate.run.folder import is_finished

    cases = experiment.cases(effort)
    done = [
        (c, folder / experiment.name / c.name)
        for c in cases
        if is_finished(folder / experiment.name / c.name)
    ]
    judged: list[tuple[Case, Compared]] = []
    for case, place in done:
        if case.judged:
            say(case.name)
            judged.append((case, compare(place, sources=case.sources)))
    found: dict[str, Any] = rounded(
        {
            "experiment": experiment.name,
            "title": experiment.title,
            "question": experiment.question,
            "cases": [_case(case, compared) for case, compared in judged],
            "fits": fits_of(judged),
            "curves": curves_of(done),
            "missing": [c.name for c in cases if c not in [kept for kept, _ in done]],
            "provenance": _provenance(done),
        }
    )
    return found


def _case(case: Case, compared: Compared) -> dict[str, Any]:
    """One case: its exact parameters, the rows of theories, and how controls fared."""
    rows = [row for row in compared.document if not row["control"]]
    return {
        "name": case.name,
        "params": case.spec.parameters.as_strings(),
        "rows": [{n: row[n] for n in _KEPT if row[n] not in (None, "")} for row in rows],
        "controls": _controls(compared),
        "sources": _sources(compared),
    }


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


def _controls(compared: Compared) -> list[dict[str, Any]]:
    """For each wrong theory, by how many rows it was rejected."""
    rows = [row for row in compared.document if row["control"]]
    return [
        {
            "control": name,
            "rejected": sum(r["verdict"] == "DISAGREE" for r in rows if r["theory"] == name),
            "rows": sum(r["theory"] == name for r in rows),
        }
        for name in dict.fromkeys(row["theory"] for row in rows)
    ]


def _provenance(done: Sequence[tuple[Case, Path]]) -> dict[str, Any]:
    """What made the runs: the sampler, the seeds, the requests' hashes, the versions."""
    from validate.run.folder import environment

    specs = {case.name: case.spec for case, _ in done}
    return {
        "binodal": VERSION,
        "label": "measured",
        "environment": environment(),
        "runs": {
            name: {
                "digest": spec.digest[:16],
                "networks": spec.members,
                "sampler": spec.sampler,
                "starts": spec.starts,
                "burn_in": spec.burn_in,
                "draws": spec.draws,
                "thin": spec.thin,
                "seed": spec.seed,
                "dtype": spec.dtype,
            }
            for name, spec in specs.items()
        },
    }


def rounded(value: Any) -> Any:
    """Floats to six digits and without NaN, in whatever holds them.

    >>> rounded({"x": [1 / 3, float("nan")], "n": 2})
    {'x': [0.333333, None], 'n': 2}
    """
    if isinstance(value, float):
        return float(f"{value:.{FIGURES}g}") if isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return value
