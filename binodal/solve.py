"""``solve``: the self-consistent residual, all saddles of the action and the phase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from binodal.arrays import over_arrays
from binodal.config import DIGITS, Exact, Given, require_digits
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.blocks import Block, literal
from binodal.page.number import Number, held
from binodal.page.tables import solve_text
from binodal.reports.landscape import plot_landscape
from binodal.request import of_family, prepared, require
from binodal.result import Result
from binodal.result_json import solve_document
from binodal.shown import Row, rows_table


class State(Result):
    """A solved closure; its rows are the saddles of the action."""

    dimension = "saddle"

    def what(self) -> str:
        """The phase."""
        return f"phase {self.document['phase']}"

    def numbers(self) -> dict[str, Any]:
        """The closure, that of a mode apart, and those of blocks with their names."""
        apart = held(self.document.get("real_mode") or {})
        own = {f"real_mode_{name}": number for name, number in apart.items()}
        for block in self.document.get("blocks", ()):
            closure = {name: of for name, of in block.items() if isinstance(of, Mapping)}
            own |= {f"{name}_{_named(block)[1]}": number for name, number in held(closure).items()}
        return {**held(self.document["closure"] or {}), **own}

    def records(self) -> list[Row]:
        """The saddles: place, action, kind and mass, behind the name of their block if any."""
        own = [_saddle(saddle) for saddle in self.document["saddles"]]
        return own + [
            {**dict([_named(block)]), **_saddle(saddle)}
            for block in self.document.get("blocks", ())
            for saddle in block["saddles"]
        ]

    def tables(self) -> list[Block]:
        """The closure, and the saddles under it."""
        numbers = self.numbers()
        blocks = rows_table([numbers] if numbers else [], literal(self.headline()), digits=DIGITS)
        saddles = self.records()
        return blocks + (rows_table(saddles, "Saddles of the action") if saddles else [])

    def plot(self, axes: Any = None) -> Any:
        """The action at this state with its saddles (minima filled), on matplotlib axes.

        New axes are made if none are given. Raises :class:`binodal.errors.RequestError` when
        no state was found.
        """
        return plot_landscape(self.document, axes)


def _named(block: Mapping[str, Any]) -> tuple[str, str]:
    """What a block is called, and by which word."""
    return next((word, name) for word, name in block.items() if isinstance(name, str))


def _saddle(entry: Mapping[str, Any]) -> Row:
    row = {name: held(value) for name, value in entry.items() if not name.startswith("mass")}
    if "mass_ball" in entry:
        return {**row, "mass": held(entry["mass_ball"])}
    if entry["mass"] is None:
        return {**row, "mass": None}
    return {**row, "mass": Number(repr(entry["mass"]), repr(entry["mass_error"]), False)}


@of_family
@over_arrays
@isolated
def solve(
    model_name: str,
    *,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Given,
) -> State:
    """The self-consistent residual, all saddles of the action and the phase.

    Parameters are given by ``preset`` and by name (``sigma2="0.15"``); arrays give a table
    (:class:`binodal.arrays.Many`). Raises
    :class:`binodal.errors.RequestError` or numerics' ParameterError for what makes no sense.
    """
    of = model(model_name)
    require(theory, (*of.theories, *of.point_theories), "theory")
    require(limit, LIMITS, "limit")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    digits = require_digits(digits)
    solution = of.offer("solve", limit)(parameters, theory, digits)
    document = solve_document(of, parameters, solution, notes, digits)
    return State(solution, document, solve_text(document, digits))
