"""The builders: closed forms of overlaps as functions of r, and plain facts of an activation."""

from __future__ import annotations

from typing import Any

import sympy as sp

from binodal.derive.gaussian import far
from binodal.derive.gaussian import smoothed as smoothing
from binodal.derive.gaussian.activations import activation, z
from binodal.derive.gaussian.closed_forms import r
from binodal.derive.gaussian.growth import softplus_argument
from binodal.derive.gaussian.names import name_of
from binodal.derive.gaussian.pieces import pieces, polynomial_part
from binodal.derive.gaussian.tails import asymptotes
from binodal.numerics.codegen.function import Function, fingerprint
from binodal.numerics.codegen.module import source
from binodal.numerics.codegen.targets import ANALYTIC
from binodal.numerics.errors import Undecided

_DIGITS = 10**12
_SOFTPLUS = sp.Function("Softplus")


def facts(name: str) -> dict[str, Any]:
    """The canonical name, whether there are closed forms, and how phi grows, bounds rounded up."""
    of = activation(name)
    growth, envelope = of.growth, of.growth.envelope
    return {
        "name": of.name,
        "closed": of.closed_form is not None,
        "smoothed": smoothing.smoothed(of.phi) is not None,
        "degrees": [polynomial_part(of.phi, odd) for odd in (0, 1)],
        "growth": growth.kind,
        "excess": _above(growth.excess) if growth.kind == "linear" else "0",
        "envelope": [_above(envelope.height), envelope.power, _above(envelope.rate)],
    }


def _above(bound: sp.Expr) -> str:
    """A rational number that is not below a bound, and close."""
    exact = bound if bound.is_Rational else sp.ceiling(bound * _DIGITS) / _DIGITS
    return str(exact)


def squared(name: str) -> str:
    """The name of phi^2 + z: it has the mean of phi^2, and depends on z if phi^2 is constant."""
    return name_of(activation(name).phi ** 2 + z)


def closed(name: str, orders: int) -> Function:
    """c_0(r), ..., c_{orders-1}(r)."""
    form = activation(name).closed_form
    if form is None:
        raise Undecided(f"the overlaps of {name} have no closed form")
    return Function("overlaps", {f"c{k}": form.order(k) for k in range(orders)}, (r,))


def smoothed(name: str) -> Function:
    """<phi(z + alpha)> for z ~ N(0, V), of (V, alpha), balls or power series."""
    form = smoothing.smoothed(activation(name).phi)
    if form is None:
        raise Undecided(f"{name} smoothed has no closed form")
    return Function("smoothed", {"value": form}, (smoothing.variance, smoothing.shift))


def _overlap_with_bias(name: str, k: int) -> sp.Expr:
    """c_k as a function of (V, alpha), V = r^2."""
    form = smoothing.smoothed(activation(name).phi)
    if form is None:
        raise Undecided(f"{name} smoothed has no closed form")
    return smoothing.variance ** sp.Rational(k, 2) * sp.diff(form, smoothing.shift, k)


def biased(name: str, orders: int) -> Function:
    """c_0, ..., c_{orders-1} of (V, alpha)."""
    values = {f"c{k}": _overlap_with_bias(name, k) for k in range(orders)}
    return Function("biased", values, (smoothing.variance, smoothing.shift))


def analytic_overlaps(name: str) -> list[str]:
    """c_1 and c_3 as functions of (V, alpha) on complex boxes: what loads them."""
    expressions = {f"c{k}": _overlap_with_bias(name, k) for k in (1, 3)}
    text = source("overlaps", expressions, (smoothing.variance, smoothing.shift), ANALYTIC)
    return [text, "overlaps", f"generated_overlaps_{fingerprint(expressions)}"]


def slopes(name: str) -> Function:
    """The slopes of phi at minus and plus infinity."""
    growth = activation(name).growth
    return Function("slopes", {"minus": growth.slope_minus, "plus": growth.slope_plus}, ())


def lines(name: str, orders: int) -> Function:
    """For every k < orders h_k, and how fast E_k may change with 1/r."""
    of = asymptotes(activation(name).phi)
    if of is None:
        raise Undecided(f"{name} is not proved to approach straight lines fast enough")
    own = {far.minus: of.minus, far.plus: of.plus, far.moment: of.moment}
    constants = {f"h{k}": far.constant(k).subs(own) for k in range(orders)}
    spreads = {f"spread{k}": far.spread(k).subs(own) for k in range(orders)}
    return Function("lines", constants | spreads, ())


def corners(name: str) -> Function:
    """The points where the pieces of phi meet, in order."""
    phi = activation(name).phi
    ordered = [piece.low for piece in pieces(phi)[1:]]
    return Function("corners", {f"at{i}": place for i, place in enumerate(ordered)}, ())


def branches(name: str) -> list[list[str]]:
    """For each piece of phi, from left to right, what loads it: text, function, module."""
    return [_branch(piece.phi) for piece in pieces(activation(name).phi)]


def _branch(phi: sp.Expr) -> list[str]:
    stable = phi.replace(
        lambda node: softplus_argument(node) is not None,
        lambda node: _SOFTPLUS(softplus_argument(node)),
    )
    expressions = {"phi": stable}
    text = source("piece", expressions, (z,), ANALYTIC)
    return [text, "piece", f"generated_piece_{fingerprint(expressions)}"]
