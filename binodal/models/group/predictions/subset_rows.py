"""Predictions for a group's networks on a subset of the pairs, orbit by orbit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import nan

from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.numerics.cyclic import is_mode
from binodal.models.group.numerics.on_subset import mode_of
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.predictions.finite_width import expansions, is_modular
from binodal.models.group.predictions.subset_rule import Products
from binodal.models.group.predictions.train_loss import Orders
from binodal.models.group.setting import Setting, setting_of
from binodal.models.modular.numerics.subset_curves import NORM, whole
from binodal.models.modular.numerics.subset_solve import solve_on_subset
from binodal.models.modular.parameters import SHARE
from binodal.models.modular.predictions.subset_changes import Changes, changes
from binodal.models.modular.predictions.subset_rows import (
    CONTROLS,
    LIMIT,
    ON_SUBSETS,
    on_subset,
    quenched_rows,
)
from binodal.models.modular.predictions.subset_rows import predictions as rows_of_mode
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.expansion import rows
from binodal.validate.prediction import Prediction

_NAMES, _ON_ALL = ("a", "a_test", "lambda"), ("a", "lambda")
_Rows = list[Prediction]


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """a and lambda of every orbit: by mean field on subsets of a small group, and by what is said
    of the mode of Z_|G| that it is. An irrep that is no complex character has the quenched theory,
    and as wrong ones that of a complex character, the equivalent kernel at the group's own size,
    and its like. ``places`` is not used.
    """
    setting, known = setting_of(parameters.space.settings), dict[tuple[str, int], _Rows]()
    every: _Rows = []
    if "derived" in theories and not is_modular(setting.group):
        every += _on_subsets(setting, parameters)
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
        of_mode = (row for row in rows_of_mode(own, theories) if row.observable in _NAMES)
        lone = is_modular(setting.group)
        yield from (row for row in of_mode if lone or row.control or row.limit == LIMIT)
        return
    if "derived" in theories:
        yield from quenched_rows("derived", solve_on_subset(own))
    if own[NORM] != 2:
        wrong = solve_on_subset({**own, NORM: Fraction(2)})
        yield from quenched_rows("control: a complex character", wrong, True)
    yield from _at_other_noises(setting, parameters, of)


def _on_subsets(setting: Setting, parameters: Parameters) -> Iterator[Prediction]:
    """Mean field on subsets with its first order in 1/N, of every orbit that is asked for."""
    own = {name: float(value) for name, value in whole(parameters).items()}
    share, asked = float(parameters[SHARE]), orbits(setting.blocks)
    try:
        rule = Products.of(parameters.space.settings)
        orders = expansions(rule.setting, own)
        found = changes(rule, own, share) if share < 1 else None
    except Undecided as why:
        names = (of.named(name) for of in asked for name in _NAMES)
        none = Prediction("derived", "", nan, limit=ON_SUBSETS, modes=1, missing=str(why))
        yield from (replace(none, observable=name) for name in names)
        return
    for place, of in enumerate(rule.orbits):
        if of.name in {one.name for one in asked}:
            yield from _of_orbit(of, orders, found[place] if found else None)


def _of_orbit(
    of: Orbit, orders: tuple[Orders, Orders], change: Changes | None
) -> Iterator[Prediction]:
    fine, coarse = (order.orbits[of.name] for order in orders)
    told = rows(lambda: (fine, coarse), _ON_ALL, 1, ON_SUBSETS)
    if change:
        told = on_subset(list(told), fine, change)
    yield from (replace(row, observable=of.named(row.observable)) for row in told)


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
