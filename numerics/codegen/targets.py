"""The table of code generation: one row a SymPy node, one column a target.

Templates are filled with already printed operands, which are atoms or parenthesised. A target
that cannot express a node has no entry for it, and printing it there is an error that names both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True)
class Target:
    """A language of generated code: its numbers, its functions, its helpers.

    ``integer`` and ``rational`` keep exact numbers exact: a Python float never stands for 1/3
    where the target can do better; by default they are doubles. ``pi`` is empty where the precision
    is fixed: constants are rounded once then. ``functions`` maps SymPy class names to templates,
    ``helpers`` is the resource with the functions that the language lacks, ``suffix`` that of a
    file's name.
    """

    name: str
    language: str
    suffix: str
    imports: tuple[str, ...]
    helpers: str
    sqrt: str
    functions: Mapping[str, str]
    power: str = "{0} ** {1}"
    integer: str = "{0}.0"
    rational: str = "({0}.0 / {1}.0)"
    pi: str = ""

    @property
    def fixed_precision(self) -> bool:
        """Whether numbers are doubles, so that powers unroll and constants are rounded once."""
        return not self.pi


_ELEMENTARY = ("exp", "log", "log1p", "sin", "cos", "sinh", "cosh", "tanh", "erf")
_SPECIAL = {"LogRatio": "log_ratio({0}, {1})", "log(TricomiU)": "log_tricomi({0}, {1}, {2})"}
_CORNERED = {
    "Max": "larger({0}, {1})",
    "Min": "smaller({0}, {1})",
    "Abs": "abs({0})",
    "sign": "sign_of({0})",
    "Heaviside": "step({0})",
    "Select": "choose({0}, {1}, {2}, {3})",
}
"""At a corner: abs is 0, sign 0, a step 1/2; Select is its third argument where first < second."""


def _target(
    name: str,
    language: str,
    suffix: str,
    helpers: str,
    imports: tuple[str, ...],
    call: str,
    own: dict[str, str],
    **forms: str,
) -> Target:
    """A target that calls the elementary functions as ``call``, with their names for NAME.

    ``own`` are the functions that it calls in another way or has besides.
    """
    functions = {function: call.replace("NAME", function) for function in _ELEMENTARY} | own
    sqrt, table = call.replace("NAME", "sqrt"), MappingProxyType(functions)
    return Target(name, language, suffix, imports, helpers, sqrt, table, **forms)


NUMPY = _target(
    "numpy",
    "python",
    ".py",
    "for_numpy.py",
    ("import numpy as np", "from scipy import special"),
    "np.NAME({0})",
    {
        "erf": "special.erf({0})",
        **_SPECIAL,
        "Max": "np.maximum({0}, {1})",
        "Min": "np.minimum({0}, {1})",
        "Abs": "np.abs({0})",
        "sign": "np.sign({0})",
        "Heaviside": "np.heaviside({0}, 0.5)",
        "Select": "np.where({0} < {1}, {2}, {3})",
    },
)

MPMATH = _target(
    "mpmath",
    "python",
    ".py",
    "for_mpmath.py",
    ("from mpmath import mp",),
    "mp.NAME({0})",
    {"TricomiU": "mp.exp(log_tricomi({0}, {1}, {2}))", **_SPECIAL, **_CORNERED},
    integer="mp.mpf({0})",
    rational="(mp.mpf({0}) / {1})",
    pi="(+mp.pi)",
)

ARB = _target(
    "arb",
    "python",
    ".py",
    "for_arb.py",
    ("from flint import arb",),
    "{0}.NAME()",
    {
        "TricomiU": "{2}.hypgeom_u({0}, {1})",
        "LogRatio": _SPECIAL["LogRatio"],
        **_CORNERED,
        "Max": "{0}.max({1})",
        "Min": "{0}.min({1})",
    },
    integer="arb({0})",
    rational="(arb({0}) / {1})",
    pi="arb.pi()",
)

ANALYTIC = replace(
    ARB,
    name="analytic",
    imports=("from flint import arb", "from binodal.numerics.overlaps import boxes"),
    sqrt="boxes.root({0})",
    power="boxes.power({0}, {1})",
    functions={
        **{name: f"{{0}}.{name}()" for name in ("exp", "sin", "cos", "tanh", "erf")},
        "log": "boxes.logarithm({0})",
        "log1p": "boxes.logarithm(1 + {0})",
        "Softplus": "boxes.softplus({0})",
    },
)
"""Ball arithmetic that serves real balls and complex boxes alike."""

BOXES = replace(
    ARB,
    name="boxes",
    power="power({0}, {1})",
    functions={**ARB.functions, "LogRatios": "log_ratios({0}, {1})", "Entry": "{0}[{1}]"},
)
"""Ball arithmetic for searches over boxes: powers of wide balls are tight, and cost a test more.

Several orders of one LogRatio are computed together.
"""

TORCH = _target(
    "torch",
    "python",
    ".py",
    "for_torch.txt",
    ("import torch",),
    "torch.NAME({0})",
    {**_SPECIAL, **_CORNERED, "Abs": "torch.abs({0})"},
)

C = _target(
    "c",
    "c",
    ".c",
    "for_c.c",
    ("#include <math.h>", "#include <stddef.h>"),
    "NAME({0})",
    {"log1p": "log_one_plus({0})", **_SPECIAL, **_CORNERED, "Abs": "fabs({0})"},
    power="pow({0}, {1})",
)

JAVASCRIPT = _target(
    "javascript",
    "javascript",
    ".mjs",
    "for_javascript.js",
    (),
    "Math.NAME({0})",
    {
        "erf": "erf({0})",
        **_SPECIAL,
        **_CORNERED,
        "Max": "Math.max({0}, {1})",
        "Min": "Math.min({0}, {1})",
        "Abs": "Math.abs({0})",
        "sign": "Math.sign({0})",
    },
    power="Math.pow({0}, {1})",
)

TARGETS = {target.name: target for target in (NUMPY, MPMATH, ARB, TORCH, C, JAVASCRIPT)}
"""Those that a user can ask for."""
