"""Which arrays are the layers, and what is refused."""

from __future__ import annotations

import pytest
import torch

from binodal.validate.errors import DataError
from binodal.validate.measures.roles import layers_of


def sizes(width, inputs, outputs):
    return {"N": width, "P": outputs} if inputs == 2 * outputs else None


def read(stored, roles=None, given=None, biased=False):
    shapes = "(N, 2 P) and (P, N)"
    return layers_of(stored, roles or {}, sizes, given or {}, "modular", biased, shapes)


W, A = torch.randn(7, 6, dtype=torch.float64), torch.randn(7, 3, dtype=torch.float64)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_matrices_are_found_by_their_shapes_either_way_round(turned, back):
    stored = {"fc2.weight": A.T if back else A, "fc1.weight": W.T if turned else W}
    found = read(stored)
    assert (found.first == W.numpy()).all() and (found.readout == A.numpy()).all()
    assert found.sizes == {"N": 7, "P": 3} and "first = fc1.weight" in found.notes[0]


def test_halves_on_an_axis_of_their_own():
    assert read({"w": W.reshape(7, 2, 3), "a": A}).first.shape == (7, 6)


@pytest.mark.parametrize(
    ("stored", "roles", "given", "words"),
    [
        ({"x": W}, {}, {}, "no two arrays"),
        ({"x": W, "y": A}, {}, {"N": 8}, "with N=8"),
        ({"x": W, "y": A}, {"first": "z"}, {}, "the file has x (7, 6), y (7, 3)"),
        ({"x": W, "y": A}, {"second": "x"}, {}, "role 'second'"),
        ({"x": W, "y": A}, {"first": "y"}, {}, "no two arrays"),
        ({"x": W, "y": A, "b": A + 1}, {}, {}, "several arrays"),
        ({"x": W, "y": A, "bias": torch.ones(7)}, {}, {}, "looks like a bias"),
        ({"x": W, "y": A, "more": torch.ones(4, 5)}, {}, {}, "third matrix"),
        ({"x": W * torch.nan, "y": A}, {}, {}, "not finite"),
        ({"x": W.to(torch.complex64), "y": A}, {}, {}, "x (7, 6) complex"),
        ({"x": W, "y": A}, {}, {"P": 4}, "has first and readout (N, 2 P) and (P, N)"),
        ({"x": W, "y": A}, {"first": "y", "readout": "x"}, {}, "first=y (7, 3) and readout=x"),
        ({}, {}, {}, "no arrays"),
    ],
)
def test_what_is_no_network_is_refused_in_one_line(stored, roles, given, words):
    with pytest.raises(DataError) as refused:
        read(stored, roles, given)
    assert words in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("back", [False, True])
def test_what_is_square_is_read_like_the_other_and_said(back):
    square, readout = torch.randn(6, 6, dtype=torch.float64), torch.randn(6, 3, dtype=torch.float64)
    found = read({"w": square, "a": readout if back else readout.T})
    assert (found.first == (square.T if back else square).numpy()).all()
    assert "square" in found.notes[1]
    assert not any("square" in note for note in read({"w": W, "a": A}).notes)


def test_roles_decide_and_zero_biases_are_told():
    stored = {"x": W, "y": A, "b": A + 1, "bias": torch.zeros(7)}
    found = read(stored, {"first": "x", "readout": "b"})
    assert (found.readout == A.numpy() + 1).all()
    assert any("bias is zero" in note for note in found.notes)


def test_a_bias_of_every_neuron_is_read_where_the_model_has_one():
    own = torch.arange(7.0)
    stored = {"0.weight": W, "0.bias": own, "2.weight": A.T, "2.bias": torch.zeros(3)}
    with pytest.raises(DataError, match="several arrays could be the bias"):
        read(stored, biased=True)
    found = read(stored, {"bias": "0.bias"}, biased=True)
    assert (found.bias == own.numpy()).all() and "bias = 0.bias" in found.notes
    assert not read({"x": W, "y": A}, biased=True).bias.any()
    with pytest.raises(DataError, match="a number for every neuron"):
        read(stored, {"bias": "2.bias"}, biased=True)
    with pytest.raises(DataError, match="role 'bias'"):
        read(stored, {"bias": "0.bias"})


def test_whole_numbers_and_half_precision_are_read():
    found = read({"x": (10 * W).to(torch.int32), "y": A.to(torch.bfloat16)})
    assert found.first.dtype == found.readout.dtype == "float64"
