"""Sectors of neurons' outputs with all functions of t = w*.x, by values at nodes of t > 0.

Functions of sector 0 are odd, those of sector 1 even. A function's component at a node is its
value times the root of the node's weight.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from binodal.models.teacher_student.numerics.law import scales
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.quadrature import float_rule

Array = NDArray[np.float64]
_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_at_input, _spread = _FORMS.floats("at_input"), _FORMS.floats("spread")
_NODES, _SHARES = 48, 8


class Nodes:
    """A neuron's components in sectors 0 and 1 at each node, and the square of what is left.

    ``along``, ``across`` and ``rest`` are (node, q, s); ``roots`` those of the nodes' weights;
    ``modes`` the components of the first modes of sector 0, ``places`` the nodes.
    """

    def __init__(self, q: Array, s: Array, modes: int) -> None:
        nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        nodes, weights = nodes[_NODES // 2 :], weights[_NODES // 2 :]
        self.places = nodes
        self.roots = np.sqrt(weights / weights.sum())
        orders = np.eye(2 * modes)[1::2] / scales(modes)[:, None]
        values = np.stack([np.polynomial.hermite_e.hermeval(nodes, order) for order in orders])
        self.modes = self.roots * values
        pairs = zip(nodes, self.roots, strict=True)
        parts = [_node(q[:, None], s, place, root) for place, root in pairs]
        self.along, self.across, self.rest = (np.stack(p) for p in zip(*parts, strict=True))

    def degrees(self, least: int) -> Array:
        """The operator with the value k on He_k, k = ``least``, 3, 5, ... or 2, 4, ..., at nodes.

        It is -d^2/dt^2 + t d/dt, so that <f A f> = <f'^2>.
        """
        orders = np.arange(least, _NODES, 2)
        values = np.polynomial.hermite_e.hermeval(self.places, np.eye(_NODES)[:, orders])
        units = self.roots * values * np.exp(-gammaln(orders + 1) / 2)[:, None]
        return np.asarray((units.T * orders) @ units)


def _node(q: Array, s: Array, place: float, root: float) -> tuple[Array, Array, Array]:
    mean, slope, end = _at_input()(q, s, place)
    nodes, weights = float_rule(_SHARES)
    shares = zip((1 + nodes) / 2, weights / 2, strict=True)
    square = sum(w * end * _spread()(q, s, place, x * end)[0] for x, w in shares)
    return root * mean, root * slope, root**2 * (square - slope**2)
