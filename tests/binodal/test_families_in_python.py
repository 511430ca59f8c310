"""Members of families in Python: what they show, refuse and write, as every other model."""

from __future__ import annotations

import pytest

from binodal.api import boundary, critical, hysteresis, phase_map, solve, sweep
from binodal.errors import RequestError
from binodal.numerics.errors import ParameterError


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


@pytest.mark.parametrize("more", [{"group": "Z401"}, {"pairs": "subset"}, {}])
def test_a_share_of_the_data_is_a_parameter_like_the_others(more):
    """Who speaks of the share means the theory on a subset, and needs no further word for it."""
    model = "group" if "group" in more else "modular"
    asked = {"preset": "fig3", "sigma2": "0.12", "data_fraction": "1/2", **more}
    found = solve(model, **asked)
    assert found.document["params"]["pairs"] == "subset"
    said = solve(model, **{**asked, "pairs": "subset"})
    assert found.document["closure"]["a"]["mid"] == said.document["closure"]["a"]["mid"] != "1"


def test_a_share_that_varies_begins_at_all_of_the_data():
    values = {"N": 1000, "P": 401, "sigma2": "3/20", "sigma_a2": "1/500000", "gamma": "1/10000"}
    found = critical("modular", "coexistence", along="data_fraction", **values)
    assert found.document["params"]["data_fraction"] == "1"
    assert found.document["value"]["mid"].startswith("0.6278805993706")


def test_a_share_beside_all_pairs_is_refused():
    with pytest.raises(ParameterError, match="unknown parameter 'data_fraction'"):
        solve("modular", preset="fig3", data_fraction="1/2", pairs="all")
