"""What numbers of matrix completion rest on."""

from __future__ import annotations

from binodal.models.diagonal_linear.numerics.results import DECAY, FLOW

START = "start: U = V = alpha times the identity"
LOSS = "loss: half the sum of squared residuals of the entries that are seen, i,j and j,i both"
NOTES = (FLOW, START, DECAY, LOSS)
