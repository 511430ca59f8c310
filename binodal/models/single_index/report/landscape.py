"""The action against the cosine at its best norm, at what ``solve`` or ``critical`` found."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from binodal.models.single_index.numerics.float_landscape import FloatLandscape
from binodal.models.single_index.numerics.setting import Setting, setting_of
from binodal.models.single_index.numerics.state import POWERS
from binodal.numerics.grids import Array
from binodal.page.landscape import POINTS, Landscape, middle, saddle_marks, title

_NORMS, _FARTHEST, _BEYOND, _WIDEST = 241, 1.2, 1.4, 4.0
_LEAST = float(np.arctanh(0.97))


def landscape(
    document: Mapping[str, Any], params: Mapping[str, float], state: Mapping[str, float]
) -> Landscape:
    """S/d against m; the published action stays on r = sigma_w/sqrt(1 - m^2)."""
    texts = document["params"]
    setting = setting_of(texts["activation"], texts["teacher"], texts["bias"])
    on, published = _action(setting, params, state), document["theory"] == "published"
    places = [s["r"] for s in document.get("saddles", [state]) if s.get("r") is not None]
    norms = [r if isinstance(r, float) else middle(r) for r in places]
    if document.get("event") == "condensation":
        state = {}

    def action(m: Array) -> Array:
        h = np.arctanh(np.clip(m, -np.tanh(_WIDEST), np.tanh(_WIDEST)))
        return on_path(on, h) if published else lowest(on, h, norms)

    marks = saddle_marks(document, "m", state, action)
    if setting.symmetric:
        marks += [(-place, height, kind) for place, height, kind in marks if place]
    ends = [float(np.arctanh(place)) for place, _, _ in marks]
    reach = min(_WIDEST, max([_LEAST, *(_BEYOND * abs(end) for end in ends)]))
    spots = np.tanh(np.linspace(-reach, reach, POINTS))
    named = f"{setting.activation}, {title(document, params)}"
    label = "cosine $m$ with the teacher"
    best = "$S/d$" if published else "$S/d$ at the best norm"
    return Landscape(spots, action(spots), marks, label, best, named)


def _action(
    setting: Setting, params: Mapping[str, float], state: Mapping[str, float]
) -> FloatLandscape:
    """At the residual of a solution, or of an event, where only the linear mode has moved."""
    u = prod(params[name] ** float(power) for name, power in POWERS()["u"].items())
    linear = {"t_1": state["b"]} if "b" in state else {}
    modes = [({**linear, **state}).get(f"t_{k}", float(y)) for k, y in setting.acting.items()]
    return FloatLandscape(setting, setting.modes, u, params["sigma_w2"], modes)


def lowest(on: FloatLandscape, h: Array, norms: list[float]) -> Array:
    """S/d at artanh m = h minimised over norms about sigma_w, out beyond those given."""
    rest = float(np.log(on.norm)) / 2
    far = max([_FARTHEST, *(1.5 * abs(float(np.log(r)) - rest) for r in norms)])
    v = np.linspace(rest - far, rest + far, _NORMS)
    places = (side.ravel() for side in np.meshgrid(h, v, indexing="ij"))
    heights = on.shape(*places)[2].reshape(h.size, _NORMS)
    return np.asarray(heights.min(axis=1))


def on_path(on: FloatLandscape, h: Array) -> Array:
    """S/d at artanh m = h where the part of w beside the teacher has length sigma_w."""
    return on.shape(h, np.log(np.cosh(h)) + float(np.log(on.norm)) / 2)[2]
