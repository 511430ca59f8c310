"""Densities with known averages, each average found without the code under test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from scipy.special import erf
from torch import Tensor

from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.validate.target import Target
from tests.validate.toys import DoubleWell, Gaussian, LinearNetwork

MEMBERS, NEURONS = 2000, 500


@dataclass(frozen=True)
class Problem:
    """``exact`` are the averages of ``observables``."""

    name: str
    target: Target
    observables: Callable[[Tensor], Tensor]
    exact: np.ndarray
    model: TeacherStudentReadout | None = None

    def __str__(self) -> str:
        return self.name


def moments(x: Tensor) -> Tensor:
    """Coordinates and their products, (R, D + D (D + 1)/2)."""
    rows, columns = torch.triu_indices(x.shape[1], x.shape[1])
    return torch.cat((x, x[:, rows] * x[:, columns]), dim=1)


def gaussian_moments(mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    rows, columns = np.triu_indices(len(mean))
    return np.concatenate((mean, (covariance + np.outer(mean, mean))[rows, columns]))


@cache
def gaussian() -> Problem:
    """Anisotropic and correlated, off the origin, with own scales far from one."""
    precision = np.array([[2.1, 0.7, -0.3], [0.7, 1.3, 0.4], [-0.3, 0.4, 5.2]])
    center = np.array([0.8, -0.5, 0.3])
    scale = torch.tensor([0.7, 1.3, 1.6], dtype=torch.float64)
    layers = (slice(0, 2), slice(2, 3))
    target = Gaussian(MEMBERS, torch.tensor(precision), torch.tensor(center), scale, layers)
    exact = gaussian_moments(center, np.linalg.inv(precision))
    return Problem("gaussian", target, moments, exact)


@cache
def linear_network() -> Problem:
    """Ridge regression in the own parameters, by the normal equations."""
    rng = np.random.default_rng(5)
    inputs, noise, weight, bias = rng.normal(size=(7, 2)), 1.9, 0.45, 1.7
    labels = inputs @ np.array([1.1, -0.4]) + 0.9 + 0.5 * rng.normal(size=7)
    target = LinearNetwork(MEMBERS, torch.tensor(inputs), torch.tensor(labels), noise, weight, bias)
    design = np.column_stack((inputs, np.ones(7)))
    prior = np.diag([1 / weight, 1 / weight, 1 / bias])
    covariance = np.linalg.inv(design.T @ design / noise + prior)
    exact = gaussian_moments(covariance @ design.T @ labels / noise, covariance)
    return Problem("linear network", target, lambda x: moments(x * target.scale), exact)


def _neuron_observables(own: np.ndarray | Tensor, a: np.ndarray | Tensor) -> list:
    return [own**2, a**2, own * a, own**2 * a**2]


@cache
def neuron() -> Problem:
    """f = a erf(w x): two parameters, by the trapezoid rule, which converges geometrically."""
    shape = TeacherStudentShape(N=1, n=5, d=1, sigma2=1.7, sigma_w2=0.8, sigma_a2=0.7, epsilon=-0.3)
    inputs = np.array([-1.2, -0.4, 0.3, 0.9, 1.6])
    labels = np.array([-1.0, -0.1, 0.5, 0.4, 1.1])
    network = TeacherStudent(
        shape,
        torch.tensor(inputs)[None, :, None].expand(NEURONS, -1, -1),
        torch.tensor(labels)[None].expand(NEURONS, -1),
    )
    w, a = np.meshgrid(np.linspace(-9, 9, 401), np.linspace(-10, 10, 401))
    misfit = sum((y - a * erf(w * x)) ** 2 for x, y in zip(inputs, labels, strict=True))
    action = misfit / (2 * shape.sigma2) + w**2 / (2 * shape.sigma_w2) + a**2 / (2 * shape.sigma_a2)
    weight = np.exp(-action) / np.exp(-action).sum()
    exact = np.array([(weight * value).sum() for value in _neuron_observables(w, a)])

    def observables(x: Tensor) -> Tensor:
        own, readout = network.weights(x)
        return torch.stack(_neuron_observables(own[:, 0, 0], readout[:, 0]), dim=1)

    return Problem("neuron", network, observables, exact, TeacherStudentReadout(network))


@cache
def double_well() -> Problem:
    """Both wells, with the moments by the trapezoid rule."""
    barrier = 0.6
    x = np.linspace(-4, 4, 2001)
    weight = np.exp(-barrier * (x**2 - 1) ** 2)
    weight /= weight.sum()
    exact = np.array([(weight * value).sum() for value in (x, x**2, x**4, np.heaviside(x, 0.5))])

    def observables(x: Tensor) -> Tensor:
        return torch.cat((x, x**2, x**4, (x > 0).to(x)), dim=1)

    return Problem("double well", DoubleWell(MEMBERS, barrier), observables, exact)


PROBLEMS = (gaussian, linear_network, neuron, double_well)
