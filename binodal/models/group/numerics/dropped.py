"""The terms that a result of a group leaves out: the largest over its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.group.numerics.results import GroupPoint, GroupSolution, Saddle, cyclic
from binodal.models.group.numerics.weights import relative_shift
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.dropped import FIELD, NEURONS, OWN, WEIGHTS, Terms
from binodal.numerics.balls import ball, precision
from binodal.numerics.dropped import Dropped, at_event, largest, present
from binodal.numerics.results import Critical

_BITS = 128


def _of_solution(
    setting: Setting, parameters: Mapping[str, Fraction], solution: GroupSolution
) -> Iterator[Dropped]:
    terms = Terms(cyclic(parameters, setting), solution.theory)
    yield Dropped(FIELD, terms.size("freedom_per_neuron"))
    for block, part in zip(setting.blocks, solution.parts, strict=False):
        if part.closure is None:
            continue
        share = part.closure.a
        filled = [(s, s.mass) for s in part.saddles if s.rank and s.mass is not None and s.mass > 0]
        if filled:
            held = sum((mass for _, mass in filled), arb(0))
            carried = (1 - share) * _of_rings(setting, part.numbers.get("overlap"), filled)
            yield Dropped(NEURONS, carried / arb(1).max(ball(parameters["N"]) * held))
        if solution.limit == "finite":
            continue
        if solution.phase != "GMFL-II":
            yield Dropped(OWN, terms.size("own_kernel", a=share))
        if filled and solution.phase == "GMFL-I":
            yield Dropped(WEIGHTS, abs(relative_shift(block, setting.order, parameters["gamma"])))


def _of_rings(setting: Setting, overlap: arb | None, filled: Sequence[tuple[Saddle, arb]]) -> arb:
    """Their share of lambda: all of it in the limit, where the overlap has no number."""
    if overlap is None:
        return arb(1)
    own = arb(0)
    for place, mass in filled:
        often = Fraction(place.rank) if setting.decay == "schatten" else Fraction(1, place.rank)
        own += ball(often) * place.x * place.x * mass
    return arb((own / overlap).min(arb(1)))


def _of_event(
    setting: Setting, parameters: Mapping[str, Fraction], critical: Critical[GroupPoint]
) -> Iterator[Dropped]:
    terms = Terms(cyclic(parameters, setting), critical.theory)
    yield Dropped(FIELD, terms.size("freedom_per_neuron"))
    if critical.point is None or critical.limit == "finite":
        return
    if critical.event != "gmfl2":
        yield Dropped(OWN, terms.size("own_kernel", a=critical.point.a))
    if critical.event == "coexistence":
        for block in setting.blocks:
            yield Dropped(WEIGHTS, abs(relative_shift(block, setting.order, parameters["gamma"])))


def dropped_terms(
    setting: Setting,
    parameters: Mapping[str, Fraction],
    result: GroupSolution | Critical[GroupPoint],
) -> tuple[Dropped, ...]:
    """What a solution or an event leaves out; of terms with one name the largest."""
    with precision(_BITS):
        if isinstance(result, Critical):
            terms = _of_event(setting, at_event(parameters, result), result)
        else:
            terms = _of_solution(setting, parameters, result)
        return tuple(term for term, _ in largest([(None, present(terms))]))
