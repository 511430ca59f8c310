"""The chapters of the report: who writes each, where it stands, and what it depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from binodal.models.protocol import Model
from binodal.models.report import TRAINED, OwnChapter, Report
from binodal.numerics.sources import loads
from binodal.page.section import Request, Section
from binodal.reports.offered import own_chapters, reported
from binodal.version import VERSION

TITLE = "Grokking as a first-order phase transition: derived, computed, tested"
_SHORT = (0.1, 0.1)
_NETWORKS = ("networks", "stored")


@dataclass(frozen=True)
class Chapter:
    """``write`` makes the content; chapters are written in the order of :func:`chapters` and stand
    in the order of ``place``. ``seconds`` is what the quick and the full one took on two cores.

    ``sources`` are the modules that it depends on, with all that they import; all of the program
    if there are none. ``earlier`` are the chapters whose data it reads; all of them if None.
    One that keeps all cores busy is written ``alone``.
    """

    name: str
    title: str
    place: int
    write: Callable[[Request], Section]
    seconds: tuple[float, float]
    sources: frozenset[str] = frozenset()
    earlier: tuple[str, ...] | None = None
    alone: bool = False

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return self.name

    def reads(self, name: str) -> bool:
        """Whether it depends on the data of the chapter of this name."""
        return self.earlier is None or name in self.earlier


def chapters() -> list[Chapter]:
    """All of them: those of every model, and those about all models together."""
    models = reported()
    steps = tuple(steps_of(of.name) for of, _ in models)
    words = {f"{report.package}.content" for _, report in models}
    answers = {module for of, _ in models for module in answering(of)}
    figures = [(of, figure) for of, report in models for figure in report.figures()]
    drawn = {figure.module for _, figure in figures if figure.under != TRAINED}
    trained = {figure.module for _, figure in figures if figure.under == TRAINED}
    trained |= {f"{report.package}.networks" for _, report in models}
    for of, _ in models:
        trained |= loads(of.space.scaling) | loads(of.network)
    return [
        _general("question", "The question", 1, _SHORT, words),
        *(_steps(of, report) for of, report in models),
        _general("audit", "The printed equations, judged", 3, (30, 30), set(), steps),
        *(_critical(of, report) for of, report in models),
        *(_own(of, chapter) for of, chapter in own_chapters()),
        replace(
            _general("networks", "Networks trained for this report", 6, (60, 90), words | trained),
            alone=True,
        ),
        _general("stored", "Stored experiments", 7, (3, 3), words),
        _general("agreement", "Theory against networks", 8, _SHORT, words, _NETWORKS),
        _general(
            "figures",
            "The paper's figures, redone",
            5,
            (15, 25),
            words | drawn | answers,
            _NETWORKS,
        ),
        _general("findings", "In brief", 0, _SHORT, words, None),
        Chapter("provenance", "Provenance", 9, _writer("provenance"), _SHORT),
    ]


def answering(of: Model) -> set[str]:
    """What the answers of ``solve`` and ``critical`` about a model depend on."""
    modules = {"binodal.reports.answers", *loads(of.dropped), *loads(of.space.scaling)}
    for limit in of.limits.values():
        modules |= loads(limit.assumptions) | loads(limit.solve) | loads(limit.critical)
    return modules


def _general(
    name: str,
    title: str,
    place: int,
    seconds: tuple[float, float],
    more: set[str],
    earlier: tuple[str, ...] | None = (),
) -> Chapter:
    """The chapter that the module of this name writes; ``more`` is what it depends on beside it."""
    sources = frozenset({f"binodal.reports.{name}", *more})
    return Chapter(name, title, place, _writer(name), seconds, sources, earlier)


def _writer(name: str) -> Callable[[Request], Section]:
    def write(request: Request) -> Section:
        section: Section = import_module("." + name, "binodal.reports").chapter(request)
        return section

    return write


def _steps(of: Model, report: Report) -> Chapter:
    def write(request: Request) -> Section:
        from binodal.page.derivations import THEORY, derivations

        made = of.expressions() if of.expressions else {}
        compiled = {name: make(THEORY).values for name, make in made.items()}
        return derivations(of.name, of.derivations(), compiled, request)

    title = f"{report.title}: the derivation, step by step"
    sources = frozenset(
        {"binodal.page.derivations", *loads(of.derivations), *loads(of.expressions)}
    )
    return Chapter(steps_of(of.name), title, 2, write, report.seconds_of_steps, sources, ())


def steps_of(model_name: str) -> str:
    """The name of the chapter of a model's derivations."""
    return f"{model_name}-steps"


def _critical(of: Model, report: Report) -> Chapter:
    title = f"{report.title}: critical points"
    sources = frozenset({f"{report.package}.chapter", *answering(of)})
    return Chapter(of.name, title, 4, report.chapter, report.seconds, sources, ())


def _own(of: Model, chapter: OwnChapter) -> Chapter:
    sources = frozenset({chapter.module, *answering(of)})
    return Chapter(of.family, chapter.title, 4, chapter.write, chapter.seconds, sources, ())


def lead() -> str:
    """The sentence under the title."""
    return (
        "On *Grokking as a First Order Phase Transition in Two Layer Networks* "
        f"([arXiv:2310.03789](https://arxiv.org/abs/2310.03789)). Written by binodal {VERSION}."
    )


def foot(made: Mapping[str, Any]) -> str:
    """The line at the end."""
    return (
        f"Written {made['written']} by binodal {made['version']} ({made['kind']} report, "
        f"{made['seconds']} s of work). Sources `{made['sources_sha256'][:16]}`."
    )
