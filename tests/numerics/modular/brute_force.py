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
