"""One module with several functions, its helpers once, and an erf of our own."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb

from binodal.derive.functions import LogRatio
from binodal.numerics.balls import precision
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.module import javascript_module
from binodal.numerics.errors import CodegenError
from tests.numerics.codegen.run import node_rows

u, v = sp.symbols("u v", real=True)


def test_erf_is_accurate_everywhere(tmp_path):
    """Relative error at most 4 units of 2^-53, on both sides of every switch of method."""
    function = Function("f", {"erf": sp.erf(u)}, (u,))
    edges = [edge * (1 + s * 2.0**-52) for edge in (1.0, 6.0) for s in (-1, 0, 1)]
    rows = [(x,) for x in [k / 37 for k in range(1, 260)] + edges + [1e-300, 1e-9, 5e-324, 30.0]]
    rows += [(-x,) for (x,) in rows]
    (found,) = node_rows(javascript_module([function]), [(function, rows)], tmp_path)
    with precision(200):
        for (x,), (value,) in zip(rows, found, strict=True):
            truth = arb(x).erf()
            assert abs(arb(value) / truth - 1) < 4 * 2.0**-53 or abs(x) < 1e-307, (x, value)
    (limits,) = node_rows(javascript_module([function]), [(function, [(1e308,), (0.0,)])], tmp_path)
    assert limits == [[1.0], [0.0]]


def test_functions_share_constants_and_helpers(tmp_path):
    first = Function("first", {"f": sp.erf(u) * sp.sqrt(sp.pi), "g": u + 2}, (u,), ("a note",))
    second = Function("second", {"f": sp.erf(u * v) * sp.sqrt(sp.pi) + LogRatio(0, v)}, (u, v))
    text = javascript_module([first, second])
    assert text.count("function erf(") == 1 and text.count("// sqrt(pi)") == 1
    assert text.count("export function") == 2 and "// a note" in text
    assert "import" not in text and "log_tricomi" not in text
    cases = [(first, [(0.5,), (1.5,)]), (second, [(2.0, 0.25)])]
    found = node_rows(text, cases, tmp_path)
    assert found[0][0] == pytest.approx([0.5204998778130465 * 1.772453850905516, 2.5])
    assert found[1][0] == pytest.approx([0.922562012826 + 1.1507282898071])


def test_two_functions_of_one_name_are_refused():
    function = Function("same", {"f": u}, (u,))
    with pytest.raises(CodegenError, match="same, same"):
        javascript_module([function, function])
