"""The cases have the couplings that they say, and stand on both sides of what happens."""

from __future__ import annotations

from fractions import Fraction

import pytest

from binodal.models.registry import preset
from binodal.models.single_index.experiments.any_activation import (
    ANY_ACTIVATION,
    SERIES,
    parameters_at,
)
from binodal.models.single_index.experiments.directions_and_biases import DIRECTIONS_AND_BIASES
from binodal.models.single_index.experiments.directions_and_biases import SERIES as OTHERS
from binodal.models.single_index.network.shape import shape_of
from binodal.models.single_index.numerics.finite_closure import solved


def couplings(values) -> tuple[Fraction, Fraction]:
    n, sigma2, sigma_a2 = (values[name] for name in ("n", "sigma2", "sigma_a2"))
    gain = n * sigma_a2 / (sigma2 * values["d"])
    return n * gain / (sigma2 * values["N"]), gain


@pytest.mark.parametrize("series", [*SERIES, *OTHERS], ids=lambda s: s.name)
def test_couplings_are_those_of_the_figure_at_that_noise(series):
    for noise in series.noises:
        figure = preset("fig2", "teacher-student").replace(sigma2=noise)
        assert couplings(parameters_at(series, noise)) == couplings(figure)


@pytest.mark.parametrize(
    ("experiment", "series"), [(ANY_ACTIVATION, SERIES), (DIRECTIONS_AND_BIASES, OTHERS)]
)
def test_every_case_has_enough_data_sets_and_neurons(experiment, series):
    cases = experiment.cases(Fraction(1))
    assert len(cases) == len({case.name for case in cases}) == sum(len(s.noises) for s in series)
    for case in cases:
        assert case.spec.members >= 16
        assert case.spec.starts == "alternate"
        parameters = case.spec.parameters
        floats = {name: float(value) for name, value in parameters.items()}
        state = solved(shape_of(parameters).setting, floats)
        assert not state.too_few(), case.name
