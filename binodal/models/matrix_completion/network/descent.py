"""Factors U and V in PyTorch that descend by plain steps on the entries seen, with weight decay."""

from __future__ import annotations

import torch

from binodal.models.matrix_completion.setting import Setting


def halfway(
    of: Setting, alpha: float, decay: float, level: float, step: float, until: float
) -> float:
    """When the timed entry of U U^T - V V^T crosses a level for the last time; U = V = alpha 1.

    NaN where it does not. The gradient is automatic, of the squares on all that is seen, i,j and
    j,i both.
    """
    factors = (alpha * torch.eye(of.size, dtype=torch.float64)).repeat(2, 1, 1).requires_grad_()
    rows, columns = (torch.tensor(places) for places in zip(*of.places, strict=True))
    values = torch.tensor([float(value) for value in of.values], dtype=torch.float64)
    counted = torch.where(rows == columns, 1.0, 2.0)
    before, last = 0.0, float("nan")
    for k in range(round(until / step)):
        left, right = factors @ factors.mT
        whole = left - right
        now = float(whole[of.entry].detach()) - level
        if before * now < 0:
            last = step * (k - now / (now - before))
        before = now
        loss = (counted * (whole[rows, columns] - values) ** 2).sum() / 2
        (slope,) = torch.autograd.grad(loss + decay / 2 * factors.square().sum(), factors)
        with torch.no_grad():
            factors -= step * slope
    return last
