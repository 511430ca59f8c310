"""The law of a neuron by draws: densities are normal, and closures those of quadrature."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.models.registry import preset
from binodal.models.single_index.numerics.biased.setting import biased_setting
from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.drawn import Draws, at_rest, redrawn
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.held import ways_out
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.mixture import About, Mixture, Prior
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.weights import Place, Weights
from binodal.numerics.errors import Undecided
from binodal.numerics.rescale import rescale
from tests.laws import cases

PAPER = "1: 1, 3: -3/10"
BOTH = "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10"
ALL = "(1,0,0): 1, (0,1,0): 1, (0,0,1): 1, (3,0,0): -3/10, (0,3,0): -3/10, (0,0,3): -3/10"


def law_of(setting, beta, sigma2):
    parameters = rescale(preset("fig2"), Fraction(beta))[0].replace(sigma2=Fraction(sigma2))
    point = {k: float(v) for k, v in parameters.items() if k != "epsilon"}
    return NeuronLaw(setting, point, closed_modes(setting))


def sphere(law, size):
    """A place of a sphere of them, as wide as the prior."""
    across = (law.at["sigma_w2"]) ** 0.5
    bend = law.at["d"] / law.at["sigma_w2"]
    at = np.array([size, *[0.0] * (law.setting.directions - 1), across])
    hessian = np.diag([bend, *[0.0] * (law.setting.directions - 1), 2 * bend])
    return Place(at, 0.0, hessian, law.setting.directions)


@pytest.mark.parametrize(
    ("setting", "about"),
    [
        (several_setting("erf", ALL, "none"), 0.03),
        (several_setting("erf", BOTH, "none"), 0.0005),
        (biased_setting("erf", PAPER, "prior:1/4"), None),
    ],
)
def test_densities_are_normal(setting, about):
    """Under draws of a mixture the prior has norm one and its own moments, spheres included."""
    law = law_of(setting, 1, "1/5")
    places = [] if about is None else [sphere(law, about)]
    parts = [Prior(law, 2.0), Prior(law), *(About(place, 1.5) for place in places)]
    draws = Draws.of(law, Mixture(parts))
    weights = np.exp(draws.log_weights) / draws.log_weights.size
    assert weights.sum() == pytest.approx(1, abs=1e-3)
    q, r = draws.places[0], draws.places[setting.directions]
    width = law.at["sigma_w2"] / law.at["d"]
    assert weights @ q**2 == pytest.approx(width, rel=5e-3)
    assert weights @ r**2 == pytest.approx(width * (law.at["d"] - setting.directions), rel=1e-3)
    if law.bias_variance:
        assert weights @ draws.places[-1] ** 2 == pytest.approx(1 / 4, rel=5e-3)


@pytest.mark.parametrize(
    ("setting", "beta", "sigma2"),
    cases(
        [
            (several_setting("erf", BOTH, "none"), 81, "17/100"),
            (biased_setting("erf", PAPER, "scaled:1"), 16, "21/100"),
            (several_setting("erf", BOTH, "none"), 1, "15/100"),
        ],
        every=None,
    ),
)
def test_closures_are_those_of_quadrature(setting, beta, sigma2):
    """Within four standard errors, which are small; with features as deep as the zero state, and
    where a hundred and fifty weights have neither."""
    law = law_of(setting, beta, sigma2)
    modes, errors = at_rest(law, law.target)
    known = solved(setting, law.at).modes
    assert (np.abs(modes - known) < 2 * errors).all()
    assert errors.max() < 1e-3


def test_draws_that_miss_the_law_are_refused():
    law = law_of(several_setting("erf", BOTH, "none"), 81, "17/100")
    far = Mixture([About(sphere(law, 1.5))])
    with pytest.raises(Undecided, match="draws hold the law"):
        Draws.of(law, far).errors(0 * law.target)


def test_places_of_a_law_before_are_drawn_about():
    """With tails that the prior holds badly, more draws count once they are known."""
    law = law_of(several_setting("erf", BOTH, "none"), 1, "15/100")
    known = solved(law.setting, law.at).modes
    first = redrawn(law, known, [])
    second = redrawn(law, known, [], first)
    assert second.count(known) > 3 * first.count(known)


def test_ways_between_alike_directions_go_on_from_another_saddle():
    """From where three overlaps are alike S falls to a saddle between these, and from there to a
    feature of each direction."""
    law = law_of(several_setting("erf", ALL, "none"), 81, "12/100")
    on = Weights(law, np.array([0.11715723, -0.2990956] * 3))
    ways = ways_out(on)
    assert len(ways.tops) == 2
    assert len(ways.goals) == 6
    for top in ways.tops:
        assert np.ptp(top.q) < 1e-9
    for goal in ways.goals:
        assert np.ptp(np.abs(goal.q)) > 0.5
        assert np.abs(on.slopes(goal.at[:, None])).max() < 1e-6
