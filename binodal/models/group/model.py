"""The family of theories of finite groups as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from binodal.models.group.parameters import EVERY, NAME, space
from binodal.models.group.settings import DECAY, GROUP, canonical
from binodal.models.protocol import Family, Limit, Model, Option, OrderParameter, Solver

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.group.setting import Setting
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.parameters import Parameters

_EVENTS = ("birth", "coexistence", "instability", "mass", "gmfl2")


def _setting(settings: Mapping[str, str]) -> Setting:
    from binodal.models.group.setting import setting_of

    return setting_of(settings)


def _assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.results import ACTION_UNITS, PRIOR, assumptions

    return assumptions(_setting(settings), ACTION_UNITS, PRIOR, large=True)


def _solve(settings: Mapping[str, str]) -> Solver:
    from binodal.models.group.numerics.solve import solver

    return solver(_setting(settings))


def _finite_assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.finite import finite_notes

    return finite_notes(_setting(settings))


def _solve_finite(settings: Mapping[str, str]) -> Solver:
    from binodal.models.group.numerics.finite import finite_solver

    return finite_solver(_setting(settings))


def _critical(settings: Mapping[str, str]) -> CriticalPoints[Any]:
    from binodal.models.group.numerics.critical import GroupCriticalPoints

    return GroupCriticalPoints(_setting(settings))


def _dropped(settings: Mapping[str, str], parameters: Parameters, result: Any) -> Sequence[Dropped]:
    from binodal.models.group.numerics.dropped import dropped_terms

    return dropped_terms(_setting(settings), parameters, result)


def _derivations(settings: Mapping[str, str]) -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.models.group.derivations.quantities import quantities

    return quantities(_setting(settings).group)


def _complete(settings: Mapping[str, str], theory: str) -> Derivation:
    from binodal.models.group.derivations.quantities import complete

    return complete(_setting(settings).group, theory)


def _member(given: Mapping[str, str]) -> Model:
    """The model of a group and a decay, both read and written canonically."""
    settings = canonical(given)
    return Model(
        space(settings),
        size="|G|",
        order=OrderParameter("x", "x", r"$x$, square of a singular value"),
        closure=(("a", "a"), ("lambda", "lam")),
        coordinates=(("u", "u"), ("x", "x"), ("a", "a")),
        columns={},
        events=_EVENTS,
        limits={
            "thermodynamic": Limit(
                partial(_assumptions, settings),
                partial(_solve, settings),
                partial(_critical, settings),
            ),
            "finite": Limit(
                partial(_finite_assumptions, settings), partial(_solve_finite, settings)
            ),
        },
        derivations=partial(_derivations, settings),
        complete=partial(_complete, settings),
        dropped=partial(_dropped, settings),
        theories=("derived",),
        places=(("rank", "rank"), ("x", "x")),
    )


FAMILY = Family(
    NAME,
    (
        Option("group", "a name (Z12, Z2xZ4, D5, S4, A5, Q8, ...) or a file", GROUP),
        Option("decay", "schatten or frobenius", DECAY),
        Option("irrep", "one irrep by its name, such as 2a, or every one", EVERY),
    ),
    _member,
)
