"""What a model offers to the explorer: formulas, a solver in JavaScript, sliders and words.

The solver is the file ``solver.js`` beside the module, or several in one scope; it exports the
functions ``solve``, ``kept`` (the zero state, whatever is deeper), ``neurons`` (how many hold a
feature), ``events``, ``dropped``, ``map``, ``landscape`` and ``reach``, which the page calls with
the formulas; ``OWN`` is there the place of each parameter and fixed symbol by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import sympy as sp


class Formula(NamedTuple):
    """A function of the page: its name there, its unknowns, its values by name."""

    name: str
    unknowns: tuple[sp.Symbol, ...]
    values: Mapping[str, sp.Expr]


class Line(NamedTuple):
    """A typeset equation with words in front of it, which may hold HTML."""

    words: str
    left: str
    right: sp.Expr


class Trained(NamedTuple):
    """How networks of a setting are shown: the choice, the page's own numbers, and what of them.

    ``observable`` is the name in stored experiments of what the page calls ``state``.
    """

    choice: str
    coefficients: Mapping[str, str]
    observable: str
    state: str


class Choice(NamedTuple):
    """A member of a family: its settings in commands, and the numbers that make its formulas.

    ``refused`` says why it has no theory, ``lines`` are equations of its own, and ``across`` is
    the map's abscissa where that is not the family's.
    """

    words: str
    numbers: Sequence[Fraction]
    refused: str = ""
    lines: Sequence[Line] = ()
    across: str = ""


@dataclass(frozen=True)
class Slider:
    """From where to where a parameter slides, as exact texts; the field beside it takes any value.

    ``symbol`` is HTML; a ``main`` slider stands before the others.
    """

    start: str
    end: str
    symbol: str
    meaning: str
    main: bool = False


TEMPERATURE = Slider("1/100", "10", "σ²", "temperature", main=True)
WIDTH = Slider("10", "100000", "N", "hidden neurons")


def readout(start: str, end: str) -> Slider:
    """The slider of the readout's variance."""
    return Slider(start, end, "σ<sub>a</sub>²", "readout variance × N")


@dataclass(frozen=True)
class Explorer:
    """A model's part of the page.

    ``parameters`` are in the order of the generated functions; ``formulas``, ``lines`` (the
    action, where ``numbers`` can be filled in) and ``closure`` (words and LaTeX) are of a theory.
    ``place`` and ``unit`` name the order parameter and the large factor, ``axis`` the abscissa of
    the landscape, ``mirrored`` says whether a saddle has a twin of the other sign, ``across`` is
    the map's abscissa, ``state`` names what ``solve`` finds beside the saddles (symbol, meaning),
    ``dropped`` says in words what the limit leaves out, by the solver's names. A family has
    ``choices`` of a member, ``chosen`` in words, which give the values of ``fixed`` symbols, the
    last arguments of its formulas; ``share`` is what a minimum's mass is called. Numbers inside a
    setting, by name with the text to begin with, are parameters of the page alone: ``words`` is
    the setting in commands, with @name@ in their places. ``farthest`` bounds the order parameter
    where it has a bound, and places of both signs are shown where it is. ``residual`` names the
    modes of ``state`` that networks are compared in, the first that is not zero; ``carriers`` says
    what the neurons at a feature do, and ``trained`` how networks of a setting are shown, else
    those of every setting by the same names.
    """

    package: str
    title: str
    first: str
    parameters: Sequence[sp.Symbol]
    formulas: Callable[[str], Iterable[Formula]]
    lines: Callable[[str], Iterable[Line]]
    numbers: Sequence[sp.Symbol]
    closure: Callable[[str], Iterable[tuple[str, str]]]
    sliders: Mapping[str, Slider]
    across: str
    place: str
    unit: str
    axis: str
    mirrored: bool
    state: Mapping[str, tuple[str, str]]
    actions: Mapping[str, str]
    stable_zero: str
    dropped: Mapping[str, str]
    chosen: str = ""
    fixed: Sequence[sp.Symbol] = ()
    choices: Callable[[], Mapping[str, Choice]] = dict
    share: str = "probability"
    coefficients: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    farthest: float | None = None
    scripts: Sequence[str] = ("solver.js",)
    residual: Sequence[str] = ()
    carriers: str = "neurons hold the feature"
    trained: Callable[[Mapping[str, str]], Iterable[Trained]] | None = None
