"""The field's third derivative by momentum, and its two diagrams of two loops."""

from __future__ import annotations

from functools import cache

import numpy as np

from binodal.models.modular.predictions.field_rows import Features, features
from binodal.models.modular.predictions.field_saddle import Saddle, Scales
from binodal.models.modular.predictions.mode_averages import Averages
from binodal.models.modular.predictions.mode_moments import Moments
from binodal.models.modular.predictions.mode_polynomials import Array, Whole


class Cubic:
    """T_ijk = N (<m_ij e_k> and its permutations + <e_i e_j e_k>), i at one momentum an orbit.

    Units of Z_P permute momenta and labels and leave a neuron's law alone.
    """

    def __init__(self, of: Features) -> None:
        self.of, rows = of, of.rows
        order, chosen = rows.order, rows.representatives[0]
        self._at = np.arange(rows.momenta)
        z, size = of.gradient, rows.size
        mixed = of.feature.times(of.feature, rows.momenta).neutral_with(z, size)
        pair, last = np.divmod(mixed.row, size)
        place = pair * order + rows.label(last)
        self._mixed = Averages(order, mixed.renamed(place), rows.momenta**2 * order)
        orbit = np.full(rows.momenta, -1)
        orbit[chosen] = np.arange(chosen.size)
        first = z.take(orbit[rows.momentum(z.row)] >= 0)
        triples = first.times(z, size).neutral_with(z, size)
        pair, last = np.divmod(triples.row, size)
        one, two = np.divmod(pair, size)
        self._shape = (chosen.size, rows.momenta, order, order, order)
        inside = (orbit[rows.momentum(one)], rows.momentum(two), *map(rows.label, (one, two, last)))
        self._third = Averages(
            order,
            triples.renamed(np.ravel_multi_index(inside, self._shape)),
            int(np.prod(self._shape)),
        )
        self._orbit = orbit

    def at(self, m: Moments, scales: Scales, saddle: Saddle) -> Array:
        """(orbit of i, momentum of j, r_i, r_j, r_k)."""
        total = self._gradients(m, saddle) * scales.pull**3
        self._add_kernels(total, m, scales, saddle)
        return scales.width * total

    def _gradients(self, m: Moments, saddle: Saddle) -> Array:
        """Third cumulants of Z."""
        rows, first = self.of.rows, saddle.first
        total = self._third.at(m).reshape(self._shape)
        back = saddle.raw[:, :, -np.arange(rows.order)]  # <Z_j Z_k> = <Z_j Z_{-k}^*>
        chosen = rows.representatives[0]
        zero, orbits = self._orbit[0], np.arange(chosen.size)
        total[zero] -= first[None, :, None, None] * back[:, None]
        total[:, 0] -= first[None, None, :, None] * back[chosen][:, :, None, :]
        total[orbits, rows.minus(chosen)] -= first * back[chosen][..., None]
        total[zero, 0] += 2 * np.einsum("a,b,c->abc", first, first, first)
        return total

    def _add_kernels(self, total: Array, m: Moments, scales: Scales, saddle: Saddle) -> None:
        """<m_ij e_k>: M joins opposite labels, whichever r they are."""
        rows, order = self.of.rows, self.of.rows.order
        value = scales.feature * scales.pull * self._mixed.at(m)
        value = value.reshape(rows.momenta, rows.momenta, order)
        value[self._at, rows.minus(self._at)] -= np.outer(saddle.spectrum, saddle.mean)
        one, two, last = np.nonzero(value)
        for r in range(order):
            first = rows.plus(one, np.full_like(one, r * (order + 1)))
            second = rows.plus(two, np.full_like(two, -r % order * (order + 1)))
            third = rows.minus(rows.plus(first, second))
            labels = (np.full_like(last, r), np.full_like(last, -r % order), last)
            momenta = (first, second, third)
            for i, j, k in ((0, 1, 2), (0, 2, 1), (2, 1, 0)):
                self._scatter(
                    total,
                    (momenta[i], momenta[j]),
                    (labels[i], labels[j], labels[k]),
                    value[one, two, last],
                )

    def _scatter(
        self, total: Array, momenta: tuple[Whole, Whole], labels: tuple[Whole, ...], value: Array
    ) -> None:
        here = self._orbit[momenta[0]]
        kept = here >= 0
        place = (here[kept], momenta[1][kept], *(r[kept] for r in labels))
        np.add.at(total, place, value[kept])

    def diagrams(self, total: Array, propagator: Array) -> tuple[float, float]:
        """(tadpoles, sunset)."""
        rows, order = self.of.rows, self.of.rows.order
        chosen, sizes = rows.representatives
        back = -np.arange(order)
        opposite = total[np.arange(chosen.size), rows.minus(chosen)][:, :, back]
        joined = np.einsum("qab,qabc->qc", propagator[chosen], opposite)
        once = sizes @ joined
        turned = [once[np.arange(order) * unit % order] for unit in rows.units]
        once = np.mean(turned, axis=0)
        root = np.linalg.cholesky(propagator)
        sunset = 0.0
        for orbit, (momentum, size) in enumerate(zip(chosen, sizes, strict=True)):
            last = rows.minus(rows.plus(self._at, momentum))
            one = np.einsum("ar,qabc->qrbc", root[momentum], total[orbit])
            two = np.einsum("qbs,qrbc->qrsc", root, one)
            sunset += size * np.square(np.einsum("qct,qrsc->qrst", root[last], two)).sum()
        return float(once @ propagator[0] @ once), float(sunset)


@cache
def cubic(order: int) -> Cubic:
    """Compiled once a process."""
    return Cubic(features(order))
