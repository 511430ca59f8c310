"""Main text, teacher-student model: M.1 to M.13."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.audit.paper.alphabet import H1, H3, LABEL, PHI1, PHI2, XI, field
from binodal.audit.paper.entry import Entry, Limit, Part, definition
from binodal.derive.conventions import conventions
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.scaling import weight_of
from binodal.derive.symbols import (
    N,
    P,
    b,
    c,
    d,
    epsilon,
    gamma,
    k,
    m,
    n,
    q,
    rho,
    sigma2,
    sigma_a2,
    sigma_w2,
)
from binodal.models.modular.derivations.data import data
from binodal.models.teacher_student.derivations.action import (
    published_action,
    published_in_q,
    relaxed_action,
)
from binodal.models.teacher_student.derivations.closure import normalisation
from binodal.models.teacher_student.derivations.continuum import coupling, strength
from binodal.models.teacher_student.derivations.kernel import element
from binodal.models.teacher_student.derivations.posterior import (
    FIELD,
    NORM2,
    mean_field,
    neuron_action,
    readout_average,
)
from binodal.models.teacher_student.derivations.printed import M11_ALPHA, M11_BETA, PARAMETERS
from binodal.models.teacher_student.derivations.scaling import combinations

A, HIDDEN = sp.IndexedBase("a"), sp.IndexedBase("h")
OUT, FOUT = sp.symbols("y f", real=True)
INDEX = sp.Symbol("i", integer=True)
Q2, Y2 = sp.MatrixSymbol("Q", 2, 2), sp.MatrixSymbol("y", 2, 1)
STATE_ZERO = Limit("rho -> 0, the state of zero overlap", rho, sp.Integer(0))

M13 = d * (
    q**2 / (2 * sigma_w2)
    - (2 * n**2 * sigma_a2 / (sp.pi * sigma2**2 * d * N))
    * (q**2 / (1 + 2 * (sigma_w2 + q**2)))
    * field() ** 2
)
"""M.13 as printed."""


def prior() -> sp.Expr:
    """The part of the neuron's action without a field."""
    return neuron_action().subs(FIELD, 0)


def output_of_saddle() -> sp.Basic:
    """fbar as the derivation's saddle of the conjugate field gives it."""
    (step,) = (s for s in mean_field().steps if s.name == "saddle of the field")
    return step.after


def kernel_entry() -> sp.Expr:
    """-N times the mixed second derivative of log <exp(-i a t.phi)>: the output's covariance."""
    fields = sp.symbols("t_1 t_2", real=True)
    point, feature = sp.symbols("t phi", real=True)
    average = readout_average().subs(feature, 1).subs(point, fields[0] * PHI1 + fields[1] * PHI2)
    return -N * sp.diff(sp.log(average).expand(force=True), *fields)


def weights(exponents: sp.Tuple) -> sp.Tuple:
    """Powers that kappa and the gain of the zero state pick up under exponents of PARAMETERS."""
    scaling = dict(zip(PARAMETERS, exponents, strict=True))
    return sp.Tuple(*(weight_of(e, scaling, PARAMETERS) for e in combinations()))


def invariance(combination: sp.Basic) -> sp.Tuple:
    """The powers of beta and of alpha that a combination picks up under M.11."""
    return sp.Tuple(*(weight_of(combination, s, PARAMETERS) for s in (M11_BETA, M11_ALPHA)))


def with_fifth_mode() -> sp.Expr:
    """b H1 + c H3 + t5 H5, t5 excited by a mass m/d of droplets at rho (row 5 of the closure)."""
    share = n / sigma2 * m / d
    pull = element(0, 2) * b * normalisation(0) + element(1, 2) * c * normalisation(1)
    amplitude = -share * pull / (1 + share * element(2, 2)) / normalisation(2)
    h1, h3, h5 = (mode(i).subs(TEACHER2, 1) for i in (1, 3, 5))
    return b * h1 + c * h3 + amplitude * h5


@cache
def in_rho(action: sp.Expr) -> sp.Expr:
    """A function of q^2 (even in q) at r_perp^2 = sigma_w^2, as a function of rho, over d."""
    return sp.simplify((action / d).subs(q, sp.sqrt(published_action().overlap2)))


def relaxed() -> sp.Expr:
    """The large-d action over d with its coupling written out."""
    return relaxed_action().density().subs(sp.Symbol("kappa", positive=True), coupling())


def published() -> sp.Expr:
    """d times the action with r_perp^2 held at its prior mean."""
    return d * published_in_q().subs(sp.Symbol("kappa", positive=True), coupling())


def given_perp(name: str = "given A.7b") -> Part:
    """M.13 as the consequence of A.7b."""
    return Part(name, M13, published)


def against_law() -> Part:
    """M.13 as the law of a neuron at large d."""
    return Part(
        "as the law at large d",
        in_rho(M13),
        relaxed,
        limit=STATE_ZERO,
        slip="As the large-d law it is exact only at zero overlap: the printed action is too high "
        "by rho/(1 - 2 rho) + log(1 - 2 rho)/2 >= 0, which moves coexistence.",
    )


def two_modes(name: str = "two modes") -> Part:
    """M.12 and A.5: the residual has no mode beyond the cubic one."""
    printed = b * mode(1).subs(TEACHER2, 1) + c * mode(3).subs(TEACHER2, 1)
    none = Limit("no neuron has left zero overlap (m -> 0)", m, sp.Integer(0))
    slip = (
        "Exact while every neuron is near zero overlap; droplets excite H5 and all higher odd "
        "modes."
    )
    return Part(name, printed, with_fifth_mode, limit=none, slip=slip)


