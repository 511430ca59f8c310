"""What a model offers to the report: its words, its chapter, its figures and its networks.

The chapter is the function ``chapter`` of the module ``chapter`` in the report's package. A figure
is a module of the package ``figures`` beside it: its docstring says in one line what is drawn,
``UNDER`` is the heading that it stands under, and ``write`` returns a section with the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from binodal.page.blocks import Formula
from binodal.page.section import Request, Section

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters


@dataclass(frozen=True)
class Heading:
    """What figures stand under, in the order of ``place``, with words that come before them."""

    place: int
    title: str
    words: str = ""


PHASES = Heading(
    1,
    "Fig. 1: the phases, from the actions",
    "Fig. 1 of the paper sketches the phases; no number is read from it. Here the sketch is "
    "replaced by the actions themselves.",
)
TRAINED = Heading(9, "Networks trained for this report")
"""Figures under it belong to the chapter on them, and are empty where none was trained."""


@dataclass(frozen=True)
class Ensemble:
    """Networks of one setting to train; ``starts`` as in ``binodal train``."""

    name: str
    title: str
    parameters: Callable[[], Parameters]
    members: int
    starts: str
    burn_in: int
    draws: int


@dataclass(frozen=True)
class FigureWriter:
    """A figure of the report before it is drawn; ``line`` says what it shows."""

    name: str
    line: str
    under: Heading
    module: str
    write: Callable[[Request], Section]


@dataclass(frozen=True)
class OwnChapter:
    """A chapter that a model adds without a further part in the report.

    It is the function ``chapter`` of a module; ``seconds`` as in :class:`Report`. ``figures`` are
    those in it that can be drawn by themselves.
    """

    module: str
    title: str
    seconds: tuple[float, float]
    figures: tuple[FigureWriter, ...] = ()

    def write(self, request: Request) -> Section:
        """The chapter."""
        section: Section = import_module(self.module).chapter(request)
        return section


@dataclass(frozen=True)
class Report:
    """A model's part of the report.

    ``quoted`` is what the paper says of events along sigma2, ``events`` those that are shown in
    brief, ``headline`` the observables that are shown first. ``seconds`` and ``seconds_of_steps``
    are what its chapters take in the quick and in the full report on two cores.
    """

    package: str
    title: str
    setting: str
    definition: Formula
    action: str
    events: Sequence[str]
    quoted: Mapping[str, str]
    headline: Sequence[str]
    training: str
    ensembles: Callable[[bool], Sequence[Ensemble]]
    seconds: tuple[float, float]
    seconds_of_steps: tuple[float, float]

    def chapter(self, request: Request) -> Section:
        """The chapter on the model's critical points."""
        section: Section = import_module(f"{self.package}.chapter").chapter(request)
        return section

    def figures(self) -> list[FigureWriter]:
        """The figures that stand in the model's folder, by name."""
        package = f"{self.package}.figures"
        modules = [
            (entry.name, import_module(f"{package}.{entry.name}"))
            for entry in iter_modules(import_module(package).__path__)
        ]
        return [
            FigureWriter(
                name.replace("_", "-"),
                str(module.__doc__).partition("\n")[0],
                module.UNDER,
                module.__name__,
                module.write,
            )
            for name, module in modules
        ]
