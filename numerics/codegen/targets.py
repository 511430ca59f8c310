"""The table of code generation: one row a SymPy node, one column a target.

Templates are filled with already printed operands, which are atoms or parenthesised. A target
that cannot express a node has no entry for it, and printing it there is an error that names both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Target:
    """A language of generated code: its numbers, its functions, its helpers.

    ``integer`` and ``rational`` keep exact numbers exact: a Python float never stands for 1/3
    where the target can do better. ``pi`` is empty where the precision is fixed: constants are
    rounded once then. ``functions`` maps SymPy class names to templates, ``helpers`` is the
    resource with the functions that the language lacks, ``suffix`` that of a file's name.
    """

    name: str
    language: str
    suffix: str
    imports: tuple[str, ...]
    helpers: str
    integer: str
    rational: str
    pi: str
    sqrt: str
    power: str
    functions: Mapping[str, str]

    @property
    def fixed_precision(self) -> bool:
        """Whether numbers are doubles, so that powers unroll and constants are rounded once."""
        return not self.pi


_SPECIAL = {"LogRatio": "log_ratio({0}, {1})", "log(TricomiU)": "log_tricomi({0}, {1}, {2})"}


def _python(
    name: str, helpers: str, functions: dict[str, str], *imports: str, **fields: str
) -> Target:
    table = MappingProxyType(functions)
    return Target(name, "python", ".py", imports, helpers, functions=table, **fields)


NUMPY = _python(
    "numpy",
    "for_numpy.py",
    {
        "exp": "np.exp({0})",
        "log": "np.log({0})",
        "log1p": "np.log1p({0})",
        "sin": "np.sin({0})",
        "cos": "np.cos({0})",
        "erf": "special.erf({0})",
        **_SPECIAL,
    },
    "import numpy as np",
    "from scipy import special",
    integer="{0}.0",
    rational="({0}.0 / {1}.0)",
    pi="",
    sqrt="np.sqrt({0})",
    power="{0} ** {1}",
)

MPMATH = _python(
    "mpmath",
    "for_mpmath.py",
    {
        "exp": "mp.exp({0})",
        "log": "mp.log({0})",
        "log1p": "mp.log1p({0})",
        "sin": "mp.sin({0})",
        "cos": "mp.cos({0})",
        "erf": "mp.erf({0})",
        "TricomiU": "mp.exp(log_tricomi({0}, {1}, {2}))",
        **_SPECIAL,
    },
    "from mpmath import mp",
    integer="mp.mpf({0})",
    rational="(mp.mpf({0}) / {1})",
    pi="(+mp.pi)",
    sqrt="mp.sqrt({0})",
    power="{0} ** {1}",
)

ARB = _python(
    "arb",
    "for_arb.py",
    {
        "exp": "{0}.exp()",
        "log": "{0}.log()",
        "log1p": "{0}.log1p()",
        "sin": "{0}.sin()",
        "cos": "{0}.cos()",
        "erf": "{0}.erf()",
        "TricomiU": "{2}.hypgeom_u({0}, {1})",
        "LogRatio": "log_ratio({0}, {1})",
    },
    "from flint import arb",
    integer="arb({0})",
    rational="(arb({0}) / {1})",
    pi="arb.pi()",
    sqrt="{0}.sqrt()",
    power="{0} ** {1}",
)

TORCH = _python(
    "torch",
    "for_torch.txt",
    {
        "exp": "torch.exp({0})",
        "log": "torch.log({0})",
        "log1p": "torch.log1p({0})",
        "sin": "torch.sin({0})",
        "cos": "torch.cos({0})",
        "erf": "torch.erf({0})",
        **_SPECIAL,
    },
    "import torch",
    integer="{0}.0",
    rational="({0}.0 / {1}.0)",
    pi="",
    sqrt="torch.sqrt({0})",
    power="{0} ** {1}",
)

C = Target(
    "c",
    "c",
    ".c",
    ("#include <math.h>", "#include <stddef.h>"),
    "for_c.c",
    integer="{0}.0",
    rational="({0}.0 / {1}.0)",
    pi="",
    sqrt="sqrt({0})",
    power="pow({0}, {1})",
    functions=MappingProxyType(
        {
            "exp": "exp({0})",
            "log": "log({0})",
            "log1p": "log_one_plus({0})",
            "sin": "sin({0})",
            "cos": "cos({0})",
            "erf": "erf({0})",
            **_SPECIAL,
        }
    ),
)

JAVASCRIPT = Target(
    "javascript",
    "javascript",
    ".mjs",
    (),
    "for_javascript.js",
    integer="{0}.0",
    rational="({0}.0 / {1}.0)",
    pi="",
    sqrt="Math.sqrt({0})",
    power="Math.pow({0}, {1})",
    functions=MappingProxyType(
        {
            "exp": "Math.exp({0})",
            "log": "Math.log({0})",
            "log1p": "Math.log1p({0})",
            "sin": "Math.sin({0})",
            "cos": "Math.cos({0})",
            "erf": "erf({0})",
            **_SPECIAL,
        }
    ),
)

TARGETS = {target.name: target for target in (NUMPY, MPMATH, ARB, TORCH, C, JAVASCRIPT)}
