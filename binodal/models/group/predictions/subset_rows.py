"""Predictions for a group's networks on a subset of the pairs, orbit by orbit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.numerics.cyclic import is_mode
from binodal.models.group.numerics.on_subset import mode_of
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.setting import Setting, setting_of
from binodal.models.modular.numerics.subset_curves import NORM, whole
from binodal.models.modular.numerics.subset_solve import solve_on_subset
from binodal.models.modular.parameters import SHARE
from binodal.models.modular.predictions.subset_rows import CONTROLS, quenched_rows
from binodal.models.modular.predictions.subset_rows import predictions as rows_of_mode
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction

_NAMES = ("a", "a_test", "lambda")
_Rows = list[Prediction]


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """a and lambda of every orbit, by what is predicted of the mode of Z_|G| that it is. An irrep
    that is no complex character has the quenched theory, and as wrong ones that of a complex
    character, the equivalent kernel at the group's own size, and its like. ``places`` is not used.
    """
    setting, known = setting_of(parameters.space.settings), dict[tuple[str, int], _Rows]()
    every: _Rows = []
    for of in orbits(setting.blocks):
        kind = of.blocks[0].kind, of.blocks[0].dimension
        if kind not in known:
            known[kind] = list(_rows(setting, parameters, of, theories))
        every += [replace(row, observable=of.named(row.observable)) for row in known[kind]]
    return every


def _rows(
    setting: Setting, parameters: Parameters, of: Orbit, theories: Sequence[str]
) -> Iterator[Prediction]:
    own = mode_of(setting, of.blocks[0])(parameters)
    if is_mode(of.blocks[0]):
        yield from (row for row in rows_of_mode(own, theories) if row.observable in _NAMES)
        return
    if "derived" in theories:
        yield from quenched_rows("derived", solve_on_subset(own))
    if own[NORM] != 2:
        wrong = solve_on_subset({**own, NORM: Fraction(2)})
        yield from quenched_rows("control: a complex character", wrong, True)
    yield from _at_other_noises(setting, parameters, of)


def _at_other_noises(
    setting: Setting, parameters: Mapping[str, Fraction], of: Orbit
) -> Iterator[Prediction]:
    """Data counted wrongly in the closure of all pairs, at the group's own size."""
    own = {name: float(value) for name, value in whole(parameters).items()}
    block, share = of.blocks[0], float(parameters[SHARE])
    try:
        law = BlockLaw.of(block, setting.order, own["gamma"], setting.decay).coarser(3)
    except Undecided:
        return
    for name, power in CONTROLS.items():
        if share < 1 or power == 1:
            louder = {**own, "sigma2": own["sigma2"] / share**power}
            left, (moments,) = solved([BlockTheory(block, setting.order, louder, law)])
            for observable in _NAMES:
                value = moments["lambda"] if observable == "lambda" else left
                yield Prediction(name, observable, value, modes=1, control=True)
