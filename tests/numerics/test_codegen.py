"""Every row of the target table in every target, the exact arithmetic, and loading."""

import dataclasses
import re

import numpy as np
import pytest
import sympy as sp
from flint import arb
from mpmath import mp

from binodal.derive.functions import LogRatio, TricomiU
from binodal.derive.symbols import b, c, kappa, rho, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.numerics.balls import precision
from binodal.numerics.codegen.blocks import blocked
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.load import compiled
from binodal.numerics.codegen.module import source
from binodal.numerics.codegen.rewrite import accurate
from binodal.numerics.codegen.targets import TARGETS
from binodal.numerics.errors import CodegenError
from tests.numerics.codegen.law import PRECISIONS, results, single, violations
from tests.numerics.codegen.run import ball_rows, python_rows

u, v = sp.symbols("u v", positive=True)
x = sp.Symbol("x", real=True)
POINT = {u: sp.Rational(3, 7), v: sp.Rational(11, 5)}

NODES = {
    "exp": sp.exp(u * v),
    "log": sp.log(u + v),
    "log1p": sp.log(1 - u / 5) * sp.log(1 + v),
    "sin": sp.sin(u) * v,
    "cos": sp.cos(v - u),
    "erf": sp.erf(u) / v + sp.erf(3 * u) - sp.erf(-v * 2) + sp.erf(v**3),
    "sqrt": sp.sqrt(u + v) - sp.sqrt(v / 7),
    "LogRatio": LogRatio(1, u / 3)
    + LogRatio(0, u / 9)
    - LogRatio(3, (7 - u) / 8)
    + LogRatio(2, -v),
    "sums": u - v / 3 + sp.Rational(2, 7) - 5,
    "products": -u * v**3 / (u + v) * sp.Rational(-3, 4),
    "powers": u**-2 + v ** sp.Rational(-1, 2) + (u + v) ** sp.Rational(3, 2) + u**9 + (u + 1) ** 23,
    "real_powers": u**v + 2**v + (u + v) ** sp.Rational(1, 3),
    "quotients": (u / v) / ((u + 1) / (v + 2)) / (3 * u) / (u * (v / u)) ** 2,
    "pi": sp.pi * u - 1 / (sp.pi * v) + sp.sqrt(2 / sp.pi) * sp.log(3) * sp.cos(v) - sp.exp(-1),
    "constant": sp.sqrt(sp.pi) / 3,
    "tanh": sp.tanh(u) - sp.tanh(v / 7) * sp.tanh(-3 * u),
    "hyperbolic": sp.sinh(u) * sp.cosh(v / 3) ** (u / 2) - sp.cosh(-2 * u),
    "corners": sp.Max(u - v, sp.Rational(-5, 2), v / 4 - 1) * sp.Min(u, 2 * v, 3) + sp.Abs(u - v),
    "jumps": u * sp.sign(u - v) + v * sp.Heaviside(v - u) - sp.Heaviside(u - 4) + sp.sign(v - u),
    "softplus": sp.log(1 + sp.exp(v - 9 * u))
    + sp.log(1 + sp.exp(-u)) * sp.log(1 + sp.exp(300 * v)),
    "pieces": sp.Piecewise((u - v, u < 1), (u * v, v >= 3), (sp.exp(u), True)),
}
POINTS = ((3 / 7, 11 / 5), (1e-9, 1.0), (0.31, 1e-7), (2.0, 2.5), (1e-13, 3.0))


def exact(expression):
    """The value to 40 digits, by SymPy."""
    with mp.workdps(50):
        return mp.mpf(str(sp.N(expression.subs(POINT), 40)))


@pytest.mark.parametrize("name", NODES)
def test_balls_hold_what_sympy_finds(name):
    function = compiled("node", {"value": NODES[name]}, (u, v), "arb")
    expected = exact(NODES[name])
    with precision(200):
        (ball,) = function(*(arb(x.p) / x.q for x in POINT.values()))
        assert ball.overlaps(arb(mp.nstr(expected, 38), 1e-36 * (1 + abs(float(expected)))))
        assert ball.rel_accuracy_bits() > 120


