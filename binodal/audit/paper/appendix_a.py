"""Appendix A, the action of an erf neuron: A.0 to A.9."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.audit.paper.alphabet import (
    ALPHA,
    CHI,
    ETA,
    GROWTH,
    H3,
    I0,
    I1,
    MEAN,
    N_EFF,
    PERP,
    S2,
    S_A2,
    SAMPLES,
    VARIANCE,
)
from binodal.audit.paper.compare import components
from binodal.audit.paper.entry import Entry, Limit, Part, definition
from binodal.audit.paper.main_text import STATE_ZERO, against_law, given_perp, two_modes
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.moments import moment
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.scaling import weight_of
from binodal.derive.symbols import N, b, c, d, epsilon, kappa, n, rho, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.action import relaxed_action
from binodal.models.teacher_student.derivations.closure import (
    MEAN_RHO,
    closure_residuals,
    normalisation,
)
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.kernel import element
from binodal.models.teacher_student.derivations.limit import gain, zero_branch
from binodal.models.teacher_student.derivations.posterior import FIELD, NORM2, neuron_action

CHI_FORM = {sigma_a2: S_A2 / CHI, sigma2: S2 / CHI}
A2_SYMBOLS = (N, d, CHI, S2, n)
HALF = sp.Rational(1, 2)
A2_BETA, A2_ALPHA = sp.Tuple(1, HALF, HALF, -HALF, 0), sp.Tuple(0, 0, 0, 1, 1)


def bracket(overlap: sp.Expr, norm2: sp.Expr) -> sp.Expr:
    """(w.w*)^2/(1+2|w|^2) [b - 2c (w.w*)^2/(1+2|w|^2)]^2, as A.1 and A.6 print it."""
    correlation = overlap**2 / (1 + 2 * norm2)
    return correlation * (b - 2 * c * correlation) ** 2


def mode_moments() -> sp.Expr:
    """<r phi> for r = b H1 + c H3, in the moments I_0, I_1 of w*.x."""
    powers = sp.Poly(b * mode(1) + c * mode(3), t)
    return powers.coeff_monomial(t) * I0 + powers.coeff_monomial(t**3) * I1


def erf_action() -> sp.Expr:
    """The neuron's action with the closed forms of I_0 and I_1, for any |w*|."""
    field = n / sigma2 * mode_moments().subs({I0: moment(0), I1: moment(1)})
    return neuron_action().subs({NORM2: W2, FIELD: field})


def weights(exponents: sp.Tuple) -> sp.Tuple:
    """Powers of kappa and of the gain under exponents of A2_SYMBOLS, at fixed s~_a^2."""
    scaled = dict(zip(A2_SYMBOLS, exponents, strict=True))
    return sp.Tuple(
        *(weight_of(e.subs(CHI_FORM), scaled, A2_SYMBOLS) for e in (coupling(), gain()))
    )


def sampling_growth() -> sp.Expr:
    """How n/d, the inverse error of the continuum on the zero state, grows along A.2, squared.

    The error is var/(n <r phi>^2) with <r phi>^2 ~ <rho> ~ 1/d.
    """
    size = (n / d) ** 2
    powers = (
        weight_of(size, dict(zip(A2_SYMBOLS, e, strict=True)), A2_SYMBOLS)
        for e in (A2_ALPHA, A2_BETA)
    )
    return sp.Mul(*(base**p for base, p in zip((SAMPLES, GROWTH), powers, strict=True)))


@cache
def response() -> sp.Expr:
    """d log b/d log chi on the zero branch at fixed s~_a^2, s~^2: only kappa carries chi."""
    branch = zero_branch()
    return sp.factor(-kappa * sp.diff(branch, kappa) / (b * sp.diff(branch, b)))


