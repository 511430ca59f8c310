"""The terms that a result of a single-index theory leaves out, at its parameters and state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain

from flint import arb

from binodal.models.single_index.numerics.critical_point import CriticalPoint
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.results import Solution
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import couplings_of
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dropped import Dropped, at_event, present
from binodal.numerics.errors import Undecided
from binodal.numerics.results import Critical

_FORMS = Forms("binodal.models.single_index.forms.dropped")
_SIZES, _CARRIED = _FORMS.balls("sizes"), _FORMS.balls("carried")
_BITS = 128

FIELD = "1/N: effective degrees of freedom of the prior's kernel over N"
DATA = "1/n: effective degrees of freedom of the prior's kernel over n"
UNLEARNED = "unlearned modes: the kernel of all but mean and linear modes beside sigma^2"
NEURONS = "1/N with droplets: what they learn of a mode beside its target, over the neurons in them"
SHIFT = "1/d: shift of t_{}, by the closure at this d"


def of_data(setting: Setting, parameters: Mapping[str, Fraction]) -> Iterator[Dropped]:
    """What every result leaves out."""
    names = FIELD, DATA, UNLEARNED
    norm = ball(parameters["sigma_w2"]).sqrt()
    sizes = [ball(parameters[name]) for name in ("N", "n", "d", "sigma2", "sigma_a2")]
    values: Sequence[arb | None] = (None,) * len(names)
    try:
        overlaps = setting.overlaps.at(norm, 2)
        values = _SIZES()(*overlaps, setting.overlaps.mean_square(norm), *sizes)
    except Undecided:
        pass
    for name, size in zip(names, values, strict=True):
        yield Dropped(name, None if size is None else abs(size))


def droplets(
    setting: Setting, parameters: Mapping[str, Fraction], solution: Solution
) -> Iterator[Dropped]:
    """Neurons at a feature are few: the largest share of a mode that they learn, over them."""
    held = [(s, s.mass) for s in solution.saddles if s.mass is not None and not s.m.is_zero()]
    filled = [(s, mass) for s, mass in held if mass > 0]
    if solution.closure is None or len(filled) != 1:
        return
    ((at, mass),), modes = filled, setting.modes
    columns = (
        [solution.closure.t[k] for k in modes],
        [ball(y) for y in setting.acting.values()],
        [setting.overlaps.at(at.r, max(modes) + 1)[k] for k in modes],
    )
    numbers = [at.m, mass * ball(parameters["d"]), ball(couplings_of(parameters)[1])]
    shares = _CARRIED(modes)(*numbers, *(x for column in columns for x in column))
    largest = max((abs(share) for share in shares), key=lambda share: float(share.mid()))
    yield Dropped(NEURONS, largest / arb(1).max(ball(parameters["N"]) * mass))


def shifts(
    setting: Setting, parameters: Mapping[str, Fraction], solution: Solution
) -> Iterator[Dropped]:
    """The acting modes beside those of the closure at d, of two quadratures."""
    closure, floats = solution.closure, {name: float(x) for name, x in parameters.items()}
    if closure is None or solution.limit == "finite" or solution.theory != "derived":
        return
    try:
        rough, fine = (solved(setting, floats, refine=k).residual for k in (1, 2))
    except Undecided:
        rough = fine = {}
    for k in setting.modes:
        size = None
        if k in fine and not closure.t[k].contains(0):
            at_d = arb(fine[k], abs(fine[k] - rough[k]))
            size = abs((at_d - closure.t[k]) / closure.t[k])
        yield Dropped(SHIFT.format(k), size)


def dropped_terms(
    setting: Setting, parameters: Mapping[str, Fraction], result: Solution | Critical[CriticalPoint]
) -> tuple[Dropped, ...]:
    """What a solution or an event leaves out; a shift is that of solutions.

    >>> from binodal.models.registry import preset
    >>> from binodal.models.single_index.numerics.setting import setting_of
    >>> from binodal.models.single_index.numerics.solve import solver_of_bits
    >>> of, at = setting_of("erf", "1: 1, 3: -3/10", "none"), preset("fig2")
    >>> found = solver_of_bits(of)(at, "derived", 96)
    >>> [term.small for term in dropped_terms(of, at, found)]
    [True, True, True, True, True, True]
    """
    with precision(_BITS):
        if isinstance(result, Critical):
            return present(of_data(setting, at_event(parameters, result)))
        parts = (of(setting, parameters, result) for of in (droplets, shifts))
        return present([*of_data(setting, parameters), *chain.from_iterable(parts)])
