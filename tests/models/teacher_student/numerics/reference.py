"""Masses at finite d by mpmath from the law itself: no formula, rule or search of the toolkit.

With q = y sqrt(1 + 2 s), s = r_perp^2, the weight of (y, s) is exp(-d (q^2 + s)/(2 sigma_w^2))
s^{(d - 3)/2} sqrt(1 + 2 s) exp(g F^2/2), where F = (2/sqrt(pi)) sqrt(rho) (b - 2 c rho) is the
overlap of the residual with erf, rho = y^2/(1 + 2 y^2) and g = sigma_a^2 n^2/(N sigma^4).
"""

from __future__ import annotations

from itertools import pairwise

from mpmath import mp

_STEPS, _REACH = 3, 45


class Reference:
    """One neuron's law on Gauss-Legendre panels between stated points of y, in mpmath."""

    def __init__(self, parameters, points):
        self.at = {
            name: mp.mpf(value.numerator) / value.denominator for name, value in parameters.items()
        }
        self.nodes = []
        rule = _rule(30)
        for low, high in pairwise(points):
            half = (mp.mpf(high) - mp.mpf(low)) / 2
            for place, weight in rule:
                y = mp.mpf(low) + half * (1 + place)
                self.nodes.append((y, half * weight * self._prior(y)))

    def _prior(self, y):
        """The integral over s = r_perp^2, by the trapezoidal rule in log s around its peak."""
        d, s = self.at["d"], self.at["sigma_w2"]
        rate, power = d * (1 + 2 * y**2) / (2 * s), (d - 1) / 2
        middle, width = mp.log(power / rate), mp.sqrt(1 / power)
        total = mp.mpf(0)
        for k in range(-_REACH, _REACH + 1):
            log = middle + width * k / _STEPS
            at = mp.exp(log)
            total += mp.exp(power * (log - middle) - rate * at + power) * mp.sqrt(1 + 2 * at)
        return mp.exp(-d * y**2 / (2 * s)) * total * mp.exp(power * middle)

    def weights(self, b, c):
        """(y, weight of the node, overlaps with H1 and H3/sqrt(6)) at a residual."""
        p, six = self.at, mp.sqrt(6)
        g = p["sigma_a2"] * p["n"] ** 2 / (p["N"] * p["sigma2"] ** 2)
        for y, prior in self.nodes:
            rho = y**2 / (1 + 2 * y**2)
            first = 2 / mp.sqrt(mp.pi) * mp.sqrt(rho)
            third = -2 * rho * first / six
            field = b * first + six * c * third
            yield y, prior * mp.exp(g * field**2 / 2), first, third

    def closure(self, b, c):
        """b and c that solve sigma_a^2 <F I_k> + (sigma^2/n)(t_k - y_k) = 0, from a start."""
        p, six = self.at, mp.sqrt(6)
        ratio = p["n"] * p["sigma_a2"] / p["sigma2"]

        def rows(b, c):
            total = one = three = mp.mpf(0)
            for _, weight, first, third in self.weights(b, c):
                field = b * first + six * c * third
                total += weight
                one += weight * field * first
                three += weight * field * third
            return [ratio * one / total + b - 1, ratio * three / total + six * (c - p["epsilon"])]

        return mp.findroot(rows, (b, c), tol=mp.mpf(10) ** (-mp.dps))

    def beyond(self, cut, b, c):
        """The probability of y > cut, a point between panels."""
        rows = [(y, weight) for y, weight, _, _ in self.weights(b, c)]
        return sum(w for y, w in rows if y > cut) / sum(w for _, w in rows)


def _rule(count):
    """Gauss-Legendre nodes and weights from Newton's method on Legendre polynomials."""
    rule = []
    for k in range(1, count + 1):
        x = mp.cos(mp.pi * (k - mp.mpf(1) / 4) / (count + mp.mpf(1) / 2))
        for _ in range(8):
            value, before = mp.mpf(1), mp.mpf(0)
            for j in range(1, count + 1):
                value, before = ((2 * j - 1) * x * value - (j - 1) * before) / j, value
            slope = count * (x * value - before) / (x**2 - 1)
            x -= value / slope
        rule.append((x, 2 / ((1 - x**2) * slope**2)))
    return rule
