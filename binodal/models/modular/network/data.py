"""The one data set of modular addition: all pairs."""

from __future__ import annotations

import torch
from torch import Tensor


def modular_target(order: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """(P, P^2): y_p(n, m) = delta(p, n + m mod P) - 1/P for all pairs, m fastest.

    >>> modular_target(3)[0].reshape(3, 3).argmax(1).tolist()
    [0, 2, 1]
    """
    residues = torch.arange(order)
    answer = (residues[:, None] + residues[None, :]).remainder(order).reshape(-1)
    hot = (residues[:, None] == answer[None, :]).to(dtype)
    return hot - 1 / order
