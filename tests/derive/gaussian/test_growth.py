"""Growth and envelopes hold at sampled points of any expression, and have the known constants."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings

from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.envelope import Envelope
from binodal.derive.gaussian.grammar import parsed, z
from binodal.derive.gaussian.growth import Growth, growth
from binodal.derive.gaussian.leading import Leading, bounded
from tests.derive.gaussian.test_grammar import EXPRESSIONS

POINTS = [
    sp.Rational(n, 7) for n in (-9001, -300, -50, -15, -7, -4, -1, 1, 3, 7, 16, 60, 300, 9002)
]
SLACK = sp.Rational(1, 10**9)

LINEAR = {
    "relu": (0, 1, 0),
    "leaky-relu:1/10": (sp.Rational(1, 10), 1, 0),
    "linear": (1, 1, 0),
    "abs": (-1, 1, 0),
    "erf": (0, 0, 1),
    "tanh": (0, 0, 1),
    "sign": (0, 0, 1),
    "sin:2": (0, 0, 1),
    "cos:1/3": (0, 0, 1),
    "gauss": (0, 0, 1),
    "softplus": (0, 1, sp.log(2)),
    "elu": (0, 1, 1),
    "gelu": (0, 1, sp.Rational(1, 2)),
    "silu": (0, 1, sp.Rational(1, 2)),
    "min(max(z, 0), 6)": (0, 0, 6),
    "z/(1 + exp(-z))": (0, 1, sp.Rational(1, 2)),
    "sqrt(1 + z^2)": (-1, 1, 1),
}


def excess_of(phi: sp.Expr, of: Growth, at: sp.Expr) -> sp.Expr:
    line = of.slope_plus * sp.Max(at, 0) + of.slope_minus * sp.Min(at, 0)
    return abs(sp.N(phi.subs(z, at) - line, 20))


@pytest.mark.parametrize("name", LINEAR)
def test_known_constants(name: str) -> None:
    of = activation(name).growth
    assert of.kind == "linear"
    assert (of.slope_minus, of.slope_plus, of.excess) == LINEAR[name]


def test_growth_beyond_a_line_and_unknown_growth() -> None:
    for name in ("quadratic", "monomial:3", "he:4", "relu(z)^2", "z*abs(z)", "z^2*tanh(z)"):
        assert activation(name).growth.kind == "superlinear"
    for name in ("sqrt(abs(z))", "log(1 + z^2)", "abs(z)*sin(z)", "exp(z/2)"):
        assert activation(name).growth.kind == "unknown"


def test_softplus_falls_where_its_argument_does() -> None:
    """exp(-|z|) times a line is bounded: the product has slopes, which are zero."""
    of = growth(parsed("softplus(z)*softplus(-z)"))
    assert (of.kind, of.slope_minus, of.slope_plus) == ("linear", 0, 0)


@pytest.mark.parametrize(
    "text",
    ["z^2*exp(-z^2/3)", "(1 - z^2)*exp(-z^2/2)", "z^3*exp(z - 2*z^2)", "z^2*exp(-abs(z)/2)"],
)
def test_an_exponential_that_falls_outweighs_powers(text: str) -> None:
    phi = parsed(text)
    of = growth(phi)
    assert (of.kind, of.slope_minus, of.slope_plus) == ("linear", 0, 0)
    seen = max(abs(sp.N(phi.subs(z, at * sp.Rational(1, 5)), 20)) for at in range(-60, 61))
    assert seen <= of.excess
    assert of.envelope == Envelope(of.excess)


@pytest.mark.parametrize(
    "text", ["z^2*exp(-sqrt(abs(z)))", "z^2*exp(-abs(z) + z)", "z^2*exp(sin(z))"]
)
def test_an_exponential_that_does_not_fall_as_a_power_leaves_it_open(text: str) -> None:
    assert growth(parsed(text)).kind != "linear"


def test_a_second_bound_is_used_where_there_is_no_limit() -> None:
    assert bounded(sp.Integer(5)).below(sp.Integer(2)) == Leading(
        1, 0, sp.Integer(2), sp.Integer(2)
    )
    line = Leading(1, sp.Integer(1), sp.Integer(5))
    assert line.below(sp.Integer(2)) == Leading(1, sp.Integer(1), sp.Integer(5), sp.Integer(2))


def test_envelopes_multiply() -> None:
    one, two = (Envelope(sp.Integer(h), p, sp.Integer(a)) for h, p, a in ((2, 1, 3), (5, 2, 4)))
    assert one * two == Envelope(sp.Integer(10), 3, sp.Integer(7))


@given(EXPRESSIONS)
@settings(max_examples=150)
def test_what_is_said_holds(text: str) -> None:
    try:
        phi = parsed(text)
        of = growth(phi)
    except ExpressionError:
        return
    for at in POINTS:
        value = abs(sp.N(phi.subs(z, at), 20))
        envelope = of.envelope
        log_bound = sp.log(envelope.height + SLACK) + envelope.power * sp.log(1 + abs(at))
        assert sp.log(value + SLACK) <= sp.N(log_bound + envelope.rate * abs(at)) + SLACK
        if of.kind == "linear":
            assert excess_of(phi, of, at) <= of.excess + SLACK


def test_a_smaller_excess_is_seen() -> None:
    """The control: the samples would notice a bound that does not hold."""
    for name in ("elu", "tanh", "sign"):
        of = activation(name)
        seen = max(excess_of(of.phi, of.growth, at) for at in POINTS)
        assert seen > of.growth.excess * sp.Rational(9, 10)
