"""The modular-addition model on a random subset of the pairs, as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from binodal.derive.theories import require_theory
from binodal.errors import RequestError
from binodal.models.late import Late
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.models.protocol import Limit, Model, Option
from binodal.numerics.parameters import Space

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.modular.numerics.subset_curves import Mode

_EVENTS = ("birth", "coexistence", "memorisation", "one-pair", "crossing", "instability")
_COLUMNS = ("a", "lambda", "x", "action", "mass")
LACKING = (
    "on a subset of the pairs one mode is derived, at large P (thermodynamic limit), in equilibrium"
)


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.modular.numerics.results import ACTION_UNITS
    from binodal.models.modular.numerics.subset_critical import notes

    return (*notes(), ACTION_UNITS["derived"])


def _finite_assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.modular.numerics.crossing_width import NOTES

    return NOTES


def _derivations() -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.derive.quantity import for_any_theory
    from binodal.models.modular.derivations.partial_data import partial_data

    return {"partial-data": for_any_theory(partial_data)}


def _complete(theory: str) -> Derivation:
    from binodal.models.modular.derivations.partial_data import partial_data

    require_theory(theory)
    return partial_data()


PAIRS = Option(
    "pairs",
    "all, or subset: a random share data_fraction of them, which implies it",
    "all",
    {SHARE: "subset"},
)


def chosen(settings: Mapping[str, str], everything: Model, subset: Callable[[], Model]) -> Model:
    """What ``pairs`` asks for. Raises RequestError for another word."""
    members = {"all": lambda: everything, "subset": subset}
    if settings[PAIRS.name] not in members:
        raise RequestError(f"pairs {settings[PAIRS.name]!r}: choose {', '.join(members)}")
    return members[settings[PAIRS.name]]()


def _all() -> Mode:
    """The parameters of this model are those of a mode."""
    return dict


def on_subset(
    of: Model,
    space: Space = ON_SUBSET,
    mode: Callable[[], Mode] = _all,
    assumptions: Callable[[str], Sequence[str]] = _assumptions,
) -> Model:
    """The model of all pairs with a share of them: what has been derived for it, and no more.

    ``mode`` loads what gives the parameters of a mode of Z_P from the model's own.
    """
    return Model(
        space,
        size=of.size,
        order=of.order,
        closure=of.closure,
        coordinates=of.coordinates,
        columns={name: of.columns[name] for name in _COLUMNS},
        events=_EVENTS,
        limits={
            "thermodynamic": Limit(
                assumptions,
                Late("binodal.models.modular.numerics.subset_solve", "solver").on(mode),
                Late("binodal.models.modular.numerics.subset_critical", "SubsetPoints").on(
                    mode, tuple(space.fields)
                ),
                Late("binodal.models.modular.numerics.subset_boundary", "SubsetBoundaries").on(
                    mode
                ),
            ),
            "finite": Limit(
                _finite_assumptions,
                critical=Late("binodal.models.modular.numerics.crossing_width", "finite_crossing"),
            ),
        },
        derivations=_derivations,
        complete=_complete,
        cells=Late("binodal.models.modular.numerics.subset_cell", "cells").on(mode),
        dropped=Late("binodal.models.modular.numerics.subset_dropped", "dropped_terms").on(mode),
        theories=("derived",),
        own_size=of.own_size,
        lacking=LACKING,
    )
