"""The modular-addition model on a random subset of the pairs, as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from binodal.derive.theories import require_theory
from binodal.errors import RequestError
from binodal.models.late import Late
from binodal.models.modular.parameters import ON_SUBSET
from binodal.models.protocol import Limit, Model, Option, Solver
from binodal.numerics.parameters import Parameters, Space

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.numerics.phases.phase_map import Cells

_EVENTS = ("birth", "coexistence", "memorisation", "one-pair", "instability")
_COLUMNS = ("a", "lambda", "x", "action", "mass")


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.modular.numerics.results import ACTION_UNITS
    from binodal.models.modular.numerics.subset_critical import notes

    return (*notes(), ACTION_UNITS["derived"])


def _solve() -> Solver:
    from binodal.models.modular.numerics.subset_solve import solve_on_subset
    from binodal.numerics.balls import bits_of

    def solved(parameters: Parameters, theory: str, digits: int) -> Any:
        return solve_on_subset(parameters, theory, bits_of(digits))

    return solved


def _derivations() -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.derive.quantity import for_any_theory
    from binodal.models.modular.derivations.quenched import partial_data

    return {"partial-data": for_any_theory(partial_data)}


def _complete(theory: str) -> Derivation:
    from binodal.models.modular.derivations.quenched import partial_data

    require_theory(theory)
    return partial_data()


PAIRS = Option("pairs", "all, or subset: a random share data_fraction of them", "all")
_CELLS = Late("binodal.models.modular.numerics.subset_cell", "CELLS_ON_SUBSET")
_LIMIT = Limit(
    _assumptions,
    _solve,
    Late("binodal.models.modular.numerics.subset_critical", "critical_on_subset"),
    Late("binodal.models.modular.numerics.subset_boundary", "boundary_on_subset"),
    Late("binodal.models.modular.numerics.subset_grid", "grid_on_subset"),
)


def chosen(settings: Mapping[str, str], everything: Model, subset: Callable[[], Model]) -> Model:
    """What ``pairs`` asks for. Raises RequestError for another word."""
    members = {"all": lambda: everything, "subset": subset}
    if settings[PAIRS.name] not in members:
        raise RequestError(f"pairs {settings[PAIRS.name]!r}: choose {', '.join(members)}")
    return members[settings[PAIRS.name]]()


def on_subset(
    of: Model,
    space: Space = ON_SUBSET,
    limit: Limit = _LIMIT,
    cells: Callable[[], Cells] = _CELLS,
    network: Callable[[], Any] | None = None,
) -> Model:
    """The model of all pairs with a share of them: what has been derived for it, and no more."""
    return Model(
        space,
        size=of.size,
        order=of.order,
        closure=of.closure,
        coordinates=of.coordinates,
        columns={name: of.columns[name] for name in _COLUMNS},
        events=_EVENTS,
        limits={"thermodynamic": limit},
        derivations=_derivations,
        complete=_complete,
        cells=cells,
        dropped=Late("binodal.models.modular.numerics.subset_dropped", "SubsetTerms.of").of,
        theories=("derived",),
        network=network,
    )
