"""The commands ``map``, ``hysteresis`` and ``ladder`` as Python functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from binodal.config import Exact
from binodal.document import header
from binodal.errors import RequestError
from binodal.maps.documents import map_data, map_text, parse_ranges
from binodal.models.model import THEORIES, model
from binodal.output import replacing, require_writable, write_text
from binodal.progress import Progress
from binodal.request import prepared, require
from binodal.result import Result

PICTURES = (".svg", ".png")
DEPTH = 10


def phase_map(
    model_name: str,
    grids: Sequence[str],
    *,
    output: Path | None = None,
    depth: int = DEPTH,
    preset: str | None = None,
    theory: str = "derived",
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """The phases over two parameters, each NAME=START:STOP, proved cell by cell.

    ``output`` is a picture (.svg, .png), the cells (.json) or arrays (.npz). Raises
    :class:`binodal.errors.RequestError` or numerics' ParameterError for what makes no sense.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    axes = parse_ranges(grids, model_name, tuple(values))
    path = None if output is None else _require_kind(output, (*PICTURES, ".json", ".npz"))
    starts = {axis.name: axis.low for axis in axes}
    parameters, notes = prepared(of, preset, beta, alpha, "thermodynamic", {**starts, **values})
    from numerics.phases.phase_map import phase_map as certified

    with Progress("map", depth + 1) as progress:
        found = certified(
            parameters, axes, theory, depth, lambda k, n: progress.advance(k > 0, f"{n} cells")
        )
    document = header(
        of.name,
        theory,
        "thermodynamic",
        parameters,
        (*of.assumptions(theory), *notes),
        found.status,
    )
    document["params"] = {k: v for k, v in parameters.as_strings().items() if k not in starts}
    result = Result(found, {**document, **map_data(found)}, map_text(found))
    if path is not None:
        _write_map(result, path)
    return result


def _require_kind(path: Path, kinds: tuple[str, ...]) -> Path:
    if path.suffix not in kinds:
        raise RequestError(f"{path}: the name must end in {', '.join(kinds)}")
    return require_writable(path)


def _write_map(result: Result, path: Path) -> None:
    """The file that the suffix asks for, in one piece."""
    if path.suffix == ".json":
        write_text(path, json.dumps(result.document, ensure_ascii=False) + "\n")
        return
    with replacing(path) as temporary:
        named = temporary.with_suffix(path.suffix)
        try:
            _draw_or_pack(result, named)
            named.replace(temporary)
        finally:
            named.unlink(missing_ok=True)


def _draw_or_pack(result: Result, path: Path) -> None:
    if path.suffix in PICTURES:
        from binodal.maps.draw_map import draw_map

        draw_map(result.value, path)
        return
    import numpy as np

    found = result.value
    boxes = {f"enclosure_{name}": rows for name, rows in found.enclosures().items()}
    lattice = {"lattice": found.lattice()}
    np.savez_compressed(path, **found.columns(), **boxes, **lattice)
