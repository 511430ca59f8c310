"""Phase maps against the pointwise solvers, and mutants that must be caught."""

import random
from fractions import Fraction

import numpy as np
import pytest

from binodal.models.modular.numerics import critical as modular_critical
from binodal.models.modular.numerics import phase_cell as modular_cell
from binodal.models.modular.numerics import solve as modular_solve
from binodal.models.registry import model, preset
from binodal.models.teacher_student.numerics import phase_cell
from binodal.models.teacher_student.numerics.critical import critical
from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.phases.phase_map import UNDECIDED, phase_map
from binodal.numerics.phases.quadtree import STAGES, Axis

FIG2, FIG3, APP_D = preset("fig2"), preset("fig3"), preset("app-d")
SIGMA2 = Axis("sigma2", Fraction(1, 20), Fraction(2, 5))
NEURONS = Axis("N", Fraction(100), Fraction(3000))
READOUT = Axis("sigma_a2", Fraction(1, 300), Fraction(1, 20))
SAMPLES = Axis("n", Fraction(800), Fraction(6000))
AXES = {
    "N": (SIGMA2, NEURONS),
    "epsilon": (SIGMA2, Axis("epsilon", Fraction(-4, 5), Fraction(7, 10))),
    "d": (READOUT, Axis("d", Fraction(50), Fraction(500))),
    "sigma_w2": (SAMPLES, Axis("sigma_w2", Fraction(1, 8), Fraction(2))),
}


def pointwise(parameters, theory):
    """The stage by all saddles of the solved closure: another route than the maps' corners."""
    if parameters.model == "modular":
        found = modular_solve.solve_thermodynamic(parameters, theory, 96)
        feature = any(s.kind == "minimum" and s.x != 0 for s in found.saddles)
    else:
        found = solve_thermodynamic(parameters, theory, 96)
        feature = any(s.kind == "minimum" and s.q != 0 for s in found.saddles)
    return "metastable" if found.phase == "GFL" and feature else found.phase


def drawn(base, axes, theory, depth, count, seed=7):
    """Random points inside decided cells, with the cell's stage: (parameters, stage)."""
    chosen = random.Random(seed)
    found = phase_map(model(base.model).offer("cells"), base, axes, theory, depth)
    points = []
    for stage in range(len(STAGES)):
        cells = [c for c in found.cells if c.decided and c.lowest == stage]
        for cell in chosen.sample(cells, min(len(cells), count)):
            place = {}
            for axis, index in zip(axes, (cell.column, cell.row), strict=True):
                low, high = axis.part(index, cell.depth)
                place[axis.name] = low + (high - low) * Fraction(chosen.randrange(1, 1000), 1000)
            points.append((place, STAGES[stage]))
    return [(base.replace(**place), stage) for place, stage in points]


def disagreements(base, axes, theory, depth=6, count=4):
    return [
        (dict(p), stage)
        for p, stage in drawn(base, axes, theory, depth, count)
        if pointwise(p, theory) != stage
    ]


def labelled_boundaries(base, axes, theory, finder, events, depth=6):
    """Critical points, found by isolation, that a map claims to lie inside one phase."""
    found, wrong = phase_map(model(base.model).offer("cells"), base, axes, theory, depth), []
    across, up = axes
    for value in (Fraction(311), Fraction(704), Fraction(1501)):
        for event in events:
            point = finder(base.replace(**{up.name: value}), event, across.name, theory).point
            place = (float(point.value), float(value))
            size = 2**found.depth
            column, row = (
                int((p - float(a.low)) / float(a.high - a.low) * size)
                for p, a in zip(place, axes, strict=True)
            )
            if found.lattice()[row, column] != UNDECIDED:
                wrong.append((event, place))
    return wrong


@pytest.mark.parametrize("theory", ["published", "derived"])
@pytest.mark.parametrize("name", AXES)
def test_points_of_a_cell_have_its_stage(theory, name):
    points = drawn(FIG2, AXES[name], theory, 6, 4)
    assert {stage for _, stage in points} == {"GFL", "metastable", "GMFL-I"}
    assert disagreements(FIG2, AXES[name], theory) == []


def test_points_of_a_cell_have_its_stage_at_another_setting():
    axes = (Axis("sigma2", Fraction(1, 100), Fraction(1, 5)), NEURONS)
    assert disagreements(APP_D, axes, "derived") == []


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_points_of_a_cell_have_its_stage_for_modular_addition(theory):
    axes = (Axis("sigma2", Fraction(1, 20), Fraction(1, 2)), NEURONS)
    stages = {stage for _, stage in drawn(FIG3, axes, theory, 6, 4)}
    assert stages == set(STAGES) - ({"GMFL-II"} if theory == "derived" else set())
    assert disagreements(FIG3, axes, theory) == []


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_cells_on_a_boundary_are_never_labelled(theory):
    events = ("birth", "coexistence")
    assert labelled_boundaries(FIG2, AXES["N"], theory, critical, events) == []
    events += ("gmfl2",) if theory == "published" else ()
    axes = (Axis("sigma2", Fraction(1, 20), Fraction(1, 2)), NEURONS)
    assert labelled_boundaries(FIG3, axes, theory, modular_critical.critical, events) == []


