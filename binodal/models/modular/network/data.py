"""The one data set of a group's network: all pairs, labelled by their products."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.derive.groups.group import Table


def addition(order: int) -> Table:
    """The table of Z_P: n + m mod P.

    >>> addition(3)
    ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    """
    return tuple(tuple((n + m) % order for m in range(order)) for n in range(order))


def product_target(table: Table) -> Tensor:
    """(|G|, |G|^2) in float64: y_p(g, h) = delta(p, g h) - 1/|G| for all pairs, h fastest.

    >>> product_target(addition(3))[0].reshape(3, 3).argmax(1).tolist()
    [0, 2, 1]
    """
    answer = torch.tensor(table).reshape(-1)
    hot = (torch.arange(len(table))[:, None] == answer[None, :]).to(torch.float64)
    return hot - 1 / len(table)
