"""The law of one neuron at finite d in (h, v) = (artanh m, log r), in double precision.

With several directions h is several heights, whose prior is a product, and a bias of each neuron's
own stands beside v. The logarithm of the density is a sum over modes of products of a function of
the cosines and one of the rest, so that averages are products of matrices. The trapezoidal rule
converges faster than any power of the step, once the step resolves the narrowest peak and the
window holds all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import tanh

import numpy as np

from binodal.models.single_index.numerics.setting import Mode, Setting
from binodal.models.single_index.numerics.window import (
    FORMS,
    Array,
    Ends,
    Window,
    cosines_at,
    seen,
    window_on,
)
from binodal.numerics.errors import Undecided

_couplings = FORMS.floats("couplings")
_prior = FORMS.functions("prior", "numpy")
_around = FORMS.functions("around", "numpy")

_FIRST, _FIRST_OF_MANY = 0.05, 0.2
_REACH, _SMALLEST, _LARGEST = 6.0, -5.0, 3.0
_MOVE, _FURTHEST, _OUTSIDE = 2.0, 24.0, 90.0
"""The furthest ends; where d is small cosines near one and small norms are common."""
_ZOOMS, _COARSE = 40, 0.75
_COSINES = (2001, 101, 41)
"""At which the law's convergence is looked at, along each of one, two or three directions."""


class AtCut(Undecided):
    """A law that is largest where it is cut."""


class Polynomials:
    """He_k(w*.x) T_j of one setting: ``orders`` are their k, ``around`` their j."""

    def __init__(self, setting: Setting, orders: tuple[Mode, ...], around: tuple[int, ...]) -> None:
        self.setting, self.orders, self.around = setting, orders, around
        self.indices = [setting.index(k) for k in orders]
        self.degrees = [sum(a) + 2 * j for a, j in zip(self.indices, around, strict=True)]
        self._forms = _around(tuple(zip(self.indices, around, strict=True)))

    @property
    def even(self) -> bool:
        """Whether all of them are odd in the cosines, or all are even."""
        return len({sum(a) % 2 for a in self.indices}) == 1

    def norms(self, d: float) -> Array:
        """sqrt<(He_k T_j)^2>, sqrt(k!) on the axis."""
        return np.asarray(np.sqrt(np.array(self._forms["norms"](d), dtype=float)))

    def factors(self, cosines: Array) -> Array:
        """m^k (1 - m^2)^j at cosines (J, H): (K, H)."""
        values = self._forms["factors"](*cosines)
        return np.stack([np.broadcast_to(f, cosines[0].shape) for f in values])

    def target(self) -> Array:
        """What the teacher has of each."""
        of, taught = zip(self.orders, self.around, strict=True), self.setting.taught
        return np.array([0.0 if j else float(taught.get(k, 0)) for k, j in of])


