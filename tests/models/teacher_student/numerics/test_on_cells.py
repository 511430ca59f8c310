"""The Fokker-Planck equation in (q, r_perp): against particles and the law of equilibrium."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from binodal.cli import main
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.cells import ErfCells
from binodal.numerics.dynamics import on_cells as followed_on
from binodal.numerics.dynamics.course import Options
from binodal.numerics.errors import ParameterError
from binodal.numerics.rescale import rescale, whole_sizes
from tests.laws import cases
from tests.models.teacher_student.numerics.test_dynamics import AT, EIGHTH, LINE, followed

GRID = Options(0.08, method="grid")


def distances(particles, grid):
    """Of curves, in errors of both, at the times of particles."""
    found = {}
    for name, of in particles.curves.items():
        own = grid.curves[name]
        value, error = (
            np.interp(particles.times, grid.times, of) for of in (own.values, own.errors)
        )
        found[name] = float((np.abs(value - of.values) / np.hypot(error, of.errors)).max())
    return found


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_particles_and_the_grid_agree_at_all_times(theory):
    """On the way and not at rest."""
    particles, grid = (followed(AT, asked, theory) for asked in (Options(0.08, 24_000), GRID))
    start, end = (grid.curves["q2"].values[k] for k in (0, -1))
    assert end - start > 0.3 * (grid.rest["q2"][0] - start)
    assert max(distances(particles, grid).values()) < 3


def test_a_residual_that_acts_with_twice_its_cubic_mode_is_rejected(monkeypatch):
    particles, right = followed(AT, Options(0.08, 24_000), "published"), ErfCells.potential
    monkeypatch.setattr(
        ErfCells, "potential", lambda self, modes: right(self, modes * np.array([1.0, 2.0]))
    )
    assert max(distances(particles, followed(AT, GRID, "published")).values()) > 6


@pytest.mark.parametrize("theory", cases(["published", "derived"], every=None))
def test_the_grid_comes_to_rest_in_equilibrium(theory):
    """To four digits, and all that was there is there."""
    parameters, _ = whole_sizes(rescale(preset("fig2").replace(sigma2=Fraction(1, 8)), EIGHTH)[0])
    found = followed(parameters, Options(method="grid"), theory)
    assert "equilibrium" in found.why
    for name, (value, _) in found.rest.items():
        curve = found.curves[name]
        assert abs(curve.values[-1] - value) < 3e-4 * abs(value), name
        assert abs(curve.values[0] - value) > 0.05 * abs(value), name
    law = ErfCells({k: float(v) for k, v in parameters.items()}, theory, np.zeros(2), 40.0, 1)
    run = followed_on.Run(law, 3)
    for _ in range(10):
        run.advance(1e-4)
    assert run.masses.min() >= 0 and abs(run.masses.sum() - 1) < 1e-12
    assert np.abs(law.residual(run.masses) - run.residual).max() < 1e-12


def test_errors_tell_what_finer_cells_and_steps_change(monkeypatch):
    short = replace(GRID, until=0.02)
    found = followed(AT, short, "published")
    right, cells = followed_on.Run, ErfCells.__init__
    monkeypatch.setattr(followed_on, "Run", lambda law, parts: right(law, 4 * parts))
    monkeypatch.setattr(
        ErfCells, "__init__", lambda self, *given: cells(self, *given[:-1], 2 * given[-1])
    )
    finer = followed(AT, short, "published")
    for name, of in found.curves.items():
        other = finer.curves[name]
        assert (np.abs(of.values - other.values) <= of.errors).all(), name
        assert other.errors.max() < 0.5 * of.errors.max()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("--method euler", "euler"),
        ("--method grid", "draws nothing at random"),
        ("--method grid --seed 1", "draws nothing at random"),
    ],
)
def test_what_makes_no_sense_on_a_grid_is_refused(more, why, capfd):
    assert main([*LINE.split(), *more.split()]) == 2
    assert why in capfd.readouterr().err


def test_other_models_have_no_grid():
    with pytest.raises(ParameterError, match="no law on a grid"):
        GRID.require_no_grid()
