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
    """A language of generated code: its imports, its constants and its functions.

    ``integer`` and ``rational`` keep exact numbers exact: a Python float never stands for 1/3
    where the target can do better. ``functions`` maps SymPy class names to templates.
    """

    name: str
    header: str
    integer: str
    rational: str
    pi: str
    sqrt: str
    power: str
    functions: Mapping[str, str]


def _target(name: str, functions: dict[str, str], **fields: str) -> Target:
    return Target(name=name, functions=MappingProxyType(functions), **fields)


NUMPY = _target(
    "numpy",
    {
        "exp": "np.exp({0})",
        "log": "np.log({0})",
        "sin": "np.sin({0})",
        "cos": "np.cos({0})",
        "erf": "special.erf({0})",
        "LogRatio": "log_ratio({0}, {1})",
        "log(TricomiU)": "log_tricomi({0}, {1}, {2})",
    },
    header=(
        "import numpy as np\nfrom scipy import special\n\n"
        "from numerics.functions import log_ratio_float as log_ratio\n"
        "from numerics.functions import log_tricomi_float as log_tricomi\n"
    ),
    integer="{0}.0",
    rational="({0}.0 / {1}.0)",
    pi="np.pi",
    sqrt="np.sqrt({0})",
    power="{0} ** {1}",
)

MPMATH = _target(
    "mpmath",
    {
        "exp": "mp.exp({0})",
        "log": "mp.log({0})",
        "sin": "mp.sin({0})",
        "cos": "mp.cos({0})",
        "erf": "mp.erf({0})",
        "LogRatio": "log_ratio({0}, {1})",
        "TricomiU": "mp.hyperu({0}, {1}, {2})",
    },
    header="from mpmath import mp\n\nfrom numerics.functions import log_ratio_mp as log_ratio\n",
    integer="mp.mpf({0})",
    rational="(mp.mpf({0}) / {1})",
    pi="(+mp.pi)",
    sqrt="mp.sqrt({0})",
    power="{0} ** {1}",
)

ARB = _target(
    "arb",
    {
        "exp": "{0}.exp()",
        "log": "{0}.log()",
        "sin": "{0}.sin()",
        "cos": "{0}.cos()",
        "erf": "{0}.erf()",
        "LogRatio": "log_ratio({0}, {1})",
        "TricomiU": "{2}.hypgeom_u({0}, {1})",
    },
    header="from flint import arb\n\nfrom numerics.functions import log_ratio_ball as log_ratio\n",
    integer="arb({0})",
    rational="(arb({0}) / {1})",
    pi="arb.pi()",
    sqrt="{0}.sqrt()",
    power="{0} ** {1}",
)

TARGETS = {target.name: target for target in (NUMPY, MPMATH, ARB)}
