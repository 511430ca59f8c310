"""The landscape of any document of ``solve`` or ``critical``, by what its model offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.errors import RequestError
from binodal.models.families import chosen, options
from binodal.models.registry import model

if TYPE_CHECKING:
    from binodal.models.protocol import Plotted
    from binodal.page.landscape import Landscape


def landscape(document: Mapping[str, Any]) -> Landscape:
    """Of a document of ``solve`` or ``critical``. Raises RequestError where nothing is decided."""
    from binodal.page.landscape import middle

    along, point = document.get("along"), document.get("at")
    settings = {name: of for name, of in document["params"].items() if name in options()}
    of: Plotted = model(chosen(document["model"], settings)).offer("landscape")
    params = {
        name: float(Fraction(value))
        for name, value in document["params"].items()
        if name not in settings
    }
    if along is not None and document["value"] is not None:
        params[along] = middle(document["value"])
    state = point if along is not None else document.get("closure")
    if not state:
        reason = document["reason"] or document["status"]
        raise RequestError(f"nothing to plot: {reason}")
    return of(document, params, dict(_numbers(state)))


def _numbers(state: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    """Every number by its name, and those of a table as its name, _ and theirs."""
    from binodal.page.landscape import middle

    for name, value in state.items():
        if value is None:
            continue
        if "mid" in value or "value" in value:
            yield before + name, middle(value)
        else:
            yield from _numbers(value, f"{before}{name}_")


def plot_landscape(document: Mapping[str, Any], axes: Any = None) -> Any:
    """The landscape on matplotlib axes, new ones if none are given; as :func:`landscape`."""
    from binodal.page.landscape import draw_landscape

    return draw_landscape(landscape(document), axes)
