"""Overlaps of large norms: h_k and E_k against quadrature of phi itself, far beyond."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb

from binodal.numerics.errors import Undecided
from binodal.numerics.overlaps.overlaps import overlaps_of
from tests.laws import cases

CHI = {
    "softplus": lambda x: mpmath.log1p(mpmath.exp(-abs(x))),
    "elu": lambda x: mpmath.exp(x) if x < 0 else mpmath.mpf(0),
    "gelu": lambda x: -abs(x) * mpmath.erfc(abs(x) / mpmath.sqrt(2)) / 2,
    "silu": lambda x: -abs(x) / (1 + mpmath.exp(abs(x))),
    "max(z-1,0)+exp(-z^2/2)": lambda x: mpmath.exp(-x * x / 2) + (max(1 - x, 0) if x > 0 else 0),
}
FROM = 12


def _left(name: str, k: int, r: float) -> mpmath.mpf:
    """E_k(r) as the integral of chi He_k g(x/r), He_k by its own recurrence."""

    def integrand(x: mpmath.mpf) -> mpmath.mpf:
        at = x / r
        before, value = mpmath.mpf(0), mpmath.mpf(1)
        for j in range(k):
            before, value = value, at * value - j * before
        return CHI[name](x) * value * mpmath.npdf(at)

    return mpmath.quad(integrand, [-80, -20, -6, -1, 0, 1, 6, 20, 80])


@pytest.mark.parametrize("name", cases(CHI, every=2))
def test_what_is_left_is_enclosed_at_every_larger_norm(name):
    of = overlaps_of(name)
    for k, (_, left) in enumerate(of.lines(arb(FROM), 1 / arb(FROM), 5)):
        for r in (FROM, 3 * FROM, 40 * FROM):
            exact = arb(str(_left(name, k, r))) + arb(0, 1e-9)
            assert left.overlaps(exact), (k, r)


@pytest.mark.parametrize("name", ["elu", "tanh", "softplus"])
def test_overlaps_are_put_together_again(name):
    """c_k at a larger norm lies in g_k r + h_k + E_k/r, and without h_k it does not."""
    of, r = overlaps_of(name), arb(4 * FROM)
    slopes, own = of.bounds.bent_line(5), of.at(r, 5)
    for k, (h, left) in enumerate(of.lines(arb(FROM), 1 / arb(FROM), 5)):
        assert (slopes[k] * r + h + left / r).overlaps(own[k])
        if not h.is_zero():
            assert not (slopes[k] * r + left / r).overlaps(own[k])


def test_a_narrow_range_of_norms_is_narrow():
    """The control: beyond the range E_k is not what it is said to be."""
    of, near = overlaps_of("softplus"), arb(2)
    (_, left) = of.lines(near, 1 / near - 1 / arb("2.1"), 3)[2]
    inside, beyond = (arb(str(_left("softplus", 2, r))) for r in (mpmath.mpf("2.09"), 12))
    assert left.overlaps(inside) and not left.overlaps(beyond)


def test_no_lines_no_statement():
    with pytest.raises(Undecided, match="straight lines"):
        overlaps_of("sqrt(1 + z^2)").lines(arb(FROM), arb(0), 3)
