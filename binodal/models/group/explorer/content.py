"""Groups in the explorer: the formulas of modular addition in the units of a chosen irrep."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.groups.names import from_text
from binodal.derive.groups.small import SMALL
from binodal.derive.symbols import N, P, gamma, mass, u
from binodal.models.explorer import TEMPERATURE, Choice, Formula, Line, Trained
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.sizes import sizes
from binodal.models.group.derivations.symbols import copies, dimension
from binodal.models.group.expressions import in_units, numbers_of
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.results import ACTION_UNITS
from binodal.models.group.numerics.weights import first_weight
from binodal.models.group.parameters import EVERY
from binodal.models.group.setting import Setting, blocks_of
from binodal.models.group.settings import DECAYS
from binodal.models.modular.explorer.content import EXPLORER as CYCLIC

LARGER = ("Z401", "Z97", "D50", "A5", "S5")
"""Groups that can be chosen beside the small ones, the first of all before them."""
DEPTH, RANK, BY_N, BY_READOUT = sp.symbols("kappa r nu alpha", positive=True)
WEIGHT, COUNT = sp.symbols("omega n", positive=True)
"""Shift by weights in units of its formula, and how many singular values are filled one by one."""
_WORDS = (
    "An irrep equals a mode of modular addition with other numbers: its action is κ times that of "
    "the mode, its coupling r times. What follows is said of the mode, with"
)
_UNITS = (P, DEPTH, RANK, BY_N, BY_READOUT)
_FIXED = (*_UNITS, WEIGHT, COUNT)


@cache
def _choices() -> dict[str, Choice]:
    """One irrep of each dimension and type, under both decays where these differ."""
    first, *larger = LARGER
    texts = {first: first, **SMALL, **{name: name for name in larger}}
    return dict(pair for name, text in texts.items() for pair in _of_group(name, text))


def _of_group(name: str, text: str) -> Iterator[tuple[str, Choice]]:
    group, seen = from_text(text), set()
    for block in blocks_of(text, EVERY):
        for decay in DECAYS[: 1 if block.dimension == 1 else None]:
            twin = CyclicTwin(Setting(group, decay, (block,)), block)
            if (block.dimension, block.kind, decay) not in seen:
                seen.add((block.dimension, block.kind, decay))
                shown = "" if decay == DECAYS[0] else f", {decay}"
                words = f"--group {shlex.quote(text)} --irrep {block.name} --decay {decay}"
                yield f"{name}: {block.name} {block.kind}{shown}", Choice(words, _numbers(twin))


def _numbers(twin: CyclicTwin) -> tuple[Fraction, ...]:
    """In the order of the fixed symbols."""
    block, alone = twin.block, twin.setting.decay != DECAYS[0]
    count = Fraction(1 if alone else block.dimension // twin.least_rank)
    return *numbers_of(twin), first_weight(block), count


def _formulas(theory: str) -> Iterator[Formula]:
    for name, unknowns, values in CYCLIC.formulas(theory):
        own = _dropped(values) if name == "dropped" else in_units(values, *_UNITS)
        yield Formula(name, unknowns, own)


def _dropped(of_mode: Mapping[str, sp.Expr]) -> dict[str, sp.Expr]:
    """What the limit leaves out of a block; the kernel of the prior and its own are a mode's."""
    alone = {beta: 2, rows: 1, dimension: 1 / WEIGHT, copies: 1}
    (of_ring,) = in_units({"ring": of_mode["ring_kernel"]}, *_UNITS).values()
    return {
        **of_mode,
        "weight_shift": sizes().results["weight_shift"].subs(alone),
        "metastable_ring": sp.Integer(0),
        "ring_kernel": of_ring,
        "neurons_on_ring": N * sp.Min(1, COUNT * mass),
    }


def _lines(theory: str) -> Iterator[Line]:
    for line in CYCLIC.lines(theory):
        (value,) = in_units({"S": line.right}, *_UNITS).values()
        yield Line("", r"\frac{S(x, x_v)}{|G|}", value)


def _closure(theory: str) -> Iterator[tuple[str, str]]:
    yield _WORDS, r"P = |G|, \quad N \to \nu N, \quad \sigma_a^2 \to \alpha \sigma_a^2"
    yield from CYCLIC.closure(theory)


def _trained(settings: Mapping[str, str]) -> Iterator[Trained]:
    """The irreps of a group that was trained, each with its residual."""
    for name, choice in _choices().items():
        words = iter(shlex.split(choice.words))
        of = {key.removeprefix("--"): value for key, value in zip(words, words, strict=True)}
        if all(of[key] == settings[key] for key in ("group", "decay")):
            yield Trained(name, {}, f"a_{of['irrep']}", "a")


EXPLORER = replace(
    CYCLIC,
    title="finite groups",
    parameters=[symbol for symbol in CYCLIC.parameters if symbol != P],
    formulas=_formulas,
    lines=_lines,
    numbers=(u, gamma, DEPTH, RANK),
    closure=_closure,
    sliders={
        "sigma2": replace(TEMPERATURE, start="1/10000", end="1"),
        **{n: slider for n, slider in CYCLIC.sliders.items() if n not in (str(P), "sigma2")},
    },
    unit="|G|",
    axis="x, square of a singular value of W and V",
    actions={"derived": ACTION_UNITS.removeprefix("action: ")},
    chosen="Group and irrep",
    fixed=_FIXED,
    choices=_choices,
    share="share filled",
    carriers="neurons hold the irrep",
    trained=_trained,
    dropped={key: words for key, words in CYCLIC.dropped.items() if key != "ring"},
)
