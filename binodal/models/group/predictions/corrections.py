"""The first order in 1/N of every irrep, as the solution of a group carries it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from binodal.models.group.network.orbits import orbits
from binodal.models.group.parameters import ORDER
from binodal.models.group.predictions.finite_width import expansions, is_modular
from binodal.models.group.setting import Setting
from binodal.models.modular.predictions.finite_width import first_order
from binodal.numerics.corrections import in_width
from binodal.validate.expansion import shifts


def corrections(
    setting: Setting, parameters: Mapping[str, Fraction], irreps: Collection[str]
) -> dict[str, object]:
    """The first order of each of ``irreps``, or why there is none.

    ``setting`` has all irreps of its group: the others fluctuate as well.
    """
    return in_width(lambda: _by_irrep(setting, parameters, irreps))


def _by_irrep(
    setting: Setting, parameters: Mapping[str, Fraction], irreps: Collection[str]
) -> dict[str, object]:
    floats = {name: float(value) for name, value in parameters.items()}
    if is_modular(setting.group):
        return dict.fromkeys(irreps, first_order({**floats, ORDER: float(setting.order)}))
    fine, coarse = (of.orbits for of in expansions(setting, floats))
    return {
        block.name: shifts(own := fine[orbit.name], coarse[orbit.name], _ordered(own.shift))
        for orbit in orbits(setting.blocks)
        for block in orbit.blocks
        if block.name in irreps
    }


def _ordered(names: Collection[str]) -> tuple[str, ...]:
    """The closure's first."""
    return tuple(dict.fromkeys(("a", "lambda", *names)))
