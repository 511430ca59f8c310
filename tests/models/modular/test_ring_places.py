"""Where on its ring a neuron is deepest: by phases on a grid, on pairs as they are left out."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.derive.groups.names import from_text
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.modular.derivations.ring_places import deepest, of_mode


def left_out(order: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Indicators of a random subset over their standard deviation."""
    seen = np.zeros(order**2)
    seen[rng.permutation(order**2)[: round(share * order**2)]] = 1
    return (seen - seen.mean()).reshape(order, order) / seen.std()


def test_a_mode_on_a_grid_of_phases() -> None:
    """cos(n + m) cos n cos m over its mean 1/4, at all phases of both halves."""
    order, rng = 23, np.random.default_rng(1)
    phases = 2 * np.pi * np.arange(48) / 48
    angles = 2 * np.pi * np.arange(order) / order + phases[:, None]
    turned = np.cos(angles) * np.exp(1j * angles)
    fields = ((turned @ left_out(order, 0.8, rng) @ turned.T).real for _ in range(300))
    found = np.array([4 * field.max() / order for field in fields])
    error = float(found.std()) / len(found) ** 0.5
    assert error < 0.06
    assert of_mode() == pytest.approx(float(found.mean()), abs=3 * error)


def test_two_rows_have_three_angles_and_six_waves() -> None:
    """A dihedral group's irrep: waves in sums and differences of a, b and c, two by two."""
    rng, count = np.random.default_rng(2), 16
    a, b, c = np.meshgrid(*(2 * np.pi * np.arange(count) / count,) * 3, indexing="ij")
    waves = np.exp(1j * np.stack([a + b, a - b, b + c, b - c, a + c, a - c]).reshape(6, -1))
    found = [
        float(((rng.standard_normal(6) + 1j * rng.standard_normal(6)) @ waves).real.max())
        for _ in range(400)
    ]
    mean, error = np.mean(found) / 2, np.std(found) / 2 / 20
    (rho,) = (rho for rho in real_irreps(from_text("D11")) if rho.name == "2a")
    said = deepest(rho.matrices, from_text("D11").table)
    assert said == pytest.approx(mean, abs=3 * error + 0.05)
    assert said > of_mode() + 0.3
