"""Hysteresis loops as JSON objects and as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.numerics.dynamics.notes import FAST, UNIT
from binodal.numerics.outcome import Status
from binodal.page.number import held
from binodal.result_json import number

if TYPE_CHECKING:
    from binodal.models.protocol import Model
    from binodal.numerics.phases.escape import Escape, Feature
    from binodal.numerics.phases.hysteresis import Loop, Point

Row = tuple[str, ...]
_ESCAPES = (
    UNIT,
    FAST,
    "escape: of one neuron (or one of its modes) at a fixed mean residual, which is that of the "
    "metastable state at the given size; Kramers: by his and Eyring's formula, with its next order "
    "where that is derived, else taken as 1 over the lower barrier; exact: mean first-passage time",
    "left out of escape times: the neuron's own effect on the residual (log10 of the time changes "
    "by at most 'left out', which need not vanish as sizes grow together), and what finite N and "
    "finite data do to the residual of all others",
)
_NO_ESCAPES = "no escape times: their prefactor is not derived for this model"
_KEPT = (
    "kept states: the zero state is never unstable in this limit, so the loop closes only at "
    "finite size; the feature ends at its birth"
)


def loop_notes(of: Model, loop: Loop) -> tuple[str, ...]:
    """What branches and escape times rest on."""
    if of.kept is not None:
        return tuple(of.kept(loop.theory))
    return (*(_ESCAPES if _has_escapes(loop) else (_NO_ESCAPES,)), _KEPT)


def _has_escapes(loop: Loop) -> bool:
    """Whether the model gives escape times; where nothing is decided they are not missed."""
    decided = [point for point in loop.points if point.status == Status.CERTIFIED]
    return not decided or any(point.escapes is not None for point in decided)


def loop_data(of: Model, loop: Loop, digits: int) -> dict[str, Any]:
    """The loop's points; certified numbers as balls, escape times as computed decimals."""
    return {
        "along": loop.along,
        "order_parameter": of.order.name,
        "points": [_point(of, point, digits) for point in loop.points],
    }


def _point(of: Model, point: Point, digits: int) -> dict[str, Any]:
    escapes = point.escapes
    return {
        "value": str(point.value),
        "status": str(point.status),
        "phase": point.phase,
        "cooling": _feature(of, point.cooling, digits),
        "heating": _feature(of, point.heating, digits),
        "log10_escape_time": None
        if escapes is None
        else {
            "zero": escapes.from_zero.log10_time,
            "feature": escapes.from_feature.log10_time,
        },
        "escapes": None
        if escapes is None
        else {
            "zero": _escape(escapes.from_zero, digits),
            "feature": _escape(escapes.from_feature, digits),
        },
        "reason": point.reason,
    }


def loop_row(document: Mapping[str, Any], point: Mapping[str, Any]) -> dict[str, Any]:
    """A point of a loop's document in one row; the feature is that of the heated branch."""
    order, feature = document["order_parameter"], point["heating"] or {}
    back, out = feature.get("barrier_back"), (point["cooling"] or {}).get("barrier")
    escapes = point["escapes"] or {}
    return {
        document["along"]: Fraction(point["value"]),
        "phase": point["phase"],
        "status": point["status"],
        order: held(feature.get(order)),
        "barrier out of zero": held(out),
        "barrier out of feature": held(back),
        **{
            f"log10 time out of {name}": held(escapes.get(name, {}).get("log10_time"))
            for name in ("zero", "feature")
        },
    }


def _escape(escape: Escape, digits: int) -> dict[str, Any]:
    """Numbers as computed ones: values with estimates of their errors."""
    return {
        "log10_time": number(escape.time(), digits),
        "exact": number(escape.exact_time(), digits),
        "rise": number(escape.rise, digits, proved=False),
        "residual": {name: number(v, digits, False) for name, v in escape.residual.items()},
        "left_out": escape.reaction,
        "why": escape.why or None,
    }


def _feature(of: Model, feature: Feature | None, digits: int) -> dict[str, Any] | None:
    if feature is None:
        return None
    named = {
        of.order.name: feature.order,
        "saddle": feature.saddle,
        "action": feature.action,
        "barrier": feature.barrier,
        "barrier_back": feature.back,
    }
    return {name: number(value, digits) for name, value in named.items()}


def loop_text(of: Model, loop: Loop) -> str:
    """Two tables: branches of the limit, and escapes at the given size."""
    name, size = of.order.name, of.size
    places = [f"{float(point.value):.8g}" for point in loop.points]
    branches: list[Row] = [(loop.along, "phase", name, "out of zero", "out of feature")]
    times: list[Row] = [
        (loop.along, "out of", f"{size} x barrier", "log10 Kramers", "log10 exact", "left out", "")
    ]
    for place, point in zip(places, loop.points, strict=True):
        heating, cooling = point.heating, point.cooling
        heights = (heating and heating.order, cooling and cooling.barrier, heating and heating.back)
        branches.append((place, point.phase, *map(_short, heights)))
        for well in ("zero", "feature"):
            if point.escapes is not None:
                times.append((place, well, *_cells(getattr(point.escapes, f"from_{well}"))))
    first = f"escape times at {sizes(of, loop)}, computed"
    escapes = [first, *_table(times)] if _has_escapes(loop) else []
    return "\n".join(
        [
            f"{of.name}, {loop.theory}, thermodynamic limit, along {loop.along}",
            *_table(branches),
            *escapes,
            *loop_notes(of, loop),
        ]
    )


def size_at(of: Model, loop: Loop, point: Point) -> float:
    """How large what is large in the limit is at a point."""
    return float(of.size_at(loop.parameters.replace(**{loop.along: point.value})))


def sizes(of: Model, loop: Loop) -> str:
    """The size that times and their barriers belong to, as in d = 150 or each d."""
    found = {size_at(of, loop, point) for point in loop.points}
    return f"{of.size} = {found.pop():g}" if len(found) == 1 else f"each {of.size}"


def _table(rows: Sequence[Row]) -> list[str]:
    columns = zip(*rows, strict=True)
    widths = [max(14, *map(len, column)) if column[0] else 0 for column in columns]
    return [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cells(escape: Escape) -> Row:
    time, exact = (_computed(of) for of in (escape.time(), escape.exact_time()))
    left_out = "-" if escape.reaction is None else f"{escape.reaction:.2g}"
    return _short(escape.rise), time, exact, left_out, escape.why


def _computed(of: tuple[float, float] | None) -> str:
    return "-" if of is None else f"{of[0]:.7g} ± {of[1]:.1g}"


def _short(value: Any) -> str:
    """Six digits of a ball's middle, or a dash."""
    return "-" if value is None else f"{float(value.mid()):.6g}"
