"""A phase map as a picture: stages by colour and by hatching, undecided cells marked as such."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.page.style import figure, titled

if TYPE_CHECKING:
    from binodal.numerics.phases.phase_map import PhaseMap

# Lightness falls from stage to stage, so that the order survives without colour.
FILLS = {"GFL": "#F4F4F4", "metastable": "#F0C987", "GMFL-I": "#56B4E9", "GMFL-II": "#1F4E79"}
HATCHES = {"GFL": "", "metastable": "....", "GMFL-I": "", "GMFL-II": ""}
UNDECIDED = "xxxxxx"
HATCHED_DEPTH = 7
MEANINGS = {
    "GFL": "GFL: no feature minimum",
    "metastable": "GFL, metastable feature",
    "GMFL-I": "GMFL-I",
    "GMFL-II": "GMFL-II",
}
NAMES = {
    "sigma2": r"$\sigma^2$",
    "1/sigma2": r"$(1/\sigma^2)$",
    "sigma_w2": r"$\sigma_w^2$",
    "sigma_a2": r"$\sigma_a^2$",
    "lambda": r"$\lambda$",
    "alpha": r"$\alpha$",
    "epsilon": r"$\epsilon$",
    "gamma": r"$\gamma$",
    "data_fraction": "$F$",
}


def axis_label(name: str) -> str:
    """A parameter's name as it is printed at an axis."""
    return NAMES.get(name, f"${name}$")


def draw_map(phases: PhaseMap, path: Path) -> None:
    """Write the map to ``path`` (SVG or PNG by its suffix); same map, same bytes."""
    with figure(path, 1, 1, (6.6, 4.2)) as (drawing, axes):
        paint_map(phases, axes)
        drawing.legend(handles=legend(phases), loc="outside right upper")


def paint_map(phases: PhaseMap, axes: Any) -> None:
    """The map on axes that exist, without its legend."""
    _tiles(axes, phases)
    across, up = phases.axes
    axes.set_xlim(float(across.low), float(across.high))
    axes.set_ylim(float(up.low), float(up.high))
    axes.set_xlabel(axis_label(across.name))
    axes.set_ylabel(axis_label(up.name))
    words = f"{phases.theory} theory, thermodynamic limit: certified phases"
    axes.set_title(titled(phases.model, words))


def _tiles(axes: Any, phases: PhaseMap) -> None:
    """One polygon collection a stage; undecided cells on top, with an edge they stay visible by."""
    from matplotlib.collections import PolyCollection

    from binodal.numerics.phases.quadtree import STAGES

    held: dict[str, list[list[tuple[float, float]]]] = {}
    for cell in phases.cells:
        left, right = (float(v) for v in phases.axes[0].part(cell.column, cell.depth))
        low, high = (float(v) for v in phases.axes[1].part(cell.row, cell.depth))
        name = STAGES[cell.lowest] if cell.decided else "undecided"
        corners = [(left, low), (right, low), (right, high), (left, high)]
        held.setdefault(name, []).append(corners)
    for name in (*STAGES, "undecided"):
        if name in held:
            tiles = PolyCollection(held[name], antialiased=False, **_look(name, phases.depth))
            tiles.set_rasterized(True)
            axes.add_collection(tiles)
    _dots(axes, phases)


def _look(name: str, depth: int) -> dict[str, Any]:
    """Undecided cells are hatched, and black where they are too small to show hatching."""
    if name == "undecided" and depth > HATCHED_DEPTH:
        return {"facecolor": "black", "edgecolor": "black", "linewidth": 0.4}
    if name == "undecided":
        return {"facecolor": "white", "edgecolor": "black", "hatch": UNDECIDED, "linewidth": 0.4}
    return {"facecolor": FILLS[name], "edgecolor": FILLS[name], "linewidth": 0.3}


def _dots(axes: Any, phases: PhaseMap) -> None:
    """Hatching over the metastable stage as one area, so that cell borders do not show."""
    import numpy as np

    from binodal.numerics.phases.quadtree import STAGES

    side = min(2**phases.depth, 256)
    image = phases.raster(side, side)
    across, up = (np.linspace(float(a.low), float(a.high), 2 * side + 1)[1::2] for a in phases.axes)
    for name, hatch in HATCHES.items():
        mask = (image == STAGES.index(name)).astype(float)
        if hatch and mask.any():
            axes.contourf(across, up, mask, levels=[0.5, 1.5], colors="none", hatches=[hatch])


def legend(phases: PhaseMap) -> list[Any]:
    """Handles of a legend: what each look means, and its share of the area."""
    from matplotlib.patches import Patch

    handles = []
    for name, share in phases.fractions().items():
        percent = f"{100 * float(share):.2f} %"
        label = f"{MEANINGS.get(name, name)}\n{percent} of the area"
        look = {**_look(name, phases.depth), "edgecolor": "#222222", "linewidth": 0.8}
        look.setdefault("hatch", HATCHES.get(name, ""))
        handles.append(Patch(label=label, **look))
    return handles
