"""Every symbol of the theory, with its assumptions, its LaTeX and its meaning."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from binodal.derive.typeset import name_latex


@dataclass(frozen=True)
class Entry:
    """A row of the table: the SymPy symbol, how it is typeset and what it is."""

    symbol: sp.Symbol
    latex: str
    meaning: str


def _positive(name: str) -> sp.Symbol:
    return sp.Symbol(name, positive=True)


def _real(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


# Sizes and hyperparameters. All are positive reals: limits treat them as continuous.
N = _positive("N")
n = _positive("n")
d = _positive("d")
P = _positive("P")
sigma2 = _positive("sigma2")
sigma_w2 = _positive("sigma_w2")
sigma_a2 = _positive("sigma_a2")
epsilon = _real("epsilon")
gamma = _positive("gamma")

# Teacher-student.
q = _real("q")
s = _positive("s")
rho = sp.Symbol("rho", nonnegative=True)
y = _real("y")
b = _real("b")
c = _real("c")
kappa = _positive("kappa")
m = _positive("m")

# Modular addition.
x = _positive("x")
a = _real("a")
lam = _positive("lambda")
k = sp.Symbol("k", integer=True)
x_v = _positive("x_v")
u = _positive("u")
mass = _positive("mass")
x_mean = _positive("x_mean")
xx_mean = _positive("xx_mean")
xy_mean = _positive("xy_mean")
x0_mean = _positive("x0_mean")
x0x0_mean = _positive("x0x0_mean")

TABLE: tuple[Entry, ...] = (
    Entry(N, "N", "number of hidden neurons"),
    Entry(n, "n", "number of training inputs"),
    Entry(d, "d", "input dimension"),
    Entry(P, "P", "order of the cyclic group"),
    Entry(sigma2, r"\sigma^2", "temperature: the variance of the observation noise"),
    Entry(sigma_w2, r"\sigma_w^2", "prior variance of an input-weight component, times d"),
    Entry(sigma_a2, r"\sigma_a^2", "prior variance of a readout weight, times N"),
    Entry(epsilon, r"\epsilon", "coefficient of the teacher's cubic mode"),
    Entry(gamma, r"\gamma", "strength of the sextic weight decay"),
    Entry(q, "q", "overlap of a neuron with the teacher, w.w*"),
    Entry(s, "s", "squared norm of the weights orthogonal to the teacher, r_perp^2"),
    Entry(rho, r"\rho", "squared correlation order parameter, q^2/(1 + 2|w|^2)"),
    Entry(y, "y", "scaled overlap q/sqrt(1 + 2 r_perp^2)"),
    Entry(b, "b", "linear mode of the mean residual"),
    Entry(c, "c", "cubic mode of the mean residual"),
    Entry(kappa, r"\kappa", "coupling: 2 n^2 sigma_a^2/(pi sigma^4 d N)"),
    Entry(m, "m", "number of droplet neurons per N/d"),
    Entry(x, "x", "squared modulus of a Fourier mode of w, |w_k|^2; at a saddle also of v"),
    Entry(a, "a", "target part of the mean residual, in units of the target"),
    Entry(lam, r"\lambda", "eigenvalue of the kernel on the target"),
    Entry(k, "k", "index of a character of Z_P"),
    Entry(x_v, "x_v", "squared modulus of a Fourier mode of v, |v_k|^2"),
    Entry(u, "u", "coupling of a mode: 2 sigma_a^2 a^2 P^2/(N sigma^4)"),
    Entry(mass, "m", "probability that a neuron's mode k sits on its ring of droplets"),
    Entry(x_mean, r"\langle x\rangle", "mean of |w_k|^2, k not 0"),
    Entry(xx_mean, r"\langle x^2\rangle", "mean of |w_k|^4, k not 0"),
    Entry(xy_mean, r"\langle x x_v\rangle", "mean of |w_k|^2 |v_k|^2, k not 0"),
    Entry(x0_mean, r"\langle x_0\rangle", "mean of w_0^2"),
    Entry(x0x0_mean, r"\langle x_0^2\rangle", "mean of w_0^4"),
)

_LATEX = {entry.symbol: entry.latex for entry in TABLE}


def latex(expression: sp.Basic) -> str:
    """LaTeX of an expression; symbols are typeset as in the table, others as their names say.

    >>> latex(sigma_w2 / N), latex(2 * sp.Symbol("(w_n + v_m)^2"))
    ('\\\\frac{\\\\sigma_w^2}{N}', '2 (w_{n} + v_{m})^{2}')
    """
    names = {symbol: name_latex(symbol.name) for symbol in expression.atoms(sp.Symbol)}
    return str(sp.latex(expression, symbol_names=names | _LATEX))
