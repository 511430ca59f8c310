"""What measures see of neurons with biases of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from binodal.validate.measures.inputs import Vectors
from binodal.validate.measures.network import TwoLayer
from tests.validate.measures.constructed import on_vectors
from tests.validate.measures.test_known_answers import number


def test_biases_are_weights_of_constants_that_measures_of_weights_leave_out():
    rng = np.random.default_rng(4)
    w, b, a = rng.standard_normal((7, 3)), rng.standard_normal(7), rng.standard_normal((7, 1))
    plain = on_vectors("relu", w, a)
    x = plain.task.inputs.x
    inputs = Vectors(np.column_stack((x, np.full(len(x), 2.0))), constants=1)
    task = replace(plain.task, inputs=inputs)
    network = TwoLayer(np.column_stack((w, b / 2)), a, task)
    fields = x @ w.T + b
    assert network.outputs == pytest.approx(np.maximum(fields, 0) @ a)
    slopes = [((field > 0) * a[:, 0]) @ w for field in fields]
    assert number(network, "agop_trace") == pytest.approx(np.square(slopes).sum(1).mean())
    assert number(network, "weight_entropy") == pytest.approx(number(plain, "weight_entropy"))
    assert number(network, "agop_trace") != pytest.approx(number(plain, "agop_trace"))
