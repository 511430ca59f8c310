"""What the limits of a single-index theory leave out, in units of what they keep.

The prior's kernel has sigma_a^2 c_k^2/k! in degree k, shared by all modes of that degree: one of
degree 0, d of degree 1. Data do not learn the rest one by one.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.limit import at_rest

square = sp.Symbol("phi2", positive=True)
"""E phi^2 under the prior, at the norm sigma_w."""


def mean_level() -> sp.Expr:
    """The kernel's eigenvalue on the mean."""
    return sigma_a2 * at_rest(0) ** 2


def linear_level() -> sp.Expr:
    """Its eigenvalue on each of the d linear modes."""
    return sigma_a2 * at_rest(1) ** 2 / d


def unlearned() -> sp.Expr:
    """The kernel on one input without mean and linear modes, over sigma^2."""
    return (sigma_a2 * square - mean_level() - d * linear_level()) / sigma2


def freedom() -> sp.Expr:
    """g/(1 + g) of each mode, g = n level/sigma^2, and the trace of the rest."""
    mean, linear = (n * level / sigma2 for level in (mean_level(), linear_level()))
    return mean / (1 + mean) + d * linear / (1 + linear) + n * unlearned()


def _level_cases(claim: sp.Tuple) -> Cases:
    """Kernels of two neurons' inputs of covariance c: arcsine for erf, arc-cosine for ReLU."""
    c = sp.Symbol("c", real=True)
    angle = c / sigma_w2
    kernels = {
        "erf": (2 / sp.pi * sp.asin(2 * c / (1 + 2 * sigma_w2)), 0),
        "relu": (
            sigma_w2 / (2 * sp.pi) * (sp.sqrt(1 - angle**2) + angle * (sp.pi - sp.acos(angle))),
            sp.sqrt(sigma_w2 / (2 * sp.pi)),
        ),
    }
    overlap = {"erf": 2 * sp.sqrt(sigma_w2 / (sp.pi * (1 + 2 * sigma_w2)))}
    overlap["relu"] = sp.sqrt(sigma_w2) / 2
    for name, (kernel, mean) in kernels.items():
        at_zero, slope = kernel.subs(c, 0), sp.diff(kernel, c).subs(c, 0) * sigma_w2
        whole = kernel.subs(c, sigma_w2)
        own = {at_rest(0): mean, at_rest(1): overlap[name], square: whole}
        exact = (sigma_a2 * at_zero, sigma_a2 * slope / d)
        rest = sigma_a2 / sigma2 * (whole - at_zero - slope)
        for part, value, direct in zip(("0", "1", "all"), claim, (*exact, rest), strict=True):
            yield f"{name}, {part}", sp.simplify(value.subs(own)), sp.simplify(direct)


def _freedom_cases(claim: sp.Tuple) -> Cases:
    """The derivative of log det (1 + n K/sigma^2) by the size of K, modes beyond to first order."""
    size = sp.Symbol("z", positive=True)
    learned = sp.log(1 + size * n * mean_level() / sigma2)
    learned += d * sp.log(1 + size * n * linear_level() / sigma2)
    slope = sp.diff(learned + size * n * unlearned(), size).subs(size, 1)
    for name, share, whole in zip(("per neuron", "per datum"), claim, (N, n), strict=True):
        yield name, sp.simplify(share * whole), sp.simplify(slope)


@cache
def dropped() -> Derivation:
    """Results ``mean_level``, ``linear_level``, ``unlearned``, ``freedom_per_neuron`` and
    ``freedom_per_datum``.

    Source: derived here.
    """
    levels = mean_level(), linear_level(), unlearned()
    shares = freedom() / N, freedom() / n
    steps = (
        Step(
            "dropped: unlearned modes",
            "<phi^2> of the prior without the shares of mean and linear modes",
            sigma_a2 * square,
            sp.Tuple(*levels),
            equal_on(_level_cases, "arcsine and arc-cosine kernels: values and slope"),
            (Assumption.GAUSSIAN_DATA, Assumption.CONTINUUM),
        ),
        Step(
            "dropped: mean field and equivalent kernel",
            "Tr K (sigma^2/n + K)^{-1} over the prior's kernel",
            sp.Symbol("Tr K/(sigma^2/n + K)"),
            sp.Tuple(*shares),
            equal_on(_freedom_cases, "the slope of log det by the kernel's size"),
            (Assumption.WIDTH_FIRST_ORDER,),
        ),
    )
    names = ("mean_level", "linear_level", "unlearned", "freedom_per_neuron", "freedom_per_datum")
    results = dict(zip(names, (*levels, *shares), strict=True))
    return Derivation("What the limits leave out, single-index", steps, results)