@pytest.mark.parametrize("label", PRECISIONS)
def test_a_node_means_the_same_in_every_target(label, tmp_path):
    nodes = Function("nodes", NODES, (u, v))
    rows = [tuple(map(single if label == "torch32" else float, point)) for point in POINTS]
    (found,) = results(label, [(nodes, rows)], tmp_path)
    assert violations(label, nodes, rows, found) == []


MUTANTS = [
    ("numpy", {"sqrt": "({0})"}),
    ("numpy", {"erf": "special.erfc({0})"}),
    ("numpy", {"log1p": "np.log(1.0 + {0})"}),
    ("numpy", {"log": "np.log(np.float32({0}))"}),
    ("torch", {"rational": "({0}.0 / {1}.0 + 1e-14)"}),
    ("torch", {"cos": "torch.sin({0})"}),
    ("torch32", {"exp": "torch.exp({0} * (1 + 1e-5))"}),
    ("mpmath", {"pi": "mp.mpf(3.141592653589793)"}),
    ("mpmath", {"rational": "mp.mpf({0} / {1})"}),
    ("c", {"LogRatio": "log_ratio({0} + 1, {1})"}),
    ("c", {"power": "powf({0}, {1})"}),
    ("javascript", {"erf": "Math.tanh(1.2 * {0})"}),
    ("javascript", {"integer": "{0}.00000000000001"}),
    ("numpy", {"Max": "np.minimum({0}, {1})"}),
    ("numpy", {"Heaviside": "np.sign({0})"}),
    ("torch", {"sign": "torch.tanh({0})"}),
    ("c", {"Select": "choose({1}, {0}, {2}, {3})"}),
    ("javascript", {"Abs": "({0})"}),
    ("mpmath", {"Min": "larger({0}, {1})"}),
]


def corners(label):
    """Max, sign and their like at their corners, in every target."""
    nodes = {
        "max": sp.Max(x, 0),
        "min": sp.Min(x, 0) + sp.Min(x, 1),
        "abs": sp.Abs(x),
        "sign": sp.sign(x),
        "step": sp.Heaviside(x),
        "pieces": sp.Piecewise((-1, x < 0), (2, x <= 0), (x, True)),
        "constant": sp.Piecewise((1, x < 0), (3, True)),
    }
    return Function("corners", nodes, (x,)), [[-2.0], [0.0], [0.5]]


@pytest.mark.parametrize("label", PRECISIONS)
def test_corners_are_exact_in_every_target(label, tmp_path):
    function, rows = corners(label)
    (found,) = results(label, [(function, rows)], tmp_path)
    expected = [
        [0, -4, 2, -1, 0, -1, 1],
        [0, 0, 0, 0, 0.5, 2, 3],
        [0.5, 0.5, 0.5, 1, 1, 0.5, 3],
    ]
    assert [[float(value) for value in row] for row in found] == expected


@pytest.mark.parametrize("label", [each for each in PRECISIONS if each != "javascript"])
def test_corners_keep_what_is_no_number(label, tmp_path):
    """JSON, by which numbers reach JavaScript here, has no NaN."""
    nodes = {"max": sp.Max(x, 0), "min": sp.Min(1, x), "sign": sp.sign(x), "step": sp.Heaviside(x)}
    ((row,),) = results(label, [(Function("corners", nodes, (x,)), [[float("nan")]])], tmp_path)
    assert all(map(np.isnan, map(float, row)))


def test_a_ball_over_a_corner_holds_both_sides():
    function, _ = corners("arb")
    call = compiled(function.name, function.expressions, function.arguments, "arb")
    wide = call(arb(0, 1))
    for at in (-0.9, 0.0, 0.7):
        assert all(one.contains(other) for one, other in zip(wide, call(arb(at)), strict=True))


