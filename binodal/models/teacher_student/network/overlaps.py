"""What an erf neuron contributes to the network's Hermite modes and to its norm, as torch code."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import factorial
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.activations import ERF, z
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.quadratic import gaussian_mean
from binodal.derive.gaussian.rank_one import OVERLAP, W2
from binodal.numerics.codegen.load import compiled

ORDERS = (1, 3, 5, 7)
"""Orders of the odd Hermite modes that are measured."""

_ROWS = 32

_CROSS, _LEFT, _RIGHT = sp.symbols("C D1 D2", positive=True)
_first, _second = sp.symbols("z1 z2", real=True)


@cache
def _mode_function() -> Callable[..., tuple[Any, ...]]:
    """(q, |w|^2) -> <H_k phi>/k! for the measured orders: the mode t_k of one neuron."""
    named = {f"t{k}": overlap(ERF, k) / sp.factorial(k) for k in ORDERS}
    return compiled("mode_amplitudes", named, (OVERLAP, W2), "torch")


def target_modes(epsilon: float, device: torch.device | None = None) -> Tensor:
    """The coefficients of the teacher H_1 + epsilon H_3 in the measured modes."""
    given = {1: 1.0, 3: epsilon}
    row = [given.get(k, 0.0) for k in ORDERS]
    return torch.tensor(row, dtype=torch.float64, device=device)


def mode_norms(device: torch.device | None = None) -> Tensor:
    """<H_k^2> = k! of the measured modes."""
    return torch.tensor([factorial(k) for k in ORDERS], dtype=torch.float64, device=device)


def mode_amplitudes(q: Tensor, norm2: Tensor) -> Tensor:
    """The coefficient of H_k in erf(w.x), k = 1, 3, 5, 7, as a new last axis.

    >>> import torch
    >>> one = torch.ones(1, dtype=torch.float64)
    >>> round(mode_amplitudes(one, one)[0, 0].item(), 6)
    0.65147
    """
    return torch.stack(_mode_function()(q, norm2), dim=-1)


@cache
def pair_kernel() -> sp.Expr:
    """<erf(u) erf(v)> for jointly Gaussian u, v with covariance C, in D = 1 + 2 var.

    By Price's theorem its slope in C is <erf'(u) erf'(v)>, a Gaussian integral; it vanishes at
    C = 0. Source: derived here.

    >>> pair_kernel()
    2*asin(2*C/(sqrt(D1)*sqrt(D2)))/pi
    """
    left, right = ((size - 1) / 2 for size in (_LEFT, _RIGHT))
    height = sp.diff(ERF.phi, z).subs(z, 0)
    share = _CROSS / left
    inner = gaussian_mean(-((share * _first + _second) ** 2), _second, right - _CROSS * share)
    front, exponential = inner.as_independent(sp.exp)
    exponent = exponential.args[0] - _first**2
    slope = front * gaussian_mean(exponent, _first, left)
    inverse_square = sp.expand(sp.simplify(1 / slope**2))
    return sp.integrate(height**2 / sp.sqrt(inverse_square), (_CROSS, 0, _CROSS))


@cache
def _kernel_function() -> Callable[..., tuple[Any, ...]]:
    """(C, D1, D2) -> the arcsine's argument, and its factor."""
    (arcsine,) = pair_kernel().atoms(sp.asin)
    named = {"argument": arcsine.args[0], "factor": sp.simplify(pair_kernel() / arcsine)}
    return compiled("pair_kernel", named, (_CROSS, _LEFT, _RIGHT), "torch")


def feature_gram(weights: Tensor, first: int = 0, last: int | None = None) -> Tensor:
    """<erf(w_i.x) erf(w_j.x)> over x ~ N(0, 1): i from ``first`` to ``last``, j from ``first`` on.

    ``weights`` (R, N, d); (R, last - first, N - first).

    >>> import torch
    >>> round(feature_gram(torch.ones(1, 1, 1, dtype=torch.float64)).item(), 6)
    0.464559
    """
    size, rows, after = 1 + 2 * weights.square().sum(2), slice(first, last), slice(first, None)
    inner = torch.bmm(weights[:, rows], weights[:, after].transpose(1, 2))
    sizes = size[:, rows].unsqueeze(2), size[:, after].unsqueeze(1)
    argument, factor = _kernel_function()(inner, *sizes)
    gram: Tensor = torch.asin(argument) * factor
    return gram


def mean_square(weights: Tensor, readout: Tensor) -> Tensor:
    """<f^2> over x ~ N(0, 1) of every member: ``weights`` (R, N, d), ``readout`` (R, N).

    The matrix of pairs is symmetric: blocks of rows from the diagonal on, the rest counted twice.
    """
    total = readout.new_zeros(readout.shape[0])
    for start in range(0, readout.shape[1], _ROWS):
        count = readout[:, start:].clone()
        count[:, _ROWS:] *= 2
        gram = feature_gram(weights, start, start + _ROWS)
        pairs = torch.bmm(gram, count.unsqueeze(2)).squeeze(2)
        total += (readout[:, start : start + _ROWS] * pairs).sum(1)
    return total
