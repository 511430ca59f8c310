"""``phase_map``: the phases over two parameters, proved cell by cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.config import Exact, whole
from binodal.dropped import of_settings
from binodal.maps.map_json import map_data, map_text, parse_ranges
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, require_kind, write_text
from binodal.page.tables import dropped_lines
from binodal.pictured import Pictured
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.result_json import header
from binodal.shown import Row

if TYPE_CHECKING:
    from binodal.numerics.phases.phase_map import PhaseMap
    from binodal.numerics.phases.quadtree import Cell

DEPTH = 10


class Phases(Pictured):
    """Phases over two parameters; a row a proved or undecided cell."""

    dimension = "cell"
    picture, listed = "phase-map", "Shares of the area"
    shows = "Certified phases over two parameters."

    def what(self) -> str:
        """Over what, and the shares of the area."""
        names = ", ".join(axis["name"] for axis in self.document["axes"])
        shares = self.document["fractions"].items()
        words = ", ".join(f"{100 * share:.4g} % {name}" for name, share in shares)
        return f"phases over {names}: {words}"

    def records(self) -> list[Row]:
        """The cells: ranges of both parameters, and the stage or "undecided"."""
        return [_cell(self.value, cell) for cell in self.value.cells]

    def _rows(self) -> list[Row]:
        shares = self.document["fractions"].items()
        return [{"phase": name, "share of the area in %": 100 * share} for name, share in shares]

    def _paint(self, axes: Any) -> None:
        from binodal.maps.draw_map import legend, paint_map

        paint_map(self.value, axes)
        axes.legend(handles=legend(self.value), loc="upper left", bbox_to_anchor=(1.01, 1))

    def _draw(self, path: Path) -> None:
        from binodal.maps.draw_map import draw_map

        if path.suffix == ".npz":
            self._pack(path)
        else:
            draw_map(self.value, path)

    def _pack(self, path: Path) -> None:
        """The cells as arrays."""
        import numpy as np

        phases = self.value
        boxes = {f"enclosure_{name}": rows for name, rows in phases.enclosures().items()}
        lattice = {"lattice": phases.lattice()}
        np.savez_compressed(path, **phases.columns(), **boxes, **lattice)

    def write(self, path: Path) -> None:
        """Of many cells the document is one line."""
        if path.suffix == ".json":
            write_text(path, json.dumps(self.document, ensure_ascii=False) + "\n")
        else:
            super().write(path)


def _cell(phases: PhaseMap, cell: Cell) -> Row:
    from binodal.numerics.phases.quadtree import STAGES

    ends: dict[str, Any] = {}
    for axis, place in zip(phases.axes, (cell.column, cell.row), strict=True):
        low, high = axis.part(place, cell.depth)
        ends |= {f"{axis.name} from": low, f"{axis.name} to": high}
    return {**ends, "phase": STAGES[cell.lowest] if cell.decided else "undecided"}


@of_family
@isolated
def phase_map(
    model_name: str,
    grids: Sequence[str],
    *,
    output: Path | str | None = None,
    depth: int = DEPTH,
    preset: str | None = None,
    theory: str = "derived",
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Phases:
    """The phases over two parameters, each NAME=START:STOP, proved cell by cell.

    ``output`` is a picture (.svg, .png), the cells (.json) or arrays (.npz). Raises
    :class:`binodal.errors.RequestError` or numerics' ParameterError for what makes no sense.
    """
    from binodal.numerics.phases.phase_map import phase_map as certified
    from binodal.numerics.phases.quadtree import MAX_DEPTH

    of = model(model_name)
    require(theory, of.theories, "theory")
    depth = whole(depth, "depth", 1, MAX_DEPTH)
    axes = parse_ranges(grids, model_name, tuple(values))
    path = None if output is None else require_kind(Path(output), (*PICTURES, ".json", ".npz"))
    starts = {axis.name: axis.low for axis in axes}
    cells = of.offer("cells")
    parameters, notes = prepared(of, preset, beta, alpha, "thermodynamic", {**starts, **values})

    with Progress("map", depth + 1) as progress:
        phases = certified(
            cells,
            parameters,
            axes,
            theory,
            depth,
            lambda k, n: progress.advance(k > 0, f"{n} cells"),
        )
    document = header(
        of.name,
        theory,
        "thermodynamic",
        parameters,
        (*of.limits["thermodynamic"].assumptions(theory), *notes),
        phases.status,
    )
    document["params"] = {k: v for k, v in parameters.described().items() if k not in starts}
    sides = {axis.name: [axis.at(k, 2) for k in range(5)] for axis in axes}
    document |= {**map_data(phases), "dropped": of_settings(of, parameters, theory, sides)}
    text = "\n".join([map_text(phases), *dropped_lines(document)])
    result = Phases(phases, document, text)
    if path is not None:
        result.write(path)
    return result
