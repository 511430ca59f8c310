"""Members of families in Python: what they show, refuse and write, as every other model."""

from __future__ import annotations

import pytest

from binodal.api import boundary, hysteresis, phase_map, solve, sweep
from binodal.errors import RequestError


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("single-index", {"preset": "fig2", "sigma2": "3/10", "bias": "scaled:1"}),
        ("group", {"preset": "fig3", "group": "S3", "sigma2": "1/1000"}),
    ],
)
def test_a_plot_of_a_member_without_one_is_refused(model, options):
    """Settings in words stand among the parameters, and are no numbers."""
    with pytest.raises(RequestError, match="landscape is not available"):
        solve(model, **options).plot()


def test_a_sweep_of_a_model_without_columns_is_refused():
    two = "(1,0): 1, (0,1): 1"
    for limit in ("thermodynamic", "finite"):
        with pytest.raises(RequestError, match="not available for this model"):
            sweep("single-index", ["sigma2=0.1:0.2:2"], preset="fig2", limit=limit, teacher=two)


def test_places_may_be_written_as_text(tmp_path):
    table = sweep(
        "modular", ["sigma2=0.1:0.3:3"], preset="fig3", output=str(tmp_path / "table.zarr")
    )
    assert table.decided() and (tmp_path / "table.zarr").is_dir()
    with pytest.raises(RequestError, match=r"x\.pdf"):
        hysteresis("modular", "sigma2=1/5:1/4:2", preset="fig3", output=str(tmp_path / "x.pdf"))
    with pytest.raises(RequestError, match=r"x\.pdf"):
        phase_map(
            "modular",
            ["sigma2=1/5:1/4", "gamma=1/5:1/4"],
            preset="fig3",
            output=str(tmp_path / "x.pdf"),
        )
    with pytest.raises(RequestError, match=r"x\.pdf"):
        boundary(
            "modular",
            "birth",
            names=["sigma2", "gamma"],
            preset="fig3",
            output=str(tmp_path / "x.pdf"),
        )