def regression_of_mode() -> sp.Expr:
    """The learned part 1 - b of a mode alone, from the closure's row with Q_11 = lambda."""
    row = closure_residuals()[0].subs(MEAN_RHO[1], 0)
    row = row.subs(MEAN_RHO[0], rho * ETA / element(0, 0))
    return sp.simplify(1 - sp.solve(row, b)[0])


def square_of_sum() -> sp.Expr:
    """<(sum_mu g_mu)^2>/(n <g>)^2 for n independent inputs: n equal pairs, n(n-1) unequal ones."""
    total = n * (VARIANCE + MEAN**2) + n * (n - 1) * MEAN**2
    return sp.expand(total / (n * MEAN) ** 2)


def normalised(modes: tuple[sp.Expr, sp.Expr]) -> sp.Tuple:
    """Amplitudes of H1, H3 in the normalised basis."""
    return sp.Tuple(*(a * normalisation(i) for i, a in enumerate(modes)))


def field_of_modes() -> sp.Tuple:
    """tbar of M.8 in the normalised basis: M.12 gives the modes of sigma^2 tbar."""
    return sp.Tuple(*(e / sigma2 for e in normalised((b, c))))


def times_noise(expression: sp.Basic) -> sp.Tuple:
    """What stands where tbar is printed, if sigma^2 tbar is meant."""
    return sp.Tuple(*(e / sigma2 for e in components(expression)))


A1 = d * (W2 / (2 * sigma_w2) - 2 * CHI * N_EFF**2 * S_A2 / (sp.pi * d * N) * bracket(OVERLAP, W2))
A6_MOMENTS = (
    d * W2 / (2 * sigma_w2)
    - n**2 * sigma_a2 / (2 * N * sigma2**2) * ((b - 3 * c * TEACHER2) * I0 + c * I1) ** 2
)
A6 = d * (
    W2 / (2 * sigma_w2) - 2 * n**2 * sigma_a2 / (sp.pi * d * N * sigma2**2) * bracket(OVERLAP, W2)
)
_A7 = TEACHER2 * ALPHA**2 / (1 + 2 * (ALPHA**2 + PERP**2))
A7 = (
    d / (2 * sigma_w2) * ALPHA**2
    + d / (2 * sigma_w2) * PERP**2
    - 4 * n**2 * sigma_a2 / (2 * sp.pi * N * sigma2**2) * _A7 * (b - 2 * c * _A7) ** 2
)

SCALING = (
    Entry(
        "A.0",
        "mean-field parameter chi",
        (
            definition("sigma_a^2", S_A2 / CHI),
            definition("sigma^2", S2 / CHI),
            definition("n_eff", n / S2),
            Part(
                "gain without chi",
                n * S_A2 / (S2 * d),
                lambda: (gain() * sp.pi * (1 + 2 * sigma_w2) / 4).subs(CHI_FORM),
            ),
            Part(
                "d log b/d log chi",
                sp.Integer(0),
                response,
                limit=Limit("kappa -> 0, neurons that do not adapt", kappa, sp.Integer(0)),
                slip="At a fixed law of the neuron chi drops out of b and c, as said. But A.1 puts "
                "chi into the action, and the law responds: on the zero branch b falls as chi "
                "grows.",
            ),
        ),
        "A.2 is not affected, because it moves chi together with everything else.",
        ("binodal derive teacher-student limit",),
        ("response-to-chi",),
    ),
    Entry(
        "A.1",
        "action with chi",
        (Part("action", A1, lambda: erf_action().subs(CHI_FORM).subs(n, N_EFF * S2)),),
        "M.7 with the closed moments and chi inserted.",
        ("binodal derive teacher-student gaussian-integrals",),
    ),
    Entry(
        "A.2",
        "scaling with chi",
        (
            Part("powers of beta", A2_BETA, residual=weights),
            Part("powers of alpha", A2_ALPHA, residual=weights),
            Part("consistency", SAMPLES**2 / GROWTH, sampling_growth),
        ),
        "Exponents in the order N, d, chi, s~^2, n. alpha^2 > beta is the condition that n/d "
        "grows, "
        "which removes the sampling error of the continuum on the zero state.",
        ("binodal derive teacher-student scaling",),
    ),
)