class NeuronLaw:
    """The law of (h, v) for any residual, with the modes He_k(w*.x) T_j of it.

    ``orders`` are their k, with several directions their multi-indices, and ``around`` their j,
    which are zero where they are not given; ``refine`` divides the steps and moves the ends out. Of
    more axes than two what is refined once is as coarse as what is not refined of two. ``within``
    cuts the law: nothing is beyond these first heights.
    """

    def __init__(
        self,
        setting: Setting,
        parameters: Mapping[str, float],
        orders: tuple[Mode, ...],
        refine: float = 1,
        around: tuple[int, ...] = (),
        within: tuple[float, float] = (-np.inf, np.inf),
    ) -> None:
        self.setting, self.orders, self.refine = setting, orders, refine
        self.within = within
        self.around = around or (0,) * len(orders)
        self.polynomials = Polynomials(setting, orders, self.around)
        self.degrees, self.even = self.polynomials.degrees, self.polynomials.even
        self.at = {name: float(value) for name, value in parameters.items()}
        names = ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")
        self.u, self.spring = map(float, _couplings()(*(self.at[name] for name in names)))
        self.coupling = self.at["d"] * self.u
        self.norms, self.target = self.polynomials.norms(self.at["d"]), self.polynomials.target()
        self.bias_variance = setting.bias_variance(self.at["d"])
        if len(self._scales) > 2:
            self.refine = _COARSE + (refine - 1) * (1 - _COARSE)
        self._seen: dict[Window, tuple[Array, Array, Array]] = {}

    @cached_property
    def _slopes(self) -> Array:
        """c_k(r)/r at infinite r."""
        slopes = self.setting.slopes(max(self.degrees) + 1)
        return np.array([float(slopes[k].mid()) for k in self.degrees])

    def margin(self, modes: Array) -> float:
        """1 - u sigma_w^2 (F/r)^2 at infinite r, at the cosines where it is least.

        The integral over r converges where it is positive.
        """
        force = self._looked_at.T @ (modes * self._slopes)
        return 1.0 - self.u * self.at["sigma_w2"] * float((force**2).max())

    @cached_property
    def _looked_at(self) -> Array:
        """m^k (1 - m^2)^j at the cosines at which that is looked for."""
        count = self.setting.directions
        ends = [tuple(map(tanh, self.within)), *[(-1.0, 1.0)] * (count - 1)]
        points = _COSINES[count - 1]
        shares = [np.linspace(low, high, points) for low, high in ends]
        return self.polynomials.factors(cosines_at(shares))

    def basis(self, window: Window) -> tuple[Array, Array]:
        """m^k (1 - m^2)^j (K, H) and c_{k + 2 j} (K, V)."""
        powers, overlaps, _ = self._known(window)
        return powers, overlaps

    def _known(self, window: Window) -> tuple[Array, Array, Array]:
        """The basis, and the prior's logarithm; of the first and the last window known."""
        if window not in self._seen:
            table = self.setting.table(window.r, window.bias, max(self.degrees) + 1)
            overlaps = np.stack([table[k] for k in self.degrees])
            powers = self.polynomials.factors(window.cosines)
            kept = {of: known for of, known in self._seen.items() if of is self._start}
            self._seen = {**kept, window: (powers, overlaps, self._log_prior(window))}
        return self._seen[window]

    def field(self, window: Window, modes: Array) -> Array:
        """F (H, V)."""
        powers, overlaps = self.basis(window)
        return np.asarray((powers * modes[:, None]).T @ overlaps)

    def log_density(self, window: Window, force: Array) -> Array:
        """Its logarithm in (h, v), up to a constant, under the field (H, V)."""
        gain = force**2
        gain *= 0.5 * self.coupling
        gain += self._known(window)[2]
        return gain

    def _log_prior(self, window: Window) -> Array:
        """The same without a field."""
        forms, size = _prior(), self.at["d"]
        heights = window.axes[: window.directions]
        each = [forms["along"](h, size - j)[0] for j, h in enumerate(heights)]
        along = np.sum(np.meshgrid(*each, indexing="ij"), axis=0).ravel()
        (rest,) = forms["radial"](window.across[0], size, self.at["sigma_w2"])
        if self.bias_variance:
            rest = rest + forms["biased"](window.bias, self.bias_variance)[0]
        return np.asarray(along[:, None] + rest[None])

    def halved(self, weights: Array, window: Window) -> Array:
        """Points at which h_1 = 0 of an even law, which are their own images, and at a cut."""
        across = len(weights) // window.h.size
        if self.even or window.h[0] <= self.within[0]:
            weights[:across] /= 2
        if window.h[-1] >= self.within[1]:
            weights[-across:] /= 2
        return weights

    def chances(self, window: Window, force: Array) -> tuple[Array, float]:
        """Probabilities of the window's points, and the logarithm of the law's norm."""
        return self.normalised(window, self.log_density(window, force))

    def normalised(self, window: Window, logs: Array) -> tuple[Array, float]:
        """The same from the density's logarithm (H, V)."""
        top = float(logs.max())
        raw = self.halved(np.exp(logs - top), window)
        total = float(raw.sum())
        return raw / total, top + float(np.log(total * np.prod(window.steps)))

    @property
    def _scales(self) -> list[tuple[float, float]]:
        """The middle of each axis, and a length along it."""
        rest = 0.5 * np.log(self.at["sigma_w2"])
        own = [(0.0, 2 * self.bias_variance**0.5)] if self.bias_variance else []
        return [(0.0, 1.0)] * self.setting.directions + [(float(rest), 1.0), *own]

    def _first(self) -> tuple[Ends, list[float]]:
        """All places that may matter, and a step along each axis."""
        scales, count = self._scales, self.setting.directions
        reach = [(-_REACH, _REACH)] * len(scales)
        low, high = self.within
        reach[0] = (0.0 if self.even else max(-_REACH, low), min(_REACH, high))
        reach[count] = (_SMALLEST, _LARGEST)
        first = _FIRST if len(scales) == 2 else _FIRST_OF_MANY
        ends = [(c + a * s, c + b * s) for (c, s), (a, b) in zip(scales, reach, strict=True)]
        return ends, [first * s for _, s in scales]

    @cached_property
    def _start(self) -> Window:
        return window_on(*self._first(), self.setting.directions)

    def window(self, modes: Array) -> Window:
        """The smallest one that holds the law and resolves it. Raises :class:`Undecided`."""
        return self.resolved(modes)[0]

    def resolved(self, modes: Array) -> tuple[Window, Array, Array]:
        """That window, the field on it (H, V) and the density's logarithm (H, V)."""
        (ends, steps), window = self._first(), self._start
        for zoom in range(_ZOOMS):
            window = window_on(ends, steps, self.setting.directions) if zoom else window
            force = self.field(window, modes)
            logs = self.log_density(window, force)
            seen_window = seen(window, logs, self.refine, self.even)
            touched = self._free(ends[0], seen_window.touched, logs)
            if any(map(any, touched)):
                ends = self._moved(ends, touched)
                continue
            if all(step <= want for step, want in zip(steps, seen_window.wanted, strict=True)):
                return window, force, logs
            ends = seen_window.kept
            steps = [min(s, max(w, s / 4)) for s, w in zip(steps, seen_window.wanted, strict=True)]
        raise Undecided("no window holds the law of one neuron")

    def _free(
        self, ends: tuple[float, float], touched: list[tuple[bool, bool]], logs: Array
    ) -> list[tuple[bool, bool]]:
        """The ends that are touched and no cut; a law that is largest at its cut is refused."""
        (left, right), *others = touched
        cut = ends[0] <= self.within[0], ends[1] >= self.within[1]
        top = int(logs.max(1).argmax()) if any(cut) else -1
        if (cut[0] and top == 0) or (cut[1] and top == len(logs) - 1):
            raise AtCut("the law of one neuron is largest where it is cut")
        return [(left and not cut[0], right and not cut[1]), *others]

    def _moved(self, ends: Ends, touched: list[tuple[bool, bool]]) -> Ends:
        """The ends that are touched, further out."""
        moved_ends: Ends = []
        heights = self.setting.directions
        for k, ((low, high), (left, right), (middle, size)) in enumerate(
            zip(ends, touched, self._scales, strict=True)
        ):
            low, high = low - _MOVE * size * left, high + _MOVE * size * right
            furthest = (_OUTSIDE if k < heights else _FURTHEST) * size
            if high - middle > furthest or middle - low > _OUTSIDE * size:
                raise Undecided("the law of one neuron has no end within double precision")
            moved_ends.append((low, high))
        return moved_ends
