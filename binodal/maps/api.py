"""The commands ``map``, ``hysteresis`` and ``ladder`` as Python functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from binodal.api import DIGITS
from binodal.config import Exact, exact_of, require_digits, whole
from binodal.derive.theories import THEORIES
from binodal.document import header
from binodal.errors import RequestError
from binodal.maps.documents import map_data, map_text, parse_ranges
from binodal.maps.loop_documents import ASSUMPTIONS, loop_data, loop_text
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.output import drawn, require_writable, write_text
from binodal.progress import Progress
from binodal.request import prepared, require
from binodal.result import Result

PICTURES = (".svg", ".png")
DEPTH = 10
BETAS = tuple(Fraction(2) ** k for k in range(-3, 11))


@isolated
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
    from binodal.numerics.phases.phase_map import phase_map as certified
    from binodal.numerics.phases.quadtree import MAX_DEPTH

    of = model(model_name)
    require(theory, THEORIES, "theory")
    depth = whole(depth, "depth", 1, MAX_DEPTH)
    axes = parse_ranges(grids, model_name, tuple(values))
    path = None if output is None else _require_kind(output, (*PICTURES, ".json", ".npz"))
    starts = {axis.name: axis.low for axis in axes}
    cells = of.offer("cells")
    parameters, notes = prepared(of, preset, beta, alpha, "thermodynamic", {**starts, **values})

    with Progress("map", depth + 1) as progress:
        found = certified(
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
    drawn(path, lambda place: _draw_or_pack(result, place))


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


@isolated
def hysteresis(
    model_name: str,
    along: str,
    *,
    output: Path | None = None,
    preset: str | None = None,
    theory: str = "derived",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """Both branches of the loop along NAME=START:STOP:COUNT, with barriers and escape times.

    ``output`` is a picture (.svg, .png) or the points (.json). Raises RequestError or numerics'
    ParameterError for what makes no sense.
    """
    from binodal.numerics.phases.hysteresis import hysteresis as swept
    from binodal.sweeps.axis import parse_axes

    of = model(model_name)
    require(theory, THEORIES, "theory")
    digits = require_digits(digits)
    (axis,) = parse_axes([along], model_name, tuple(values), "--along")
    path = None if output is None else _require_kind(output, (*PICTURES, ".json"))
    given = {axis.name: axis.start, **values}
    branches = of.offer("branches")
    parameters, notes = prepared(of, preset, beta, alpha, "thermodynamic", given)
    with Progress("hysteresis", axis.count) as progress:
        loop = swept(
            branches,
            parameters,
            axis.name,
            axis.start,
            axis.stop,
            axis.count,
            theory,
            progress.advance,
        )
    assumptions = (*of.limits["thermodynamic"].assumptions(theory), *ASSUMPTIONS, *notes)
    document = header(of.name, theory, "thermodynamic", parameters, assumptions, loop.status)
    result = Result(loop, {**document, **loop_data(of, loop, digits)}, loop_text(of, loop))
    if path is not None and path.suffix == ".json":
        write_text(path, result.to_json() + "\n")
    elif path is not None:
        from binodal.maps.draw_hysteresis import draw_hysteresis

        drawn(path, lambda place: draw_hysteresis(of, loop, place))
    return result


@isolated
def ladder(
    model_name: str,
    event: str = "birth",
    *,
    betas: Sequence[Exact] = BETAS,
    fraction: Exact = Fraction(1, 2),
    output: Path | None = None,
    preset: str | None = None,
    theory: str = "derived",
    **values: Exact,
) -> Result:
    """How sigma^2 of an event approaches its thermodynamic limit along the model's scaling.

    Raises RequestError or numerics' ParameterError for what makes no sense.
    """
    from binodal.maps.ladder_documents import DERIVED, draw_ladder, ladder_data, ladder_text
    from binodal.numerics.phases.ladder import ladder as climbed

    of = model(model_name)
    require(theory, THEORIES, "theory")
    require(event, ("birth", "coexistence", "mass"), "event")
    path = None if output is None else _require_kind(output, (*PICTURES, ".json"))
    factors = [exact_of(beta, "beta") for beta in betas]
    if len(set(factors)) != len(factors) or not factors:
        raise RequestError("betas: give different numbers, at least one")
    share = exact_of(fraction, "fraction")
    approach = of.offer("approach")
    parameters, notes = prepared(of, preset, None, None, "thermodynamic", values)
    with Progress("ladder", len(factors)) as progress:
        found = climbed(approach, parameters, factors, event, theory, share, progress.advance)
    assumptions = (*of.limits["finite"].assumptions(theory), DERIVED, *notes)
    document = header(of.name, theory, "finite", parameters, assumptions, found.status)
    result = Result(found, {**document, **ladder_data(found)}, ladder_text(found))
    if path is not None and path.suffix == ".json":
        write_text(path, result.to_json() + "\n")
    elif path is not None:
        drawn(path, lambda place: draw_ladder(found, place))
    return result
