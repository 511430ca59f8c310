"""The law of one neuron at finite d in (h, v) = (artanh m, log r), in double precision.

The logarithm of its density is a sum over modes of products of a function of h and one of v, so
that averages are products of matrices. The trapezoidal rule converges faster than any power of the
step, once the step resolves the narrowest peak and the window holds all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]

FORMS = Forms("binodal.models.single_index.forms.finite")
_couplings = FORMS.floats("couplings")
_prior = FORMS.functions("prior", "numpy")
_around = FORMS.functions("around", "numpy")

_NATS = 50.0
_RELEVANT = 45.0
_POINTS_PER_WIDTH = 1.25
_FIRST = 0.05
_REACH, _SMALLEST, _LARGEST = 6.0, -5.0, 3.0
_FURTHEST = 24.0
_ZOOMS = 40
_COSINES = 2001
_MOST_POINTS = 6_000_000


@dataclass(frozen=True)
class Window:
    """Equal steps in h (from 0 on where the law is even in it) and in v."""

    h: Array
    v: Array

    @property
    def steps(self) -> tuple[float, float]:
        """In h and in v."""
        return float(self.h[1] - self.h[0]), float(self.v[1] - self.v[0])

    @property
    def m(self) -> Array:
        """The cosines."""
        return np.tanh(self.h)

    @property
    def r(self) -> Array:
        """The norms."""
        return np.exp(self.v)


class NeuronLaw:
    """The law of (h, v) for any residual, with the modes He_k(w*.x) T_j of it.

    ``orders`` are their k, and ``around`` their j, which are zero where they are not given;
    ``refine`` divides the steps and moves the ends out.
    """

    def __init__(
        self,
        setting: Setting,
        parameters: Mapping[str, float],
        orders: tuple[int, ...],
        refine: int = 1,
        around: tuple[int, ...] = (),
    ) -> None:
        self.setting, self.orders, self.refine = setting, orders, refine
        self.around = around or (0,) * len(orders)
        self.degrees = [k + 2 * j for k, j in zip(self.orders, self.around, strict=True)]
        self._forms = _around(tuple(zip(self.orders, self.around, strict=True)))
        self.at = {name: float(value) for name, value in parameters.items()}
        names = ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")
        self.u, self.spring = map(float, _couplings()(*(self.at[name] for name in names)))
        self.coupling = self.at["d"] * self.u
        self.even = len({k % 2 for k in orders}) == 1

    @cached_property
    def _slopes(self) -> Array:
        """c_k(r)/r at infinite r."""
        slopes = self.setting.slopes(max(self.degrees) + 1)
        return np.array([float(slopes[k].mid()) for k in self.degrees])

    @cached_property
    def norms(self) -> Array:
        """Those of the modes, sqrt(k!) on the axis."""
        squares = self._forms["norms"](self.at["d"])
        return np.asarray(np.sqrt(np.array(squares, dtype=float)))

    def factors(self, m: Array) -> Array:
        """m^k (1 - m^2)^j (K, H)."""
        return np.stack([np.broadcast_to(f, m.shape) for f in self._forms["factors"](m)])

    def margin(self, modes: Array) -> float:
        """1 - u sigma_w^2 (F/r)^2 at infinite r, at the m where it is least.

        The integral over r converges where it is positive.
        """
        m = np.linspace(-1.0, 1.0, _COSINES)
        force = self.factors(m).T @ (modes * self._slopes)
        return 1.0 - self.u * self.at["sigma_w2"] * float((force**2).max())

    def basis(self, window: Window) -> tuple[Array, Array]:
        """m^k (1 - m^2)^j (K, H) and c_{k + 2 j} (K, V)."""
        table = self.setting.overlaps.floats(window.r, max(self.degrees) + 1)
        return self.factors(window.m), np.stack([table[k] for k in self.degrees])

    def field(self, window: Window, modes: Array) -> Array:
        """F (H, V)."""
        powers, overlaps = self.basis(window)
        return np.asarray((powers * modes[:, None]).T @ overlaps)

    def log_density(self, window: Window, force: Array) -> Array:
        """Its logarithm in (h, v), up to a constant, under the field (H, V)."""
        forms, size = _prior(), self.at["d"]
        (along,), (radial,) = (
            forms["along"](window.h, size),
            forms["radial"](window.v, size, self.at["sigma_w2"]),
        )
        return np.asarray(along[:, None] + radial[None] + 0.5 * self.coupling * force**2)

    def chances(self, window: Window, force: Array) -> tuple[Array, float]:
        """Probabilities of the window's points, and the logarithm of the law's norm."""
        logs = self.log_density(window, force)
        top = float(logs.max())
        raw = np.exp(logs - top)
        if self.even:
            raw[0] /= 2
        total = float(raw.sum())
        return raw / total, top + float(np.log(total * np.prod(window.steps)))

    def window(self, modes: Array) -> Window:
        """The smallest one that holds the law and resolves it. Raises :class:`Undecided`."""
        rest = 0.5 * np.log(self.at["sigma_w2"])
        low, high = rest + _SMALLEST, rest + _LARGEST
        edges = [0.0 if self.even else -_REACH, _REACH, low, high]
        steps = [_FIRST, _FIRST]
        for _ in range(_ZOOMS):
            at = _window(edges, steps)
            kept, wanted, touched = self._seen(at, modes)
            if touched:
                edges = [e + move for e, move in zip(edges, touched, strict=True)]
                if max(abs(edges[0]), edges[1], edges[3] - rest, rest - edges[2]) > _FURTHEST:
                    raise Undecided("the law of one neuron has no end within double precision")
                continue
            if all(step <= want for step, want in zip(steps, wanted, strict=True)):
                return at
            edges = kept
            steps = [min(s, max(w, s / 4)) for s, w in zip(steps, wanted, strict=True)]
        raise Undecided("no window holds the law of one neuron")

    def _seen(self, at: Window, modes: Array) -> tuple[list[float], list[float], list[float]]:
        """The edges of what matters, the steps that resolve it, and by how much to move edges."""
        logs = self.log_density(at, self.field(at, modes))
        bends = [np.zeros_like(logs) for _ in range(2)]
        bends[0][1:-1] = np.maximum(-np.diff(logs, 2, axis=0), 0.0)
        bends[1][:, 1:-1] = np.maximum(-np.diff(logs, 2, axis=1), 0.0)
        heights = logs + bends[0] + bends[1] - logs.max()
        inside = heights > -_NATS * (1 + self.refine) / 2
        relevant = heights > -_RELEVANT
        kept: list[float] = []
        touched = [0.0] * 4
        for axis, points in enumerate((at.h, at.v)):
            (there,) = np.nonzero(inside.any(axis=1 - axis))
            first, last = max(there[0] - 1, 0), min(there[-1] + 1, points.size - 1)
            kept += [float(points[first]), float(points[last])]
            if there[-1] == points.size - 1:
                touched[2 * axis + 1] = 2.0
            if there[0] == 0 and not (axis == 0 and self.even):
                touched[2 * axis] = -2.0
        widths = [
            step / np.sqrt(sharpest) if (sharpest := float(bend[relevant].max())) > 0 else step
            for step, bend in zip(at.steps, bends, strict=True)
        ]
        wanted = [w / (_POINTS_PER_WIDTH * self.refine) for w in widths]
        return kept, wanted, touched if any(touched) else []


def _window(edges: list[float], steps: list[float]) -> Window:
    counts = [
        int(np.ceil((high - low) / step)) + 1
        for low, high, step in zip(edges[::2], edges[1::2], steps, strict=True)
    ]
    if counts[0] * counts[1] > _MOST_POINTS:
        raise Undecided(
            f"the law of one neuron needs {counts[0] * counts[1]:.3g} points, more than "
            f"{_MOST_POINTS}"
        )
    sides = zip(edges[::2], edges[1::2], counts, strict=True)
    h, v = (np.linspace(low, high, max(count, 3)) for low, high, count in sides)
    return Window(h, v)
