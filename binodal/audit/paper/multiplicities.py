"""B.36 with its sums done, when the modes k != 0 share one law and P is odd."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import P, sigma_a2, x, x0_mean, x0x0_mean, x_mean, x_v, xx_mean
from binodal.models.modular.derivations.kernel import kernel
from binodal.models.modular.derivations.printed import printed_kernel


def printed_on_axis() -> sp.Expr:
    """B.36 on |K,0>, K != 0, when the modes k != 0 share one law.

    Of the P ordered splittings K = k + k', two contain the mode 0 and one has equal parts; the
    factors of a pair, of a splitting and of |0,0> are those printed.
    """
    factor = printed_kernel()["axis"] / x**2
    splittings = 2 * x0_mean * x_mean + xx_mean + (P - 3) * x_mean**2
    pair = printed_kernel()["pair"] / (x * x_v)
    return pair * x_mean * x0_mean + factor * splittings


def printed_constant() -> sp.Expr:
    """B.36 on |0,0>: the pair (0,0), the splittings k + k' = 0, and the double sum, both halves."""
    axis, constant = (printed_kernel()[kind] / x**2 for kind in ("axis", "constant"))
    splittings = x0x0_mean + (P - 1) * xx_mean
    modes = (P - 1) / 2
    double = x0x0_mean + 4 * modes * xx_mean + 4 * modes * (modes - 1) * x_mean**2
    double += 2 * x0_mean * (P - 1) * x_mean
    return x0_mean**2 + 2 * (axis * splittings + constant * double)


def derived_element(kind: str) -> sp.Expr:
    """An eigenvalue of the averaged kernel in units of sigma_a^2."""
    return sp.expand(kernel().results[kind] / sigma_a2)
