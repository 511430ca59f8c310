"""Data that are not the theory's are noticed; the theory's own are not accused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from binodal.models.teacher_student.network.data import teacher_departures, teacher_target
from tests.validate.run.tiny import parameters

EPSILON = -0.3
SIZES = [(30, 100), (60, 20), (375, 53), (2000, 5), (12, 3)]


def departures(x: Tensor, y: Tensor) -> list[str]:
    return teacher_departures(parameters(), {"x": x, "y": y})


def gaussian(samples: int, dimension: int, seed: int) -> Tensor:
    stream = torch.Generator().manual_seed(seed)
    return torch.randn((samples, dimension), generator=stream, dtype=torch.float64)


@pytest.mark.parametrize(("samples", "dimension"), SIZES)
def test_gaussian_inputs_are_not_accused(samples: int, dimension: int) -> None:
    """Three hundred data sets a size; at six standard deviations none is expected."""
    for seed in range(300):
        x = gaussian(samples, dimension, seed)
        assert departures(x, teacher_target(x[:, 0], EPSILON)) == []


def _stretched(x: Tensor) -> Tensor:
    scale = torch.full((x.shape[1],), 0.9, dtype=torch.float64)
    scale[1] = (x.shape[1] - 0.81 * (x.shape[1] - 1)) ** 0.5
    return x * scale


MISTAKES: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "ten times too large": (lambda x: 10 * x, "mean square of the inputs is"),
    "pixels": (lambda x: 128 + 40 * x, "mean of the inputs is"),
    "rows of norm one": (lambda x: x / x.norm(dim=1, keepdim=True), "mean square of the inputs is"),
    "one loud component": (_stretched, "one direction"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_other_units_are_noticed(mistake: str) -> None:
    change, sentence = MISTAKES[mistake]
    x = change(gaussian(375, 53, 7))
    found = departures(x, teacher_target(x[:, 0], EPSILON))
    assert any(sentence in line for line in found), found


def test_another_teacher_is_noticed() -> None:
    x = gaussian(375, 53, 7)
    for wrong in (teacher_target(x[:, 1], EPSILON), teacher_target(x[:, 0], 0.3)):
        (sentence,) = departures(x, wrong)
        assert "the targets are off by" in sentence
