"""Texts become nonlinearities exactly, come back to the same text, or are refused in one line."""

from __future__ import annotations

import re

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.grammar import ASKED, FUNCTIONS, OWN, parsed, written, z
from binodal.derive.gaussian.names import FAMILIES, NAMES
from binodal.errors import BAD_REQUEST

_NUMBERS = st.integers(1, 9).map(str) | st.sampled_from(["0.3", "1/3", "pi", "2.50"])
_SMOOTH = [name for name, (count, _) in FUNCTIONS.items() if count == 1 and name != "log"]


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(_SMOOTH), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(st.sampled_from(["max", "min"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        st.tuples(inner, st.integers(1, 3)).map(lambda t: f"({t[0]})^{t[1]}"),
        inner.map(lambda t: f"-{t}"),
    )


EXPRESSIONS = st.recursive(st.just("z") | _NUMBERS, _deeper, max_leaves=4)


@given(EXPRESSIONS)
@settings(max_examples=150)
def test_what_is_written_is_read_back(text: str) -> None:
    try:
        phi = parsed(text)
    except ExpressionError:
        return
    again = written(phi)
    assert parsed(again, OWN) == phi and written(parsed(again, OWN)) == again


@pytest.mark.parametrize(
    "name", [*NAMES, "leaky-relu:1/10", "sin:2/3", "cos:5", "he:4", "monomial:5"]
)
def test_names_are_recognised_as_expressions(name: str) -> None:
    of = activation(name)
    assert of.name == name and activation(written(of.phi)).name == name


def test_numbers_are_exact() -> None:
    assert activation("1e-30*z").name == f"z/{10**30}" == activation(f"z/{10**30}").name
    assert parsed("0.3*z") == sp.Rational(3, 10) * z
    assert parsed("1e-3*z^2 + .5") == z**2 / 1000 + sp.Rational(1, 2)
    assert activation("leaky-relu:0.1").name == "leaky-relu:1/10"
    assert activation("leaky-relu:0").name == "relu" and activation("monomial:1").name == "linear"
    assert activation("monomial:2").name == "quadratic"


def test_what_is_written_of_it_may_be_longer_than_what_is_asked() -> None:
    text = "*".join(f"silu(sin({k}*z))" for k in range(1, 12))
    name = activation(text).name
    assert len(text) <= ASKED.longest < len(name) and activation(name).name == name
    with pytest.raises(ExpressionError, match="may have 200 characters"):
        activation(f"0 + {name}")
    small = activation("1e-16*erf(z)")
    assert activation(written(small.phi**2)).phi == small.phi**2


REFUSED = {
    "2": "does not depend on z",
    "relu(z) - z/2 - abs(z)/2": "does not depend on z",
    "z*w": "unknown name 'w': choose z, pi",
    "sinh(z)": "unknown function 'sinh': choose exp",
    "max(z)": "takes 2 arguments",
    "foo:2": "unknown activation 'foo:2': choose erf, relu",
    "swish": "unknown activation 'swish': choose erf, relu",
    "leaky-relu": "takes a number, as in leaky-relu:1/2",
    "he:0": "a whole number from 1 to 32",
    "he:5/2": "a whole number",
    "sin:1/0": "takes a number",
    "sin:0": "does not depend on z",
    "z +": "is not an expression in z",
    "z.real": "is not part of an expression",
    "__import__('os')": "unknown function '__import__'",
    "exp(z, base=2)": "is not part of an expression",
    "[z for z in z]": "is not part of an expression",
    "z if z else 0": "is not part of an expression",
    "'z'": "is not a number",
    "1_000*z": "is not a number",
    "1j*z": "is not a number",
    "z^33": "has a power that is no rational up to 32",
    "z^z": "has a power",
    "(z^32)^32": "has a power that is no rational up to 32",
    "((z + 1)^32 + z)^32": "grows faster than the power 64 of z",
    "9^30*9^30*z": "beyond 1e30",
    "1/(z - z)": "is not a finite real number",
    "1/z": "is not integrable against every Gaussian",
    "exp(z^2)": "is not integrable against every Gaussian",
    "exp(exp(z))": "is not integrable against every Gaussian",
    "log(z)": "must stay above zero",
    "sqrt(z)": "is not real for every z",
    "z^(1/3)": "only whole powers and square roots",
    "abs(sin(z))": "are not known exactly",
    "+".join(["z"] * 150): "may have 200 characters",
    "-" * 60 + "z": "nested too deeply",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refusals_are_one_line(text: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(REFUSED[text])) as refused:
        activation(text)
    assert "\n" not in str(refused.value) and refused.value.status == BAD_REQUEST
    assert isinstance(refused.value, ValueError)


def test_families_say_what_they_take() -> None:
    for family, (counts, _) in FAMILIES.items():
        with pytest.raises(ExpressionError, match="whole number" if counts else "takes a number"):
            activation(f"{family}:x")
