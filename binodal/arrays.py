"""Arrays as parameters: one result for each combination of their values, as one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from itertools import product
from math import prod
from typing import Any, ParamSpec, TypeVar, cast

from binodal.config import Exact, exact_of
from binodal.errors import DECIDED, RequestError
from binodal.models.registry import fields_of
from binodal.page.number import Number
from binodal.progress import Progress
from binodal.result import Result
from binodal.shown import Row, columns_of

P = ParamSpec("P")
R = TypeVar("R", bound=Result)
MOST = 10_000
_SCALES = ("beta", "alpha")
_WORST = ("undecided", "absent", "converged", "certified")


@dataclass(frozen=True, repr=False)
class Many(Result):
    """Results over arrays of parameters; ``value`` is the tuple of them, the last array fastest.

    Attributes are columns: ``found.b`` is the list of all b. Rows are the parameters, the main
    numbers of each result and its status.
    """

    grid: Mapping[str, Sequence[Fraction]]

    dimension = ""

    def what(self) -> str:
        """How many there are of each kind."""
        kinds = [str(row.get("phase", row["status"])) for row in self.records()]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        return f"{len(kinds)} results over {', '.join(self.grid)}: {counts}"

    def records(self) -> list[Row]:
        """One row a result."""
        cells = (dict(zip(self.grid, place, strict=True)) for place in product(*self.grid.values()))
        return [
            {**cell, **result.numbers(), **_words(result)}
            for cell, result in zip(cells, self.value, strict=True)
        ]

    @property
    def exit_status(self) -> int:
        """0 when every result is decided."""
        return max((result.exit_status for result in self.value), default=DECIDED)

    def to_xarray(self) -> Any:
        """The columns as an xarray.Dataset whose dimensions are the arrays."""
        lines = super().to_xarray()
        shape = [len(values) for values in self.grid.values()]
        for name, column in columns_of(self.records()).items():
            if name not in self.grid:
                lines[name] = (tuple(self.grid), _shaped(column, shape))
        return lines.assign_coords({n: list(map(float, v)) for n, v in self.grid.items()})

    def plot(self, axes: Any = None) -> Any:
        """The main numbers against the one array, on matplotlib axes.

        Raises :class:`binodal.errors.RequestError` for more arrays.
        """
        from binodal.page.names import math_of
        from binodal.page.style import new_axes

        if len(self.grid) != 1:
            raise RequestError(f"a plot has one array, not {len(self.grid)}: use to_xarray()")
        axes = new_axes() if axes is None else axes
        (name,) = self.grid
        rows, columns = self.records(), columns_of(self.records())
        numbers = [n for n in rows[0] if any(isinstance(row.get(n), Number) for row in rows)]
        for number in numbers:
            axes.plot(columns[name], columns[number], marker=".", label=math_of(number))
        axes.set(xlabel=math_of(name), title=self.what())
        axes.legend()
        return axes


def _words(result: Result) -> Row:
    own = {"status": result.status}
    return {"phase": result.document["phase"], **own} if "phase" in result.document else own


def _shaped(column: Sequence[Any], shape: Sequence[int]) -> Any:
    import numpy as np

    return np.array(column).reshape(shape)


def over_arrays(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with arrays allowed for parameters: then the result is a :class:`Many`.

    It is typed as the single result, whose attributes it has. Raises RequestError for arrays of
    more than one dimension, empty ones, and more than 10000 combinations.
    """

    @wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        model_name = str(arguments[0]) if arguments else str(named.get("model_name"))
        names = [name for name in named if _is_array(named[name])]
        known = (*_SCALES, *fields_of(model_name)) if names else ()
        given = {name: _values(name, named[name]) for name in names if name in known}
        if not given:
            return function(*arguments, **named)
        grid = {name: [exact_of(v, name) for v in values] for name, values in given.items()}
        results = []
        with Progress(function.__name__, prod(map(len, grid.values()))) as progress:
            for place in product(*given.values()):
                own: dict[str, Any] = {**named, **dict(zip(grid, place, strict=True))}
                results.append(function(*arguments, **own))
                progress.advance()
        return cast(R, _together(results, grid))

    return run


def _is_array(value: Any) -> bool:
    shape = getattr(value, "shape", None)
    return isinstance(value, (list, tuple, range)) if shape is None else shape != ()


def _values(name: str, values: Any) -> Sequence[Exact]:
    shape = getattr(values, "shape", (1,))
    if len(shape) != 1:
        raise RequestError(f"{name}: an array must have one dimension, not the shape {shape}")
    if not 0 < len(values) <= MOST:
        raise RequestError(f"{name}: {len(values)} values; from 1 to {MOST} are possible")
    return list(values)


def _together(results: Sequence[Result], grid: Mapping[str, Sequence[Fraction]]) -> Many:
    documents = [result.document for result in results]
    first = documents[0]
    params = {name: value for name, value in first["params"].items() if name not in grid}
    assumptions = dict.fromkeys(text for document in documents for text in document["assumptions"])
    status = next(word for word in _WORST if any(r.status == word for r in results))
    kept = {name: first[name] for name in ("model", "theory", "limit", "version")}
    document = {
        **kept,
        "params": params,
        "assumptions": list(assumptions),
        "status": status,
        "grid": {name: [str(value) for value in values] for name, values in grid.items()},
        "results": documents,
    }
    text = "\n\n".join(str(result) for result in results)
    return Many(tuple(results), document, text, grid)
