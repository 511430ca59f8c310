"""Letters that the page uses and the toolkit's table lacks, and how all of them are typeset."""

from __future__ import annotations

import sympy as sp

from binodal.derive.gaussian.hermite import t
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.symbols import TABLE, P, b, c, q, sigma_w2
from binodal.models.teacher_student.derivations.closure import MEAN_RHO
from binodal.models.teacher_student.derivations.posterior import FIELD, NORM2

CHI, S_A2, S2, N_EFF = sp.symbols("chi s_a2 s2 n_eff", positive=True)
ALPHA, PERP = sp.symbols("alpha alpha_perp", positive=True)
I0, I1 = sp.symbols("I_0 I_1", real=True)
PHI1, PHI2 = sp.symbols("phi_1 phi_2", real=True)
ETA = sp.Symbol("lambda_", positive=True)
VARIANCE, MEAN = sp.symbols("v g", positive=True)
R_W, R_V = sp.symbols("r_w r_v", positive=True)
EPS = sp.Symbol("epsilon_decay", positive=True)
GROWTH = sp.Symbol("beta", positive=True)
SAMPLES = sp.Symbol("alpha_n", positive=True)
XI = sp.Symbol("xi", real=True)
H1, H3, ERROR = sp.symbols("H1 H3 Delta", real=True)
LABEL, SHIFT, SHIFT2, UNIT = sp.symbols("p q1 q2 s", integer=True)
KET, BRA, MEAN_OF = sp.Function("ket"), sp.Function("bra"), sp.Function("mean")

_LATEX = {
    W2: "|w|^2",
    NORM2: "|w|^2",
    TEACHER2: r"|w_*|^2",
    OVERLAP: r"(w\cdot w_*)",
    FIELD: r"\left(\sum_\mu \bar t_\mu\phi_\mu\right)",
    t: r"(w_*\cdot x)",
    CHI: r"\chi",
    S_A2: r"\tilde\sigma_a^2",
    S2: r"\tilde\sigma^2",
    N_EFF: r"n_{\mathrm{eff}}",
    ALPHA: r"\alpha",
    PERP: r"\alpha_\perp",
    ETA: r"\lambda",
    MEAN: r"\langle r\phi\rangle",
    VARIANCE: r"\mathrm{Var}(r\phi)",
    R_W: "|w_k|",
    R_V: "|v_k|",
    EPS: r"\epsilon",
    GROWTH: r"\beta",
    SAMPLES: r"\alpha",
    XI: r"\xi",
    H1: "H_1",
    H3: "H_3",
    SHIFT: "q",
    SHIFT2: "q'",
    UNIT: "s",
    **{mean: rf"\langle\rho^{i}\rangle" for i, mean in enumerate(MEAN_RHO, 1)},
}


def phase(label: sp.Expr) -> sp.Expr:
    """e(label) = exp(2 pi i label/P)."""
    return sp.exp(2 * sp.pi * sp.I * label / P)


def latex(expression: sp.Basic) -> str:
    """LaTeX with the page's letters and the table's.

    >>> latex(TEACHER2 * OVERLAP)
    '|w_*|^2 (w\\\\cdot w_*)'
    """
    names = {entry.symbol: entry.latex for entry in TABLE} | _LATEX
    return str(sp.latex(expression, symbol_names=names))


def field() -> sp.Expr:
    """b - 2 c q^2/D with D = 1 + 2(q^2 + sigma_w^2): the bracket of M.13, as printed."""
    return b - 2 * c * q**2 / (1 + 2 * (sigma_w2 + q**2))
