"""Every row of the target table, and every target, against SymPy's own evaluation."""

import numpy as np
import pytest
import sympy as sp
from flint import arb
from mpmath import mp

from derive.functions import LogRatio, TricomiU
from derive.symbols import b, c, kappa, rho, sigma_w2
from derive.teacher_student.action import THEORIES, action
from derive.teacher_student.events import event_curve
from numerics.balls import precision
from numerics.codegen.load import blocked, compiled
from numerics.codegen.module import source
from numerics.codegen.targets import TARGETS
from numerics.errors import CodegenError

u, v = sp.symbols("u v", positive=True)
POINT = {u: sp.Rational(3, 7), v: sp.Rational(11, 5)}

NODES = {
    "exp": sp.exp(u * v),
    "log": sp.log(u + v),
    "sin": sp.sin(u) * v,
    "cos": sp.cos(v - u),
    "erf": sp.erf(u) / v,
    "LogRatio": LogRatio(1, u) + LogRatio(0, u / 9),
    "TricomiU": TricomiU(u, v, u + v),
    "log(TricomiU)": sp.log(TricomiU(20 * v, 20 * v + sp.Rational(3, 2), 30 * u)),
    "sums": u - v / 3 + sp.Rational(2, 7) - 5,
    "products": -u * v**3 / (u + v) * sp.Rational(-3, 4),
    "powers": u**-2 + v ** sp.Rational(-1, 2) + (u + v) ** sp.Rational(3, 2) + u**9,
    "quotients": (u / v) / ((u + 1) / (v + 2)) / (3 * u) / (u * (v / u)) ** 2,
    "pi": sp.pi * u - 1 / (sp.pi * v),
}


def exact(expression):
    """The value to 40 digits, by mpmath's own functions for the two that SymPy lacks."""
    with mp.workdps(50):
        at = expression.subs(POINT)
        table = {
            f: sp.Float(str(mp.hyperu(*(mp.mpf(str(sp.N(a, 50))) for a in f.args))), 45)
            for f in at.atoms(TricomiU)
        }
        return mp.mpf(str(sp.N(at.xreplace(table), 40)))


@pytest.mark.parametrize("name", NODES)
@pytest.mark.parametrize("target", TARGETS)
def test_a_node_means_the_same_in_every_target(name, target):
    if name == "TricomiU" and target in ("numpy", "torch"):
        with pytest.raises(CodegenError, match="no row for TricomiU"):
            compiled("node", {"value": NODES[name]}, (u, v), target)
        return
    function = compiled("node", {"value": NODES[name]}, (u, v), target)
    expected = exact(NODES[name])
    if target == "arb":
        with precision(200):
            (ball,) = function(*(arb(x.p) / x.q for x in POINT.values()))
            assert ball.overlaps(arb(mp.nstr(expected, 38), 1e-36 * (1 + abs(float(expected)))))
            assert ball.rel_accuracy_bits() > 120
    elif target == "mpmath":
        with mp.workdps(45):
            (value,) = function(*(mp.mpf(x.p) / x.q for x in POINT.values()))
            assert mp.almosteq(value, expected, 1e-35)
    else:
        (value,) = function(*(float(x) for x in POINT.values()))
        assert float(value) == pytest.approx(float(expected), rel=1e-13)


@pytest.mark.parametrize("theory", THEORIES)
def test_targets_agree_inside_the_ball_on_the_derived_action(theory):
    density = action(theory).density()
    named = {"S": density, "S1": sp.diff(density, rho), "ratio": event_curve("birth", theory)[0]}
    arguments = (rho, b, c, kappa, sigma_w2)
    functions = {t: compiled("action", named, arguments, t) for t in TARGETS}
    for at in ((2, 9, 3, 8, -2, 7, 41, 3, 5, 9), (47, 100, 1, 50, 5, 3, 1, 700, 13, 4)):
        rationals = [sp.Rational(p, q) for p, q in zip(at[::2], at[1::2], strict=True)]
        with precision(300), mp.workdps(60):
            balls = functions["arb"](*(arb(x.p) / x.q for x in rationals))
            precise = functions["mpmath"](*(mp.mpf(x.p) / x.q for x in rationals))
            floats = functions["numpy"](*(float(x) for x in rationals))
            for ball, value, single in zip(balls, precise, floats, strict=True):
                assert ball.overlaps(arb(mp.nstr(value, 58), 1e-50))
                assert float(ball.mid()) == pytest.approx(float(single), rel=1e-12, abs=1e-14)


def test_rationals_stay_exact_in_balls():
    (third,) = compiled("third", {"x": u / 3 + sp.Rational(1, 3)}, (u,), "arb")(arb(1))
    with precision(400):
        (fine,) = compiled("third", {"x": u / 3 + sp.Rational(1, 3)}, (u,), "arb")(arb(1))
        assert fine.rel_accuracy_bits() > 390
    assert third.overlaps(fine)


def test_blocks_give_what_one_call_gives():
    function = compiled("action", {"S": u * v - u, "T": u + v}, (u, v), "numpy")
    x, y = np.linspace(0.1, 1.0, 20_011)[:, None], np.array([0.5, 2.0])[None, :]
    whole, parts = function(x, y), blocked(function, 2, x, y)
    assert parts[0].shape == (20_011, 2)
    assert all(np.array_equal(w, p) for w, p in zip(whole, parts, strict=True))


def test_unknown_targets_nodes_and_symbols_are_named():
    with pytest.raises(CodegenError, match="fortran"):
        compiled("f", {"x": u}, (u,), "fortran")
    with pytest.raises(CodegenError, match="zeta"):
        source("f", {"x": sp.zeta(u)}, (u,), TARGETS["numpy"])
    with pytest.raises(CodegenError, match="'v'"):
        source("f", {"x": u + v}, (u,), TARGETS["numpy"])