def test_a_cell_past_birth_is_proved_by_a_place_that_exists_and_never_the_other_way():
    """At its own trial the curve's condition on b/eps holds, but kappa eps^2 is past it."""
    at = phase_cell.corner(
        {n: (v, v) for n, v in FIG2.replace(sigma2=Fraction(9, 50)).items()}, True
    )
    rows = phase_cell._solved([at], "derived", 1e-6)
    guess, trial = float(rows["b"][0]), float(rows["birth"][0])
    assert phase_cell.proves_past("birth", "derived", at, guess, trial)
    for nowhere in (-0.1, 0.6):
        assert not phase_cell.proves_past("birth", "derived", at, guess, nowhere)
    assert not phase_cell.proves_before("birth", "derived", at, guess, trial)


def test_swapped_events_are_caught(monkeypatch):
    monkeypatch.setattr(phase_cell, "EVENTS", ("coexistence", "birth"))
    with pytest.raises(Undecided, match="at least GMFL-I, another at most GFL"):
        disagreements(FIG2, AXES["N"], "derived")


def test_a_midpoint_in_place_of_the_corners_is_caught(monkeypatch):
    honest = phase_cell.corner

    def midpoint(box, deepest):
        middle = {name: ((low + high) / 2,) * 2 for name, (low, high) in box.items()}
        return honest(middle, deepest)

    monkeypatch.setattr(phase_cell, "corner", midpoint)
    events = ("birth", "coexistence")
    assert labelled_boundaries(FIG2, AXES["N"], "derived", critical, events)


def test_a_wrong_corner_of_a_monomial_is_caught(monkeypatch):
    honest = modular_cell.corner
    monkeypatch.setattr(modular_cell, "corner", lambda e, box, top: honest(e, box, not top))
    axes = (Axis("sigma2", Fraction(1, 20), Fraction(1, 2)), NEURONS)
    events = ("birth", "coexistence")
    with pytest.raises(Undecided, match="another at most"):
        labelled_boundaries(FIG3, axes, "published", modular_critical.critical, events)


def test_cells_tile_the_rectangle_and_bounds_only_tighten():
    coarse, fine = (
        phase_map(model(FIG2.model).offer("cells"), FIG2, AXES["epsilon"], "derived", depth)
        for depth in (4, 6)
    )
    for found in (coarse, fine):
        assert sum(found.fractions().values()) == 1
        assert sum(Fraction(1, 4**c.depth) for c in found.cells) == 1
    spread = np.kron(coarse.lattice(), np.ones((4, 4), dtype=np.int8))
    kept = spread != UNDECIDED
    assert kept.mean() > 0.5
    assert (spread[kept] == fine.lattice()[kept]).all()
    assert fine.fractions()["undecided"] < coarse.fractions()["undecided"] / 2


def test_a_raster_looks_up_the_cell_of_each_centre():
    found = phase_map(model(FIG2.model).offer("cells"), FIG2, AXES["N"], "derived", 5)
    assert (found.raster(32, 32) == found.lattice()).all()
    image = found.raster(7, 3)
    assert image.shape == (3, 7)
    assert image[1, 3] == found.lattice()[16, 16]
    assert image[0, 6] == STAGES.index("GFL")
    assert image[0, 0] == STAGES.index("GMFL-I")


def test_enclosures_hold_the_critical_points():
    found = phase_map(model(FIG2.model).offer("cells"), FIG2, AXES["N"], "derived", 7)
    for event in ("birth", "coexistence"):
        value = float(critical(FIG2, event, "sigma2", "derived").point.value)
        boxes = found.enclosures()[event]
        inside = (boxes[:, 0] <= value) & (value <= boxes[:, 1])
        assert (inside & (boxes[:, 2] <= 700) & (boxes[:, 3] >= 700)).sum() == 1


def test_no_feature_without_a_cubic_mode():
    flat = phase_map(
        model(FIG2.replace(epsilon=Fraction(0)).model).offer("cells"),
        FIG2.replace(epsilon=Fraction(0)),
        AXES["N"],
        "derived",
        3,
    )
    assert flat.fractions() == {"GFL": 1, "undecided": 0}


@pytest.mark.parametrize(
    ("axes", "depth", "said"),
    [
        ((SIGMA2, SIGMA2), 4, "choose two parameters"),
        ((SIGMA2, NEURONS), 13, "depth=13"),
        ((Axis("sigma2", Fraction(0), Fraction(1)), NEURONS), 4, "greater than 0"),
        ((Axis("gamma", Fraction(1), Fraction(2)), NEURONS), 4, "unknown parameter"),
    ],
)
def test_a_request_without_sense_is_refused(axes, depth, said):
    with pytest.raises(ParameterError, match=said):
        phase_map(model(FIG2.model).offer("cells"), FIG2, axes, "derived", depth)
