"""The pictures of the pages, drawn by the program before a page is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib
from sphinx.application import Sphinx
from sphinx.util import logging

from binodal.api import boundary, hysteresis, phase_map, solve

_SETTING = {"preset": "fig2"}
_MODEL = "teacher-student"
_logger = logging.getLogger(__name__)


def _landscape(path: Path) -> None:
    axes = solve(_MODEL, **_SETTING, sigma2="0.15").plot()
    axes.figure.savefig(path)


def _hysteresis(path: Path) -> None:
    hysteresis(_MODEL, "sigma2=0.12:0.25:27", output=path, **_SETTING)


def _boundary(path: Path) -> None:
    boundary(_MODEL, ["birth", "coexistence"], points=40, output=path, **_SETTING)


def _map(path: Path) -> None:
    phase_map(_MODEL, ["sigma2=0.1:0.3", "epsilon=-0.6:-0.1"], depth=7, output=path, **_SETTING)


FIGURES: dict[str, Callable[[Path], None]] = {
    "landscape.svg": _landscape,
    "hysteresis.svg": _hysteresis,
    "boundary.svg": _boundary,
    "map.svg": _map,
}


def draw_all(app: Sphinx) -> None:
    """Draw what is not there yet into ``_build/figures``; ``make clean`` removes it."""
    matplotlib.use("agg")
    folder = Path(app.srcdir) / "_build" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        if app.config.binodal_redraw or not (folder / name).exists():
            _logger.info("drawing %s", name)
            draw(folder / name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Draw when a build begins; ``-D binodal_redraw=0`` keeps the pictures of the last one."""
    app.add_config_value("binodal_redraw", True, "")
    app.connect("builder-inited", draw_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