def test_a_piece_that_is_missing_is_refused():
    with pytest.raises(CodegenError, match="not defined everywhere"):
        compiled("half", {"y": sp.Piecewise((x, x > 0))}, (x,), "numpy")


@pytest.mark.parametrize(("label", "change"), MUTANTS)
def test_a_wrong_template_is_caught(label, change, tmp_path):
    target = TARGETS[label.removesuffix("32")]
    fields = {k: t for k, t in change.items() if hasattr(target, k)}
    rows = {k: t for k, t in change.items() if k not in fields}
    wrong = dataclasses.replace(target, functions={**target.functions, **rows}, **fields)
    nodes = Function("nodes", NODES, (u, v))
    points = [tuple(map(single if label == "torch32" else float, point)) for point in POINTS]
    (found,) = results(label, [(nodes, points)], tmp_path, wrong)
    assert violations(label, nodes, points, found) != []


def test_a_float_inside_a_ball_program_is_caught():
    wrong = dataclasses.replace(TARGETS["arb"], rational="arb({0} / {1})")
    function = Function("third", {"x": u / 3}, (u,))
    ((ball,),) = python_rows(function, wrong, [(1.0,)], arb)
    ((right,),) = ball_rows(function, [(1.0,)], 100)
    assert not ball.overlaps(right)


def test_the_table_has_one_meaning_a_row():
    """Inverse: a printed call names its node; every row stands in every target and is tested."""
    float_rows = {*TARGETS["numpy"].functions}
    for target in TARGETS.values():
        exact_only = {"TricomiU"} if not target.fixed_precision else set()
        assert {*target.functions, "log(TricomiU)"} == float_rows | exact_only
        heads = [re.sub(r"\{\d\}", "", t) for t in [*target.functions.values(), target.sqrt]]
        assert len(set(heads)) == len(heads), target.name
    tested = {
        type(node).__name__ for e in NODES.values() for node in sp.preorder_traversal(accurate(e))
    }
    assert float_rows - {"log(TricomiU)"} - tested == set()


def test_log_tricomi_is_right_where_mpmath_itself_is_wrong():
    """At a = 400, b = 401.5, x = 133 mpmath's hyperu errs in the second digit."""
    at = (400.0, 401.5, 133.0)
    w = sp.Symbol("w", positive=True)
    function = Function("log_u", {"log_u": sp.log(TricomiU(u, v, w))}, (u, v, w))
    ((truth,),) = ball_rows(function, [at], 200)
    with mp.workdps(40):
        theirs = mp.log(mp.hyperu(*map(mp.mpf, at)))
        ((ours,),) = python_rows(function, TARGETS["mpmath"], [at], mp.mpf)
        assert abs(theirs / ours - 1) > 0.04
        assert arb(mp.nstr(ours, 40), 1e-33).overlaps(truth)


@pytest.mark.parametrize("label", PRECISIONS)
def test_log_tricomi_at_every_scale(label, tmp_path):
    w = sp.Symbol("w", positive=True)
    function = Function("log_u", {"log_u": sp.log(TricomiU(u, v, w))}, (u, v, w))
    rows = [
        tuple(map(single, (a, a + p + 1, x)))
        for a in ((0.5, 74.5) if label == "mpmath" else (0.5, 1.0, 4.0, 74.5, 2000.0))
        for p in (0.5, -0.75, 2.0)
        for x in ((1.5, 1e6) if label == "mpmath" else (1e-3, 1.5, 140.0, 1e6))
    ]
    (found,) = results(label, [(function, rows)], tmp_path)
    bits = PRECISIONS[label].bits
    for row, (value,), (truth,) in zip(rows, found, ball_rows(function, rows, 300), strict=True):
        with precision(300):
            # The terms are a log x and log <(1 + T/x)^{b-a-1}>.
            a, power, x = row[0], row[1] - row[0] - 1, row[2]
            terms = a * abs(np.log(x)) + abs(power) * np.log1p(a / x) + 1
            assert abs(arb(value) - truth) < 8 * terms * arb(2) ** -bits, (row, value, truth)


