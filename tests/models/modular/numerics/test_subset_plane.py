"""Curves and cells over a share of the pairs: against the action itself, and the solver."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from binodal.api import boundary, phase_map
from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.subset_boundary import boundary_on_subset
from binodal.models.modular.numerics.subset_cell import CELLS_ON_SUBSET, stages
from binodal.models.modular.numerics.subset_curves import ALL_POWERS, least_share
from binodal.models.modular.numerics.subset_solve import solve_on_subset
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.models.modular.report.figures.partial_data import line
from binodal.numerics.continuation.result import BoundaryPoint
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.phase_map import phase_map as mapped
from binodal.numerics.phases.quadtree import STAGES, Axis
from tests.models.modular.numerics.test_subset import at, coupling_of, quenched

WINDOW = {SHARE: (Fraction(1, 5), Fraction(1)), "sigma2": (Fraction(1, 100), Fraction(1, 10))}
PLANE = (SHARE, "sigma2")
FIG3 = ON_SUBSET.at(ON_SUBSET.presets["fig3"])


def reduced(point: BoundaryPoint) -> tuple[float, float, float]:
    """x, coupling and disorder of a point of a boundary."""
    share, sigma2 = (float(point.values[name]) for name in PLANE)
    coupling = coupling_of(at("1/2"), sigma2) * (share / 0.5) ** 2
    return float(point.state["x"]), coupling, (1 - share) / (share * 211)


@pytest.mark.parametrize("event", ["birth", "coexistence", "memorisation"])
def test_every_point_is_an_event_of_the_action(event: str) -> None:
    window = {**WINDOW, SHARE: (Fraction(1, 5), Fraction(9, 10))}
    found = boundary_on_subset(at("1/2"), event, PLANE, window=window, points=9)
    assert found.status is Status.CERTIFIED
    for curve in found.curves:
        for point in curve.points[1:-1]:
            x, coupling, strength = reduced(point)
            h = 1e-4 * x
            down, here, up = (quenched(x + k * h, coupling, 0.003, strength) for k in (-1, 0, 1))
            bend = x * (up - 2 * here + down) / h**2
            assert abs(up - down) / (2 * h) < 1e-5
            if event == "coexistence":
                assert abs(here) < 1e-9 * x and bend > 0
            else:
                assert abs(bend) < 1e-4 and (here > 0 or event == "memorisation")


def test_curves_end_where_the_disorder_is_the_most() -> None:
    """216/(216 + P), and where birth and loss meet."""
    window = {**WINDOW, SHARE: (Fraction(1, 10), Fraction(1))}
    found = {
        event: boundary_on_subset(at("1/2"), event, PLANE, window=window, points=4)
        for event in ("birth", "coexistence", "memorisation")
    }
    (end,) = found["coexistence"].end_points
    assert float(end.values[SHARE]) == pytest.approx(216 / (216 + 211), rel=1e-14)
    (born,), (lost,) = found["birth"].end_points, found["memorisation"].end_points
    assert born.values[SHARE].overlaps(lost.values[SHARE])
    assert born.values["sigma2"].overlaps(lost.values["sigma2"])
    for event, boundary_found in found.items():
        (curve,) = boundary_found.curves
        assert "the end" in curve.ends, event


def test_a_window_cuts_a_curve_into_stretches() -> None:
    """The loss to memorising rises and falls with the share: a strip below its top has both."""
    whole = boundary_on_subset(at("1/2"), "memorisation", PLANE, window=WINDOW, points=60)
    heights = [float(point.values["sigma2"]) for point in whole.curves[0].points]
    top = Fraction(round(0.99 * max(heights), 4)).limit_denominator(10**6)
    window = {SHARE: WINDOW[SHARE], "sigma2": (top * Fraction(9, 10), top)}
    found = boundary_on_subset(at("1/2"), "memorisation", PLANE, window=window, points=3)
    assert [curve.ends for curve in found.curves] == [
        (f"sigma2={window['sigma2'][0]}", f"sigma2={top}"),
        (f"sigma2={top}", f"sigma2={window['sigma2'][0]}"),
    ]
    above = {SHARE: WINDOW[SHARE], "sigma2": (top * 2, top * 3)}
    absent = boundary_on_subset(at("1/2"), "memorisation", PLANE, window=above)
    assert (absent.status, absent.curves) == (Status.ABSENT, ())


def test_planes_without_a_share_are_refused() -> None:
    for names in (("sigma2", "gamma"), (SHARE, "P")):
        with pytest.raises(ParameterError, match="a plane has data_fraction"):
            boundary_on_subset(at("1/2"), "birth", names)
    with pytest.raises(ParameterError, match="at most 1"):
        boundary_on_subset(at("1/2"), "birth", PLANE, window={SHARE: (Fraction(1), Fraction(2))})
    assert boundary_on_subset(at("1"), "birth").window[SHARE] == (Fraction(1, 3), 1)
    assert boundary_on_subset(at("1"), "instability").status is Status.ABSENT


def bare(share: float, sigma2: float) -> str:
    """The stage by brute force, with the residual not yet fallen."""
    strength = (1 - share) / (share * 211)
    coupling = coupling_of(at("1/2"), sigma2) * (share / 0.5) ** 2
    x = np.linspace(0, 500.0, 8001)[1:]
    rho = 32 * strength * (coupling * x) ** 2
    x, rho = x[rho < 1], rho[rho < 1]
    row = x - coupling * x**2 + 0.001 * x**3 - x * (1 - np.sqrt(1 - rho)) / 2
    pits = np.flatnonzero((row[1:-1] < row[:-2]) & (row[1:-1] < row[2:])) + 1
    if not len(pits):
        return "GFL"
    return "metastable" if row[pits[0]] > 0 else "GMFL-I"


def brute(share: float, sigma2: float) -> str:
    """The residual falls once ring and zero state have been equally deep, at whatever sigma^2."""
    hotter = (bare(share, value) for value in np.geomspace(sigma2, 0.12, 150))
    return "GMFL-I" if "GMFL-I" in hotter else bare(share, sigma2)


def the_map(depth: int) -> Any:
    axes = (
        Axis(SHARE, Fraction(1, 5), Fraction(1)),
        Axis("sigma2", Fraction(1, 50), Fraction(1, 10)),
    )
    return mapped(CELLS_ON_SUBSET, at("1/2"), axes, "derived", depth)


def test_cells_have_the_stage_of_their_corners() -> None:
    found = the_map(5)
    assert set(found.fractions()) == {"GFL", "metastable", "GMFL-I", "undecided"}
    assert set(found.enclosures()) <= {"birth or memorisation", "coexistence", "gmfl2"}
    rng = np.random.default_rng(3)
    decided = [cell for cell in found.cells if cell.decided]
    for cell in rng.choice(np.array(decided, dtype=object), 40):
        share, cold = (
            axis.part(k, cell.depth)
            for axis, k in zip(found.axes, (cell.column, cell.row), strict=True)
        )
        corner = float(share[rng.integers(2)]), float(cold[rng.integers(2)])
        if corner[0] < 0.55 and cell.lowest == 2:
            continue  # next to the end coexistence and loss are too close for a search
        assert brute(*corner) == STAGES[cell.lowest], (cell, corner)


def test_cells_agree_with_the_solver() -> None:
    """Below coexistence too, where at a = 1 the ring may be lost."""
    found = the_map(4)
    for cell in [c for c in found.cells if c.decided][::7]:
        share, cold = (
            sum(axis.part(k, cell.depth), Fraction(0)) / 2
            for axis, k in zip(found.axes, (cell.column, cell.row), strict=True)
        )
        solved = solve_on_subset(at("1/2", data_fraction=share, sigma2=cold))
        assert solved.phase == ("GMFL-I" if cell.lowest == 2 else "GFL")


def cell(parameters: Parameters, width: Fraction) -> Any:
    box = {name: (value, value) for name, value in parameters.items()}
    return {**box, "sigma2": (parameters["sigma2"], parameters["sigma2"] * (1 + width))}


def test_a_ring_that_needs_everything_stays_open() -> None:
    """Where the solver is undecided no stage is proved, and the box next to it has one."""
    few, cold = Fraction(1, 10**6), Fraction(1, 10**4)
    for share in ("4/5", "1"):
        empty = at(share, gamma=Fraction(3, 10), sigma_a2=few, sigma2=cold)
        full = solve_on_subset(empty).phase
        lowest, highest = stages(cell(empty, Fraction(1, 1000)))
        assert (lowest, highest) == ((2, 2) if full == "GMFL-I" else (2, 3))
    whole = [
        stages(cell(at(share, sigma2=Fraction(1, 50)), Fraction(1, 100))) for share in ("4/5", "1")
    ]
    assert whole == [(2, 2), (2, 2)]


def test_a_group_has_the_planes_of_its_mode() -> None:
    own: dict[str, Any] = {"N": 900, "sigma2": "1/25", "sigma_a2": "1/100000", "gamma": "3/1000"}
    share: dict[str, Any] = {**own, "pairs": "subset"}
    settings: tuple[tuple[str, dict[str, Any]], ...] = (
        ("modular", {"P": 105}),
        ("group", {"group": "Z3xZ5xZ7"}),
    )
    found = []
    for name, setting in settings:
        values = {**share, **setting, "data_fraction": "9/10"}
        curves = boundary(name, "coexistence", names=PLANE, points=3, **values).document
        del values["sigma2"], values["data_fraction"]
        grids = ("data_fraction=4/5:1", "sigma2=1/50:1/20")
        cells = phase_map(name, grids, depth=3, **values).document
        found.append((curves["boundaries"][0]["curves"], cells["cells"]))
    assert found[0] == found[1]
    decays = (
        boundary(
            "group",
            "birth",
            names=PLANE,
            points=3,
            **share,
            group="D51",
            irrep="2a",
            data_fraction="9/10",
            decay=decay,
        ).document
        for decay in ("schatten", "frobenius")
    )
    first, second = (found["boundaries"][0]["curves"] for found in decays)
    assert first == second


def test_points_follow_each_other_along_the_curve() -> None:
    found = boundary_on_subset(at("1/2"), "coexistence", PLANE, window=WINDOW, points=20)
    (curve,) = found.curves
    shares = [float(point.values[SHARE]) for point in curve.points]
    assert all(low < high for low, high in pairwise(shares))
    steps = np.diff(np.log(shares))
    assert steps.max() < 2 * steps.min()


@pytest.mark.parametrize(
    ("event", "end"), [("coexistence", 216), (ALL_POWERS, 216 / 0.692585437), ("birth", None)]
)
def test_lines_of_the_figure_begin_at_the_end_of_an_event(event: str, end: float | None) -> None:
    """At P = 401, and all but memorisation reach the theory on all pairs."""
    shares, temperatures = line(event, 5)
    everything = {name: value for name, value in FIG3.items() if name != SHARE}
    assert shares[0] == pytest.approx(float(least_share(event, FIG3, 128)), rel=1e-12)
    if end is not None:
        assert shares[0] == pytest.approx(end / (end + 401), rel=1e-6)
    whole = critical(everything, "birth" if event == "birth" else "coexistence")
    assert whole.point is not None
    assert (shares[-1], temperatures[-1]) == pytest.approx((1, float(whole.point.value)))
    assert (np.diff(temperatures) > 0).all() and (np.diff(shares) > 0).all()
