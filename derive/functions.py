"""Special functions that closed forms need and SymPy lacks, each with its defining relation."""

from __future__ import annotations

from typing import Any

import sympy as sp

_MOST_DIGITS = 4000  # the two Kummer series of Tricomi's function cancel where it is small


class LogRatio(sp.Function):
    """LogRatio(k, x): the k-th derivative of -log(1 - x)/x, for x < 1.

    All its Taylor coefficients at zero are positive (the k = 0 ones are 1/(j + 1)), so it is
    regular at zero, positive and increasing on [0, 1): an enclosure on an interval needs its
    ends only. Source: derived here, from the geometric series.

    >>> LogRatio(0, sp.Symbol("x")).diff(sp.Symbol("x"))
    LogRatio(1, x)
    """

    nargs = 2

    @classmethod
    def eval(cls, order: sp.Expr, argument: sp.Expr) -> sp.Expr | None:
        """Value at zero: order!/(order + 1)."""
        if argument.is_zero:
            return sp.factorial(order) / (order + 1)
        return None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """The next derivative; the order itself is not a variable."""
        if argindex != 2:
            raise sp.ArgumentIndexError(self, argindex)
        return LogRatio(self.args[0] + 1, self.args[1])

    def _eval_rewrite_as_log(self, order: sp.Expr, argument: sp.Expr, **_: Any) -> sp.Expr:
        x = sp.Dummy("x")
        return sp.diff(-sp.log(1 - x) / x, x, int(order)).subs(x, argument)

    def _eval_rewrite_as_hyper(self, order: sp.Expr, argument: sp.Expr, **_: Any) -> sp.Expr:
        height = sp.factorial(order) / (order + 1)
        return height * sp.hyper((order + 1, order + 1), (order + 2,), argument)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.rewrite(sp.hyper)._eval_evalf(prec)


class TricomiU(sp.Function):
    """U(a, b, x) with Gamma(a) U = integral of e^{-x t} t^{a-1} (1 + t)^{b-a-1} over t > 0.

    Defined here for a > 0 and x > 0. Source: the integral is the definition.
    """

    nargs = 3

    def _eval_rewrite_as_Integral(self, a: sp.Expr, b: sp.Expr, x: sp.Expr, **_: Any) -> sp.Expr:
        t = sp.Dummy("t", positive=True)
        integrand = sp.exp(-x * t) * t ** (a - 1) * (1 + t) ** (b - a - 1)
        return sp.Integral(integrand, (t, 0, sp.oo)) / sp.gamma(a)

    def _eval_rewrite_as_hyper(self, a: sp.Expr, b: sp.Expr, x: sp.Expr, **_: Any) -> sp.Expr:
        """Two Kummer series; only for b that is not an integer."""
        if b.is_integer:
            raise ValueError(f"the two-series form of U needs a b that is not an integer, got {b}")
        regular = sp.gamma(1 - b) / sp.gamma(a - b + 1) * sp.hyper((a,), (b,), x)
        singular = sp.hyper((a - b + 1,), (2 - b,), x)
        return regular + sp.gamma(b - 1) / sp.gamma(a) * x ** (1 - b) * singular

    def _eval_evalf(self, prec: int) -> sp.Expr:
        form = self.rewrite(sp.Integral if self.args[1].is_integer else sp.hyper)
        return sp.N(form, int(prec * 0.30103) + 1, maxn=_MOST_DIGITS)


class Softplus(sp.Function):
    """Softplus(u) = log(1 + exp(u)), with a derivative in which nothing grows.

    >>> Softplus(sp.Symbol("u")).diff(sp.Symbol("u"))
    tanh(u/2)/2 + 1/2
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """The logistic function."""
        return (1 + sp.tanh(self.args[0] / 2)) / 2

    def _eval_rewrite_as_log(self, u: sp.Expr, **_: Any) -> sp.Expr:
        return sp.log(1 + sp.exp(u))


class Select(sp.Function):
    """Select(a, b, u, v) is u where a < b, and v elsewhere: an alternative as one function."""

    nargs = 4
