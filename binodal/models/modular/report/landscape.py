"""The action of one mode along equal moduli at a state that ``solve`` or ``critical`` found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.numerics.codegen.load import compiled
from binodal.page.landscape import POINTS, Array, Landscape, saddle_marks, title

_SETTING = (N, P, sigma2, sigma_a2, gamma)


@cache
def _mode(theory: str) -> Callable[..., tuple[Any, ...]]:
    mode = mode_action(theory)
    density = sp.expand(mode.factor * mode.s / P).subs(x_v, x).subs(u, mode.coupling)
    return compiled("mode", {"S": density}, (x, a, *_SETTING), "numpy")


def landscape(
    document: Mapping[str, Any], params: Mapping[str, float], state: Mapping[str, float]
) -> Landscape:
    """S_k/P against x = |w_k|^2 = |v_k|^2 with its saddles."""
    setting = (state["a"], *(params[str(symbol)] for symbol in _SETTING))

    def action(moduli: Array) -> Array:
        return np.asarray(_mode(document["theory"])(moduli, *setting)[0])

    marks = saddle_marks(document, "x", state, action)
    furthest = max(place for place, _, _ in marks)
    places = np.linspace(0.0, 1.5 * furthest or 1.0, POINTS)
    label = r"$|w_k|^2 = |v_k|^2 = x$"
    return Landscape(places, action(places), marks, label, "$S_k/P$", title(document, params))
