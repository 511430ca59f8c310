"""The mode decay of input weights: what a network's posterior asks of it, and M.16b."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Decay(Protocol):
    """Gamma = (|G| gamma/6) ``sixth``(w) for w (R, N, 2, |G|), halves u and v of every neuron."""

    def sixth(self, w: Tensor) -> Tensor:
        """The sum of sixth powers, shape (R,), float64."""

    def slope(self, w: Tensor) -> Tensor:
        """grad Gamma/gamma, in the shape of w."""


class ModeDecay:
    """sum_k (|u_k|^6 + |v_k|^6), by fast Fourier transform.

    u_n = sum_k u_k e^{-2 pi i k n/P}, so u_k is the inverse transform (1/P) sum_n u_n e^{+...}.
    """

    def sixth(self, w: Tensor) -> Tensor:
        """Of all modes, the constant one too."""
        modes: Tensor = torch.fft.ifft(w, dim=3)
        return modes.abs().pow(6).sum((1, 2, 3), dtype=torch.float64)

    def slope(self, w: Tensor) -> Tensor:
        """sum_k |u_k|^4 u_k e^{-2 pi i k n/P}; a real u has u_{-k} = u_k^*: half of the modes tell
        it."""
        modes = torch.fft.rfft(w, dim=3, norm="forward")
        size = torch.view_as_real(modes).square().sum(-1)
        modes.mul_(size.square_())
        slope: Tensor = torch.fft.irfft(modes, w.shape[3], dim=3, norm="forward")
        return slope
