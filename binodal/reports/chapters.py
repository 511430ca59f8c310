"""The chapters of the report: who writes each, where it stands, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from binodal.models.protocol import Model
from binodal.models.report import Report, reported
from binodal.page.section import Request, Section
from binodal.version import VERSION

TITLE = "Grokking as a first-order phase transition: derived, computed, tested"
_SHORT = (0.1, 0.1)


@dataclass(frozen=True)
class Chapter:
    """``write`` makes the content; chapters are written in the order of :func:`chapters` and stand
    in the order of ``place``. ``seconds`` is what the quick and the full one took on two cores."""

    name: str
    title: str
    place: int
    write: Callable[[Request], Section]
    seconds: tuple[float, float]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return self.name


def chapters() -> list[Chapter]:
    """All of them: those of every model, and those about all models together."""
    models = reported()
    return [
        _general("question", "The question", 0),
        *(_steps(of, report) for of, report in models),
        _general("audit", "The printed equations, judged", 3, (30, 30)),
        *(_critical(of, report) for of, report in models),
        _general("networks", "Networks trained for this report", 6, (60, 150)),
        _general("stored", "Stored experiments", 7, (3, 3)),
        _general("agreement", "Theory against networks", 8),
        _general("figures", "The paper's figures, redone", 5, (15, 25)),
        _general("findings", "What was found", 1),
        _general("provenance", "Provenance", 9),
    ]


def _general(name: str, title: str, place: int, seconds: tuple[float, float] = _SHORT) -> Chapter:
    """The chapter that the module of this name writes."""

    def write(request: Request) -> Section:
        found: Section = import_module(f"binodal.reports.{name}").chapter(request)
        return found

    return Chapter(name, title, place, write, seconds)


def _steps(of: Model, report: Report) -> Chapter:
    def write(request: Request) -> Section:
        from binodal.page.derivations import derivations

        return derivations(of.derivations(), request)

    title = f"{report.title}: the derivation, step by step"
    return Chapter(steps_of(of.name), title, 2, write, report.seconds_of_steps)


def steps_of(model_name: str) -> str:
    """The name of the chapter of a model's derivations."""
    return f"{model_name}-steps"


def _critical(of: Model, report: Report) -> Chapter:
    return Chapter(of.name, f"{report.title}: critical points", 4, report.chapter, report.seconds)


def lead() -> str:
    """The sentence under the title."""
    return (
        "A reproduction of *Grokking as a First Order Phase Transition in Two Layer Networks* "
        f"([arXiv:2310.03789](https://arxiv.org/abs/2310.03789)), written by binodal {VERSION}: "
        "every formula derived from definitions and checked by a second route, every critical "
        "point enclosed in a proved ball, every network's result with its error."
    )


def foot(made: Mapping[str, Any]) -> str:
    """The line at the end."""
    return (
        f"Written {made['written']} by binodal {made['version']} ({made['kind']} report, "
        f"{made['seconds']} s of work). Sources `{made['sources_sha256'][:16]}`."
    )
