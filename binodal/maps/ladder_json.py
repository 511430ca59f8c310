"""Finite-size ladders as JSON objects, tables and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.page.style import COLOURS, DASHES, figure, titled

if TYPE_CHECKING:
    from binodal.numerics.phases.ladder import Ladder

DERIVED = (
    "derived correction: implicit function theorem on the closure of the finite size, valid while "
    "the feature's own probability at birth is below the correction"
)


def ladder_data(ladder: Ladder) -> dict[str, Any]:
    """Rungs with values and errors, the limit, and the coefficient derived and extrapolated."""
    return {
        "event": ladder.event,
        "size": ladder.size,
        "power": ladder.power,
        "limit_value": ladder.limit,
        "coefficient": {"derived": ladder.predicted, "extrapolated": ladder.extrapolated},
        "rungs": [
            {
                "beta": str(rung.beta),
                "size": rung.size,
                "value": rung.value,
                "error": rung.error,
                "coefficient": rung.coefficient,
                "coefficient_error": rung.coefficient_error,
                "derived": rung.predicted,
                "exponent": rung.exponent,
                "reason": rung.reason,
            }
            for rung in ladder.rungs
        ],
    }


def ladder_text(ladder: Ladder) -> str:
    """One line a size: scaled value, coefficient, derived coefficient, local exponent."""
    size, power = ladder.size, ladder.power
    heads = (
        "beta",
        size,
        "sigma2, scaled back",
        f"(v - limit) {size}^{power}",
        "its error",
        "derived",
        "exponent",
    )
    title = f"{ladder.parameters.model}, {ladder.theory}, event {ladder.event}"
    lines = [f"{title}; limit {_short(ladder.limit, 12)}"]
    lines.append("  ".join(f"{head:>20}" for head in heads))
    for rung in ladder.rungs:
        cells = (
            str(rung.beta),
            _short(rung.size, 8),
            _short(rung.value, 12),
            _short(rung.coefficient, 8),
            _short(rung.coefficient_error, 2),
            _short(rung.predicted, 8),
            _short(rung.exponent, 5),
        )
        lines.append("  ".join(f"{cell:>20}" for cell in cells))
    lines.append(
        f"coefficient of 1/{size}^{power}: derived {_short(ladder.predicted, 8)}, "
        f"extrapolated from the last two {_short(ladder.extrapolated, 8)}"
    )
    lines += [f"beta = {r.beta}: {r.reason}" for r in ladder.rungs if r.reason]
    return "\n".join(lines)


def _short(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}g}"


def draw_ladder(ladder: Ladder, path: Path) -> None:
    """Distance to the limit against the size, with the derived leading term."""
    with figure(path, 1, 1, (5.2, 3.8)) as (_, axes):
        paint_ladder(ladder, axes)


def paint_ladder(ladder: Ladder, axes: Any) -> None:
    """The same on axes that exist."""
    size, power = ladder.size, ladder.power
    rungs = [r for r in ladder.rungs if r.coefficient]
    axes.loglog(
        [r.size for r in rungs],
        [abs(r.coefficient or 0) / r.size**power for r in rungs],
        "o",
        color=COLOURS[1],
        label="finite size, computed",
    )
    derived = [(r.size, abs(r.predicted) / r.size**power) for r in rungs if r.predicted]
    if derived:
        axes.loglog(
            *zip(*derived, strict=True),
            color=COLOURS[0],
            linestyle=DASHES[1],
            label="leading correction, derived",
        )
    axes.set_xlabel(f"${size}$")
    axes.set_ylabel(r"$|\sigma^2 - $ limit$|$")
    axes.set_title(titled(ladder.parameters.model, f"{ladder.theory} theory: {ladder.event}"))
    axes.legend(loc="best")