TEXT_POSTERIOR = (
    Entry(
        "M.1",
        "target of the teacher",
        (
            definition("target", H1 + epsilon * H3),
            Part("H1", t, lambda: mode(1)),
            Part("H3", t**3 - 3 * TEACHER2 * t, lambda: mode(3)),
        ),
        "The polynomials are the Hermite polynomials generalised to any |w*|.",
        ("binodal derive teacher-student hermite",),
    ),
    Entry(
        "M.2",
        "erf student",
        (definition("output", sp.Sum(A[INDEX] * sp.erf(HIDDEN[INDEX]), (INDEX, 1, N))),),
        "Definition of the network; h_i = w_i.x.",
    ),
    Entry(
        "M.3",
        "two-hot inputs",
        (definition("places of the ones", sp.Tuple(n, P + m)),),
        "Definition of the data set: every pair once.",
    ),
    Entry(
        "M.4",
        "target of modular addition",
        (
            definition("delta", sp.KroneckerDelta(LABEL, k)),
            Part("shift", 1 / P, lambda: data().results["shift"]),
        ),
        "The shift is the only one that removes the mean over all pairs.",
        ("binodal derive modular data",),
    ),
    Entry(
        "M.5",
        "quadratic network",
        (definition("output", sp.Sum(A[INDEX] * HIDDEN[INDEX] ** 2, (INDEX, 1, N))),),
        "Definition of the network; h_i = w_i.x_nm.",
    ),
    Entry(
        "M.6",
        "Langevin dynamics",
        (definition("noise", 2 * sp.sqrt(sigma2) * XI),),
        "Definition of the dynamics. Its temperature is T = 2 sigma^2: with L = sum |y - f|^2 "
        "the "
        "posterior has noise variance sigma^2.",
    ),
    Entry(
        "M.6b",
        "prior variances",
        (
            definition("readout", sigma_a2 / N),
            definition("input weights, teacher-student", sigma_w2 / d),
            definition("input weights, modular", sp.Integer(1)),
            Part(
                "hidden layer",
                sigma2 / gamma,
                lambda: conventions().results["prior_variance_of_M6"],
                slip="M.6 has noise amplitude 2 sigma, so T = 2 sigma^2, and the weight decay "
                "(gamma/2)|theta|^2 then has variance 2 sigma^2/gamma. The theory starts from the "
                "posterior and does not use it; whoever runs M.6 with a decay set by this sentence "
                "gets twice the prior.",
            ),
        ),
        evidence=("binodal derive teacher-student conventions",),
        witnesses=("langevin-variance",),
    ),
    Entry(
        "M.7",
        "action of one neuron",
        (
            Part(
                "prior",
                NORM2 / (2 * sigma_w2),
                prior,
                reading=lambda e: e.subs(sigma_w2, sigma_w2 / d),
                slip="With the covariance sigma_w^2/d of M.6b the prior term carries a factor d, "
                "as A.6 has it; here sigma_w^2 stands for the variance of a component.",
            ),
            Part("interaction", -sigma_a2 / (2 * N) * FIELD**2, lambda: neuron_action() - prior()),
        ),
        evidence=("binodal derive teacher-student posterior",),
    ),
    Entry("M.8", "residual field", (definition("tbar", (OUT - FOUT) / sigma2),), "Definition."),
    Entry(
        "M.9",
        "mean output",
        (Part("fbar", Q2 * (Q2 + sigma2 * sp.Identity(2)).inv() * Y2, output_of_saddle),),
        "The saddle of the field conjugate to the output.",
        ("binodal derive teacher-student posterior",),
    ),
    Entry(
        "M.10",
        "kernel",
        (Part("element", sigma_a2 * PHI1 * PHI2, kernel_entry),),
        "N readouts of variance sigma_a^2/N; the average over S[w] is implied on both sides.",
        ("binodal derive teacher-student posterior",),
    ),
)

TEXT_TRANSITION = (
    Entry(
        "M.11",
        "scaling of the teacher-student model",
        (
            Part("powers of beta", sp.Tuple(*(M11_BETA[p] for p in PARAMETERS)), residual=weights),
            Part(
                "powers of alpha", sp.Tuple(*(M11_ALPHA[p] for p in PARAMETERS)), residual=weights
            ),
        ),
        "Both directions (exponents in the order N, n, d, sigma^2, sigma_a^2) leave kappa and the "
        "gain of the zero state, hence the thermodynamic closure, as they are.",
        ("binodal derive teacher-student scaling",),
    ),
    Entry(
        "M.11b",
        "invariant u",
        (
            Part("u", n**2 * sigma_a2 / (sigma2**2 * d * N), strength),
            Part("invariance", n**2 * sigma_a2 / (sigma2**2 * d * N), residual=invariance),
        ),
        "u is pi/2 times the coupling kappa of the derived action.",
        ("binodal derive teacher-student scaling",),
    ),
    Entry(
        "M.12",
        "mode ansatz",
        (two_modes(),),
        "A.5 says the same.",
        ("binodal derive teacher-student kernel",),
        ("fifth-mode",),
    ),
    Entry(
        "M.13",
        "action of the overlap",
        (given_perp(), against_law()),
        "Follows from A.7b.",
        ("binodal derive teacher-student action",),
        ("law-of-overlap", "shift-of-coexistence"),
    ),
)