ACTION = (
    Entry("A.3", "eigenfunctions", (definition("eigenvalue", ETA),), "Definition."),
    Entry(
        "A.4",
        "equivalent kernel",
        (
            Part("learned part of a mode", ETA / (ETA + sigma2 / n), regression_of_mode),
            Part(
                "sums over data as n averages",
                sp.Integer(1),
                square_of_sum,
                limit=Limit("n -> infinity", n, sp.oo),
                slip="The continuum drops the variance of sums over data, relative size "
                "Var(r phi)/(n <r phi>^2). It is small for droplets; for neurons near zero overlap "
                "it decays as d/n only.",
            ),
        ),
        evidence=("binodal derive teacher-student continuum",),
        witnesses=("sampling-error",),
    ),
    Entry(
        "A.5",
        "mode ansatz",
        (two_modes(),),
        "As M.12.",
        ("binodal derive teacher-student kernel",),
        ("fifth-mode",),
    ),
    Entry(
        "A.6",
        "action of the mode ansatz",
        (
            Part(
                "with I_0 and I_1",
                A6_MOMENTS,
                lambda: neuron_action().subs({NORM2: W2, FIELD: n / sigma2 * mode_moments()}),
            ),
            Part("closed form", A6, erf_action),
        ),
        "Both lines hold for any |w*|.",
        ("binodal derive teacher-student gaussian-integrals",),
    ),
    Entry(
        "A.7",
        "action in alpha and alpha_perp",
        (
            Part(
                "action",
                A7,
                lambda: erf_action().subs({OVERLAP: ALPHA, W2: ALPHA**2 / TEACHER2 + PERP**2}),
                setting=lambda e: e.subs(TEACHER2, 1),
                slip="Right for |w*| = 1, which the paper uses. For another norm alpha^2 would be "
                "|w*|^2 times the squared part along the teacher, and the factors |w*|^2 stand at "
                "other places.",
            ),
        ),
        evidence=("binodal derive teacher-student continuum",),
    ),
    Entry(
        "A.7b",
        "alpha_perp by its average",
        (
            Part(
                "r_perp^2",
                sigma_w2,
                lambda: relaxed_action().perp2,
                limit=STATE_ZERO,
                slip="r_perp relaxes: at overlap rho the dominant r_perp^2 is "
                "sigma_w^2 (1 - 2 rho). The interaction is of order d, as the entropy of r_perp "
                "is, so the average of the prior is exact only at rho = 0.",
            ),
            against_law(),
        ),
        evidence=("binodal derive teacher-student action",),
        witnesses=("law-of-overlap", "shift-of-coexistence"),
    ),
    Entry(
        "A.8",
        "action of the overlap",
        (given_perp(), against_law()),
        "As M.13.",
        ("binodal derive teacher-student action",),
        ("law-of-overlap", "shift-of-coexistence"),
    ),
    Entry(
        "A.9",
        "normalised basis",
        (
            Part(
                "tbar",
                sp.Tuple(b, sp.sqrt(6) * c),
                field_of_modes,
                reading=times_noise,
                slip="With tbar = (y - f)/sigma^2 of M.8 the modes of M.12 are those of "
                "sigma^2 tbar: the left side lacks 1/sigma^2, and tbar has to be read as "
                "sigma^2 tbar.",
            ),
            Part(
                "target",
                sp.Tuple(1, sp.sqrt(6) * epsilon),
                lambda: normalised((sp.Integer(1), epsilon)),
            ),
            Part("H3 normalised", H3 / sp.sqrt(6), lambda: H3 / normalisation(1)),
        ),
        "<H3^2> = 3! for |w*| = 1.",
        ("binodal derive teacher-student closure",),
    ),
)
