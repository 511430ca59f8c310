"""How often a hidden unit is nearly silent, of Gaussian pre-activations."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from binodal.derive.gaussian.activations import Activation
from binodal.validate.measures.definitions.sparsity import THRESHOLD
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.network import values_of

_REACH, _POINTS = 40.0, 1 << 19


def silent_share(activation: Activation, norms: Array, biases: Array) -> Array:
    """P(|phi(r z + b)| < tau) of standard normal z, at every pair of r and b.

    phi is silent between places that are found on a grid which does not hold zero.

    >>> from binodal.derive.gaussian.activations import activation
    >>> silent_share(activation("relu"), np.ones(1), np.zeros(1)).round(4)
    array([0.504])
    """
    points = np.linspace(-_REACH, _REACH, _POINTS)
    above = np.abs(values_of(activation, points)) - THRESHOLD
    crossed = np.flatnonzero(np.signbit(above[1:]) != np.signbit(above[:-1]))
    share = above[crossed] / (above[crossed] - above[crossed + 1])
    ends = [points[crossed] + share * (points[crossed + 1] - points[crossed])]
    if above[0] < 0:
        ends.insert(0, np.array([-np.inf]))
    if above[-1] < 0:
        ends.append(np.array([np.inf]))
    chances = ndtr((np.concatenate(ends)[:, None] - biases) / norms)
    return np.asarray((chances[1::2] - chances[::2]).sum(axis=0))
