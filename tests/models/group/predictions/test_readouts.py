"""What is quadratic in readouts of a group: that of modes, slopes, and functions of answers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.derive.groups.names import named
from binodal.models.families import chosen
from binodal.models.group.network.shape import shape_of
from binodal.models.group.predictions.drawn_width import neurons
from binodal.models.group.predictions.finite_width import by_quadrature
from binodal.models.group.predictions.readouts import MASKED, NAMES, Readouts, in_batches
from binodal.models.group.setting import Setting, blocks_of
from binodal.models.modular.network.measurable import task
from binodal.models.modular.predictions.measure_means import Means
from binodal.models.modular.predictions.neuron_average import READOUT, first_order
from binodal.models.registry import model
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table

AT = {"N": 800.0, "sigma2": 2e-4, "sigma_a2": 1.25e-6, "gamma": 0.5}


def readouts(group, count):
    setting = Setting(named(group), "schatten", blocks_of(group, "every"))
    known = by_quadrature(setting, AT, 120)
    return [*in_batches(setting, AT, known, neurons(setting, AT, count, 120), 8)]


def test_blocks_have_the_squares_of_modes():
    """Z5 by neurons that are drawn, against the quadratures and the first order of modes."""
    whole, *parts = readouts("Z5", 12000)
    modes = Means({**AT, "P": 5.0}, 8, 12)
    expected, found = modes.known | modes.drawn, whole.mean_field()
    few = [part.mean_field() for part in parts]
    for name in NAMES:
        chance = np.std([one[name] for one in few], ddof=1) / 8**0.5
        assert abs(found[name] - expected[name]) < 3 * chance + 1e-3 * expected[name], name
        assert chance < 0.05 * expected[name], name
    first, error = whole.orders(8)[MASKED]
    theirs = first_order({**AT, "P": 5.0}, count=8000)[READOUT]
    assert abs(first - theirs.value) < 3 * float(np.hypot(error, theirs.error))
    assert abs(first) > 8 * error


def test_what_readouts_lose_is_the_slope_by_the_size_of_features():
    """h of S3 with neurons a little larger, each by its own share, the forces as they were."""
    whole: Readouts = readouts("S3", 400)[0]
    curvature, step = whole._curvature(), 1e-4
    share = 1 + np.sign(curvature.neurons.sources[2]["x2"] - 0.5)

    def log_det(growth):
        drawn = curvature.neurons
        size = (1 + growth * share[:, None]) ** 0.25
        larger = replace(drawn, u=drawn.u * size, v=drawn.v * size)
        return replace(curvature, neurons=larger).log_det

    slope = (log_det(step) - log_det(-step)) / (2 * step)
    shares = curvature.shares
    assert float((share * shares.by_size).mean()) == pytest.approx(slope, rel=1e-5)
    alone = shares.whole + shares.parts.sum(1)
    assert float((share * alone).mean()) != pytest.approx(slope, rel=1e-4)


def test_functions_of_the_answer_are_those_of_the_product():
    """Restricted and excluded loss of S3: parts of the output are orthogonal, and a network that
    knows the answer alone has nothing else."""
    of = model(chosen("group", {"group": "S3"}, {}))
    at = of.space.at({name: Fraction(value) for name, value in {**AT, "N": 50}.items()})
    whole, rng = task(shape_of(at), None, None), np.random.default_rng(3)
    network = TwoLayer(rng.standard_normal((50, 12)), rng.standard_normal((50, 6)) / 50, whole)
    restricted, excluded = (
        table()[name].compute(network).number for name in ("restricted_loss", "excluded_loss")
    )
    full = np.square(whole.targets - network.outputs).mean()
    constant = np.square(whole.targets - network.outputs.mean(0)).mean()
    assert restricted + excluded == pytest.approx(full + constant, rel=1e-12)
    means = np.stack([network.outputs[whole.answers == g].mean(0) for g in range(6)])
    direct = np.square(whole.targets - means[whole.answers]).mean()
    assert restricted == pytest.approx(direct, rel=1e-12)
