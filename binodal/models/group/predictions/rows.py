"""Predictions for a group's networks: closures in two limits, moments of blocks, wrong theories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.numerics.finite import finite_solver
from binodal.models.group.numerics.results import GroupSolution
from binodal.models.group.numerics.solve import solver
from binodal.models.group.parameters import ORDER
from binodal.models.group.predictions import finite_width as first_order
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.setting import Setting, setting_of
from binodal.models.modular.predictions import finite_width
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction

_DIGITS = 15
MEASURED = ("a", "lambda", "x2", "x")
"""What a network shows of every orbit."""
_OF_MATRICES = ("swapped", "rank", "largest", "smallest")


@dataclass(frozen=True)
class _Case:
    """An orbit at its parameters."""

    orbit: Orbit
    setting: Setting
    parameters: Mapping[str, float]

    def theory(self) -> BlockTheory:
        """Of its first block, by quadrature. Raises Undecided where that is not offered."""
        block, values = self.orbit.blocks[0], self.parameters
        law = BlockLaw.of(block, self.setting.order, values["gamma"], self.setting.decay)
        return BlockTheory(block, self.setting.order, values, law)

    def coarse(self, share: int) -> BlockTheory:
        """With a part of the points: half for the error, less for what is wrong on purpose."""
        fine = self.theory()
        return replace(fine, law=fine.law.coarser(share))

    def rows(self, blank: Prediction, values: Mapping[str, float]) -> Iterator[Prediction]:
        """Of everything that is measured."""
        for name, value in values.items():
            if self.orbit.rows > 1 or name not in _OF_MATRICES:
                yield replace(blank, observable=self.orbit.named(name), value=value)


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """a, lambda and moments of every orbit of irreps by the derived theory, and controls.

    ``places`` is not used.
    """
    setting = setting_of(parameters.space.settings)
    floats = {name: float(value) for name, value in parameters.items()}
    cases = [_Case(of, setting, floats) for of in orbits(setting.blocks)]
    rows: list[Prediction] = []
    if "derived" in theories:
        rows += _thermodynamic(parameters, cases)
        rows += [row for case in cases for row in _finite(parameters, case)]
        rows += _finite_width(cases)
    return rows + [row for case in cases for row in _controls(case)] + list(_one_share(cases))


def _thermodynamic(parameters: Parameters, cases: Sequence[_Case]) -> Iterator[Prediction]:
    """Closures as |G| -> infinity."""
    solution = solver(cases[0].setting)(parameters, "derived", _DIGITS)
    yield from _certified(solution, cases, "thermodynamic")


def _certified(solution: GroupSolution, cases: Sequence[_Case], limit: str) -> Iterator[Prediction]:
    """a and lambda of each orbit as a certified solver has them, or why it has none."""
    by_name = {part.words["irrep"]: part.closure for part in solution.parts}
    for case in cases:
        closure = by_name.get(case.orbit.name)
        for name in ("a", "lambda"):
            blank = Prediction("derived", case.orbit.named(name), nan, limit=limit)
            if closure is None:
                yield replace(blank, missing=solution.reason)
                continue
            ball = closure.a if name == "a" else closure.lam
            yield replace(blank, value=float(ball.mid()), error=float(ball.rad()))


def _finite(parameters: Parameters, case: _Case) -> Iterator[Prediction]:
    """At the group's own size: by quadrature with fewer nodes for the error; a certified closure of
    what has more singular values than that treats."""
    blank = Prediction("derived", "", nan)
    try:
        solutions = (solved([theory]) for theory in (case.theory(), case.coarse(2)))
        values, rough = ({"a": a, **of} for a, (of,) in solutions)
    except Undecided:
        own = setting_of({**parameters.space.settings, "irrep": case.orbit.name})
        yield from _certified(finite_solver(own)(parameters, "derived", _DIGITS), [case], "finite")
        return
    for row, other in zip(case.rows(blank, values), case.rows(blank, rough), strict=True):
        yield replace(row, error=abs(row.value - other.value))


def _finite_width(cases: Sequence[_Case]) -> Iterator[Prediction]:
    """The orders in 1/N of modular addition, where the group is that of an odd prime: its irreps
    are one orbit. Other groups have the first."""
    group = cases[0].setting.group
    if not first_order.is_modular(group):
        observables = {
            case.orbit.name: MEASURED + (_OF_MATRICES if case.orbit.rows > 1 else ())
            for case in cases
        }
        yield from first_order.predictions(cases[0].setting, cases[0].parameters, observables)
        return
    (case,) = cases
    own = finite_width.predictions({**case.parameters, ORDER: float(group.order)})
    for row in own:
        if row.observable in MEASURED:
            yield replace(row, observable=case.orbit.named(row.observable))


def _controls(case: _Case) -> Iterator[Prediction]:
    """Wrong on purpose: factors; every neuron of rank one; V U in place of U V."""
    try:
        right = case.coarse(3)
    except Undecided:
        return
    wrong = {
        "control: lambda without its factor 4": replace(right, factor=0.25),
        "control: no interaction": replace(right, interaction=0.0),
    }
    if case.orbit.rows > 1:
        one = replace(right.law, most=1)
        wrong["control: rank one only"] = replace(right, law=one)
    for name, theory in wrong.items():
        share, (moments,) = solved([theory])
        yield from case.rows(_control(name), {"a": share, **moments})
    if case.orbit.rows > 1:
        _, (moments,) = solved([right])
        exchanged = {"x2": moments["swapped"], "swapped": moments["x2"]}
        yield from case.rows(_control("control: transposed product"), exchanged)


def _one_share(cases: Sequence[_Case]) -> Iterator[Prediction]:
    """Wrong on purpose: one a for all irreps of the group."""
    try:
        theories = [case.coarse(3) for case in cases]
    except Undecided:
        return
    if len(cases) > 1:
        share, moments = solved(theories)
        for case, of in zip(cases, moments, strict=True):
            yield from case.rows(_control("control: one a for all irreps"), {"a": share, **of})


def _control(name: str) -> Prediction:
    return Prediction(name, "", nan, control=True)
