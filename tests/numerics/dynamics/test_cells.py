"""Fokker-Planck steps on cells: mass, sign, the law at rest, and a process that is known."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.numerics.dynamics.cells import stepped


def bent(x, y):
    return 3 * (x * x - 1) ** 2 + x * y + 2 * y * y


def cells(rows, columns, reach=2.0):
    sizes = 2 * reach / rows, 2 * reach / columns
    x, y = (
        size * (np.arange(k) + 0.5) - reach for size, k in zip(sizes, (rows, columns), strict=True)
    )
    return x[:, None], y[None, :], sizes


@pytest.mark.parametrize("step", [1e-4, 1e-2, 1.0])
def test_mass_and_sign_are_kept_and_the_law_of_the_potential_is_at_rest(step):
    x, y, sizes = cells(40, 24)
    u = 20 * bent(x, y)
    rounded = 1e-15 * (1 + step * np.abs(np.gradient(u, sizes[0], axis=0)).max() / sizes[0])
    masses = np.zeros(u.shape)
    masses[3, 20] = 1.0
    for _ in range(20):
        masses = stepped(masses, u, sizes, step)
        assert masses.min() >= 0 and abs(masses.sum() - 1) < 20 * rounded
    law = np.exp(u.min() - u)
    law /= law.sum()
    assert np.abs(stepped(law, u, sizes, step) - law).max() < rounded
    other = stepped(law, 1.1 * u, sizes, step)
    assert np.abs(other - law).max() > 1e-4


def generator(u, sizes):
    """Rates by definition, a pair of neighbours at a time."""
    index = np.arange(u.size).reshape(u.shape)
    found = np.zeros((u.size, u.size))
    for axis, size in enumerate(sizes):
        for i, j in zip(
            np.delete(index, -1, axis).ravel(), np.delete(index, 0, axis).ravel(), strict=True
        ):
            for start, end in ((i, j), (j, i)):
                rise = u.flat[end] - u.flat[start]
                rate = rise / np.expm1(rise) / size**2
                found[end, start] += rate
                found[start, start] -= rate
    return found


@pytest.mark.parametrize(("shape", "high"), [((12, 7), 4), ((7, 12), 4), ((12, 7), 40)])
def test_a_step_over_a_barrier_is_implicit_in_both_coordinates(shape, high):
    """Against the whole matrix; a step along each coordinate in turn is another one."""
    x, y, sizes = cells(*shape, 1.6)
    u, masses = high * bent(x + 0.01, y), np.zeros(shape)
    masses[2, 3] = 1.0

    def solved(step):
        matrix = np.eye(u.size) - step * generator(u, sizes)
        return np.linalg.solve(matrix, masses.ravel()).reshape(shape)

    for step in (1e-3, 1.0, 30.0):
        exact = solved(step)
        after = stepped(masses, u, sizes, step)
        assert np.abs(after - exact).max() < 1e-9
        columns = [stepped(masses[:, [k]], u[:, [k]], sizes, step) for k in range(shape[1])]
        rows = np.concatenate(columns, axis=1)
        turns = np.concatenate([stepped(rows[[k]], u[[k]], sizes, step) for k in range(shape[0])])
        over = [part[x[:, 0] > 0].sum() for part in (turns, exact)]
        assert step < 30 or abs(np.log(over[0] / over[1])) > 0.1


def mean_square(scale, turn=1.0):
    """Of x after t = 0.3 in U = (x^2 + 2 y^2)/2 for a start of variance 0.2 in both."""
    x, y, sizes = cells(50 * scale, 50 * scale, 5.0)
    masses = np.exp(-(x * x + y * y) / 0.4) + 0 * (x + y)
    masses /= masses.sum()
    steps = 10 * scale**2
    for _ in range(steps):
        masses = stepped(masses, turn * (x * x + 2 * y * y) / 2, sizes, 0.3 / steps)
    return np.array([(masses * x * x).sum(), (masses * y * y).sum()])


def test_a_gaussian_spreads_at_the_known_rate():
    """Errors fall by four where cells are halved and steps quartered; another drift is rejected."""
    rates = np.array([1.0, 2.0])
    exact = 0.2 * np.exp(-0.6 * rates) + (1 - np.exp(-0.6 * rates)) / rates
    rough, fine = mean_square(1), mean_square(2)
    assert np.allclose((rough - exact) / (fine - exact), 4, atol=0.6)
    best = (4 * fine - rough) / 3
    assert np.abs(best - exact).max() < 0.1 * np.abs(fine - exact).max()
    wrong = (4 * mean_square(2, -1.0) - mean_square(1, -1.0)) / 3
    assert np.abs(wrong - exact).min() > 100 * np.abs(best - exact).max()
