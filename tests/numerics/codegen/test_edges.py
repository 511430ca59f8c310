"""Generated code at the edge: flags that change results are refused, and nothing is undefined."""

from __future__ import annotations

import subprocess
from math import inf, isfinite, isnan, nan
from pathlib import Path

import pytest
import sympy as sp

from binodal.derive.functions import LogRatio, TricomiU
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.targets import C
from tests.numerics.codegen.law import PRECISIONS, results
from tests.numerics.codegen.run import text_of, tool

a, b, x = sp.symbols("a b x", positive=True)
LOG_U = Function("log_u", {"log_u": sp.log(TricomiU(a, b, x))}, (a, b, x))
RATIO = Function("ratio", {"ratio": LogRatio(2, x)}, (x,))
OUTSIDE = [
    (0.0, 1.0, 1.0),
    (1e-300, 1.0, 1.0),
    (-1.0, 1.0, 1.0),
    (0.49, 1.0, 1.0),
    (nan, 1.0, 1.0),
    (inf, 1.0, 1.0),
    (2.0, 1.0, 0.0),
    (2.0, 1.0, -1.0),
    (2.0, 1.0, nan),
]
FLOAT_TARGETS = [label for label in PRECISIONS if label not in ("mpmath", "torch32")]


@pytest.mark.parametrize("flag", ["-ffast-math", "-Ofast", "-ffinite-math-only"])
def test_c_refuses_flags_that_reorder_its_operations(flag: str, tmp_path: Path) -> None:
    code = tmp_path / "code.c"
    code.write_text(text_of(RATIO, C), "utf-8")
    command = [tool("cc", "gcc", "clang"), "-std=c99", flag, "-c", str(code), "-o", f"{code}.o"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode != 0
    assert "compile without -ffast-math" in ran.stderr


@pytest.mark.parametrize("label", FLOAT_TARGETS)
def test_outside_its_domain_the_tricomi_function_is_no_number(label: str, tmp_path: Path) -> None:
    # JSON, by which numbers reach JavaScript here, has no infinity and no NaN.
    rows = [r for r in OUTSIDE if label != "javascript" or all(map(isfinite, r))]
    (found,) = results(label, [(LOG_U, rows)], tmp_path)
    assert [isnan(float(value)) for (value,) in found] == [True] * len(rows)


_MAIN = """
#include <stdio.h>
int main(void)
{
    const double at[] = {0.0, -0.0, 1e-300, 0.25, 0.5, 1.0, 2.5, 1e5, 1e300, -1.0, NAN,
                         HUGE_VAL, -HUGE_VAL, 5e-324};
    double sum = 0.0;
    for (int i = 0; i < 14; i++)
        for (int j = 0; j < 14; j++) {
            sum += ratio(at[j]);
            for (int k = 0; k < 14; k++)
                sum += log_u(at[i], at[j], at[k]);
        }
    printf("%g\\n", sum);
    return 0;
}
"""


def test_no_argument_makes_c_undefined(tmp_path: Path) -> None:
    """Every helper at special values, under the compiler's checks for undefined behaviour."""
    separate = [text_of(f, C) for f in (LOG_U, RATIO)]
    code, built = tmp_path / "code.c", tmp_path / "code"
    code.write_text(separate[0] + separate[1] + _MAIN, "utf-8")
    flags = ["-std=c99", "-O1", "-fsanitize=undefined,float-cast-overflow"]
    command = [tool("gcc", "clang"), *flags, "-fno-sanitize-recover=all", str(code)]
    ran = subprocess.run([*command, "-o", str(built), "-lm"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    done = subprocess.run([str(built)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "nan"
