"""What is computed once for arguments that rarely change is what each call would compute."""

from __future__ import annotations

import ast
from itertools import product

import pytest
from flint import arb

from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.forms.events import boundary
from binodal.numerics.balls import precision
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.load import prepared, texts
from binodal.numerics.codegen.loaded import loaded

PLANES = (("sigma2", "epsilon"), ("d", "sigma_w2"))
AT = {
    "rho": arb("0.21", "1e-3"),
    "N": arb(700),
    "n": arb(3000),
    "d": arb(150),
    "sigma2": arb("0.18", "1e-4"),
    "sigma_w2": arb("0.5", "1e-9"),
    "sigma_a2": arb(8) / 700,
    "epsilon": arb("-0.3", "1e-4"),
}


def whole(function: Function) -> Function:
    """The same function of all arguments at once."""
    return Function(function.name, function.expressions, function.arguments)


def exactly(values: tuple[arb, ...]) -> list[tuple[object, ...]]:
    return [(value.mid().man_exp(), value.rad().man_exp()) for value in values]


@pytest.mark.parametrize(("theory", "names"), list(product(THEORIES, PLANES)))
@pytest.mark.parametrize("bits", [64, 128])
def test_no_bit_changes(theory: str, names: tuple[str, str], bits: int) -> None:
    for function in boundary("coexistence", theory, names, False).values():
        with precision(bits):
            (once,) = texts(function, "boxes").values()
            (plain,) = texts(whole(function), "boxes").values()
            at = loaded(*once)(*(AT[name] for name in function.fixed))
            rest = [AT[name] for name in function.parameters if name not in function.fixed]
            assert exactly(at(*rest)) == exactly(
                loaded(*plain)(*(AT[name] for name in function.parameters))
            )


def test_what_is_fixed_is_not_in_the_inner_function() -> None:
    function = boundary("coexistence", "derived", ("sigma2", "epsilon"), False)["joint"]
    ((text, name, _),) = texts(function, "boxes").values()
    outer = next(d for d in ast.parse(text).body if getattr(d, "name", "") == name)
    inner = next(d for d in outer.body if isinstance(d, ast.FunctionDef))
    used = {node.id for node in ast.walk(inner) if isinstance(node, ast.Name)}
    assert not used & {"arb", "d"}  # all integers, and pi d, are made outside


def test_a_part_is_taken_out_once_and_only_where_nothing_moves() -> None:
    text = "def f(a, b, x):\n    t0 = x + 1\n    return (a * b + t0, (a * b) * t0, a.log() * x)"
    lines = prepared(text, "f", ["a", "b"]).splitlines()
    assert [line.strip() for line in lines if " = " in line] == [
        "s0 = a * b",
        "s1 = a.log()",
        "t0 = x + 1",
    ]
