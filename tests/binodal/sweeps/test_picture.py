"""The picture of a table: each phase in its colour, the undecided hatched."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from binodal.api import sweep
from binodal.errors import RequestError


@pytest.fixture(scope="module")
def table():
    return sweep("teacher-student", ["sigma2=0.1:0.3:9", "epsilon=-0.6:-0.05:12"], preset="fig2")


def pixel(figure, x: float, y: float) -> tuple[int, ...]:
    """The colour at a point of the data."""
    figure.set_dpi(100)
    figure.canvas.draw()
    image = np.asarray(figure.canvas.buffer_rgba())
    column, row = figure.axes[0].transData.transform((x, y))
    return tuple(image[image.shape[0] - int(row), int(column), :3])


def labels(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_two_axes(table):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = table.plot()
    FigureCanvasAgg(figure)
    assert labels(figure) == ["GFL", "GMFL-I"]
    sigma2, epsilon = ([float(v) for v in axis.values()] for axis in table.axes)
    colours = {"GFL": (86, 180, 233), "GMFL-I": (230, 159, 0)}
    for i, j in ((0, 0), (8, 11), (0, 10), (8, 3), (4, 5)):
        assert pixel(figure, epsilon[j], sigma2[i]) == colours[table.phases[table.phase[i, j]]]


def test_undecided_cells_are_hatched(table):
    before = table.phase.copy()
    table.phase[2:4, 3:6] = table.phases.index("undecided")
    table.phase[6, 6] = -1
    figure = table.plot()
    assert labels(figure) == ["GFL", "GMFL-I", "undecided"]
    (hatched,) = (c for c in figure.axes[0].collections if c.get_hatch())
    assert len(hatched.get_paths()) == 7
    figure.savefig(BytesIO(), format="svg")
    table.phase[...] = before


def test_one_axis_and_three():
    line = sweep("teacher-student", ["sigma2=0.2:0.3:5"], preset="fig2")
    line.phase[2] = -1
    figure = line.plot()
    assert labels(figure) == ["GFL", "GMFL-I", "undecided"]
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), line.values["b"])
    figure.savefig(BytesIO(), format="svg")
    point = sweep("teacher-student", ["sigma2=0.2:0.2:1"], preset="fig2").plot()
    assert labels(point) == ["GMFL-I"]
    grids = ["sigma2=0.2:0.3:2", "n=2000:3000:2", "N=600:700:2"]
    with pytest.raises(RequestError, match="one or two axes, not 3"):
        sweep("teacher-student", grids, preset="fig2").plot()