@pytest.mark.parametrize("theory", THEORIES)
def test_targets_agree_inside_the_ball_on_the_derived_action(theory):
    density = action(theory).density()
    named = {"S": density, "S1": sp.diff(density, rho), "ratio": event_curve("birth", theory)[0]}
    arguments = (rho, b, c, kappa, sigma_w2)
    functions = {t: compiled("action", named, arguments, t) for t in ("arb", "mpmath", "numpy")}
    for at in ((2, 9, 3, 8, -2, 7, 41, 3, 5, 9), (47, 100, 1, 50, 5, 3, 1, 700, 13, 4)):
        rationals = [sp.Rational(p, q) for p, q in zip(at[::2], at[1::2], strict=True)]
        with precision(300), mp.workdps(60):
            balls = functions["arb"](*(arb(x.p) / x.q for x in rationals))
            precise = functions["mpmath"](*(mp.mpf(x.p) / x.q for x in rationals))
            floats = functions["numpy"](*(float(x) for x in rationals))
            for ball, value, single_value in zip(balls, precise, floats, strict=True):
                assert ball.overlaps(arb(mp.nstr(value, 58), 1e-50))
                assert float(ball.mid()) == pytest.approx(float(single_value), rel=1e-12, abs=1e-14)


def test_rationals_stay_exact_in_balls():
    (third,) = compiled("third", {"x": u / 3 + sp.Rational(1, 3)}, (u,), "arb")(arb(1))
    with precision(400):
        (fine,) = compiled("third", {"x": u / 3 + sp.Rational(1, 3)}, (u,), "arb")(arb(1))
        assert fine.rel_accuracy_bits() > 390
    assert third.overlaps(fine)


def test_what_divides_twice_is_inverted_once():
    """In floats a division costs as much as five products; what divides once stays below."""
    shares = {"x": u / (u + v), "y": v / (u + v) ** 2, "z": u / v}
    body = source("f", shares, (u, v), TARGETS["numpy"]).partition("def f(")[2]
    assert "1.0 / " in body and "u / (v)" in body and body.count("/") == 2, body


def test_one_argument_of_a_torch_function_is_a_tensor():
    text = source("f", {"x": u**2}, (u,), TARGETS["torch"])
    assert "(u,) = tensors(u)" in text, text
    assert "    u, v = tensors(u, v)" in source("f", {"x": u * v}, (u, v), TARGETS["torch"])


def test_blocks_give_what_one_call_gives():
    function = compiled("action", {"S": u * v - u, "T": u + v}, (u, v), "numpy")
    x, y = np.linspace(0.1, 1.0, 20_011)[:, None], np.array([0.5, 2.0])[None, :]
    whole, parts = function(x, y), blocked(function, 2, x, y)
    assert parts[0].shape == (20_011, 2)
    assert all(np.array_equal(w, p) for w, p in zip(whole, parts, strict=True))


def test_what_makes_no_sense_is_named():
    with pytest.raises(CodegenError, match="fortran"):
        compiled("f", {"x": u}, (u,), "fortran")
    with pytest.raises(CodegenError, match="cannot be loaded"):
        compiled("f", {"x": u}, (u,), "c")
    with pytest.raises(CodegenError, match="'v'"):
        source("f", {"x": u + v}, (u,), TARGETS["numpy"])
    with pytest.raises(CodegenError, match="t3"):
        source("f", {"x": u}, (u, sp.Symbol("t3")), TARGETS["c"])
    with pytest.raises(CodegenError, match="not a real number"):
        source("f", {"x": u + sp.sqrt(-2)}, (u,), TARGETS["numpy"])
    for name, target in TARGETS.items():
        with pytest.raises(CodegenError, match=f"'{name}' has no row for zeta"):
            source("f", {"x": sp.zeta(u)}, (u,), target)
        if target.fixed_precision:
            with pytest.raises(CodegenError, match=f"'{name}' has no row for TricomiU"):
                source("f", {"x": TricomiU(u, v, u)}, (u, v), target)
