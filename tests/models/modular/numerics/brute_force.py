"""The modular model's law by plain quadrature, from the definitions and no code of the toolkit."""

import numpy as np
from mpmath import mp


def action(x, y, u, gamma):
    """s of a mode, typed from the definition of the model."""
    return (x + y) / 2 - u * x * y + gamma * (x**3 + y**3) / 6


def panels(end, count, nodes=24):
    """Nodes and weights of Gauss-Legendre panels on (0, end), finer towards zero."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    edges = end * np.linspace(0, 1, count + 1) ** 2
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (points + 1)).ravel(), (half * weights).ravel()


def complex_mean(u, gamma, order, end=12.0):
    """<x y> of exp(-2 P s) dx dy on a tensor grid."""
    nodes, weights = panels(end, 12)
    x, y = nodes[:, None], nodes[None, :]
    density = weights[:, None] * weights * np.exp(-2 * order * action(x, y, u, gamma))
    return float((x * y * density).sum() / density.sum())


def real_mean(u, gamma, order, end=3.5):
    """<w^2 v^2> of exp(-P s(w^2, v^2)) dw dv: the real mode."""
    nodes, weights = panels(end, 12)
    w, v = nodes[:, None], nodes[None, :]
    density = weights[:, None] * weights * np.exp(-order * action(w * w, v * v, u, gamma))
    return float((w * w * v * v * density).sum() / density.sum())


def odds_by_mpmath(u, gamma, order, end=8):
    """Integral beyond the line x + y = 2 x_- over the integral below it, by nested mp.quad."""
    inner = (u - mp.sqrt(u * u - gamma)) / gamma

    def line(mean):
        return mp.quad(
            lambda d: mp.exp(-2 * order * action(mean + d, mean - d, u, gamma)), [-mean, mean]
        )

    return mp.quad(line, [inner, end]) / mp.quad(line, [0, inner])


def solved(mean_of_u, strength, scale, cold):
    """tau with tau = cold + scale * mean(strength/tau^2), by plain bisection; cold = sigma^2."""
    high = 1e4 * cold
    while high / 1.1 > cold and high / 1.1 > cold + scale * mean_of_u(1.21 * strength / high**2):
        high /= 1.1
    low = max(cold, high / 1.1)
    for _ in range(56):
        middle = (low + high) / 2
        too_low = middle < cold + scale * mean_of_u(strength / middle**2)
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2


def closure_by_mpmath(p, tau):
    """(tau, probability of zero, of the ring) of the exact law by mp.quad, near a guess of tau.

    With x = m + d and y = m - d the exponent is 2P(m - u m^2 + gamma m^3/3 + (u + gamma m) d^2), so
    the integral over d is an error function; the basins meet at the mean of the inner saddle.
    ``p`` holds texts, read at the precision in force.
    """
    n, order, cold, prior, gamma = (mp.mpf(p[k]) for k in ("N", "P", "sigma2", "sigma_a2", "gamma"))

    def basins(u):
        root = mp.sqrt(u * u - gamma)
        inner, outer = (u - root) / gamma, (u + root) / gamma
        deepest = 2 * order * (outer - u * outer**2 + gamma * outer**3 / 3)

        def line(m, moment, shift):
            rate = 2 * order * (u + gamma * m)
            flat = mp.sqrt(mp.pi / rate) * mp.erf(m * mp.sqrt(rate))
            square = flat / (2 * rate) - m * mp.exp(-rate * m * m) / rate
            height = mp.exp(shift - 2 * order * (m - u * m * m + gamma * m**3 / 3))
            return height * (m * m * flat - square if moment else flat)

        width = 1 / mp.sqrt(2 * order * root)
        near = [min(inner, k / order) for k in (0, 2, 6, 16, 40, 100)] + [inner]
        far = [inner, *(max(inner, outer + k * width) for k in (-16, -8, -3, 0, 3, 8, 18))]
        zero = [mp.quad(lambda m, k=k: line(m, k, mp.mpf(0)), near) for k in (0, 1)]
        ring = [mp.quad(lambda m, k=k: line(m, k, deepest), far) for k in (0, 1)]
        return zero, [value * mp.exp(-deepest) for value in ring]

    def balance(t):
        zero, ring = basins(2 * prior * order**2 / (n * t * t))
        return t - cold - 4 * order**2 * prior * (zero[1] + ring[1]) / (zero[0] + ring[0])

    tau = mp.findroot(balance, (tau, tau * (1 + mp.mpf(10) ** -12)))
    zero, ring = basins(2 * prior * order**2 / (n * tau * tau))
    return tau, zero[0] / (zero[0] + ring[0]), ring[0] / (zero[0] + ring[0])
