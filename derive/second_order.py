"""The second order in 1/N: two loops of the field conjugate to the residual.

The field's potential is V(t) = sigma^2 |t|^2/2 - t.y + N log z(t), z = <exp q> over one neuron's
law, q = (sigma_a^2/2N) sum_p (t_p.S)^2. At the saddle a neuron has the gradient g and the second
derivative M of q; e and m are their deviations from the mean, and G is the inverse of the
curvature V'' = sigma^2 + N (<M> + C), C = <e e^T>. log Z = V - h/2 + L + O(1/N^2), and every
observable is its derivative at the saddle, so that L enters wherever h does, as -2 L.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width import SLOPE, amplitude_shift, mean_shift
from binodal.derive.second_order_checks import Loops, expansion_cases, vertex_cases, wishart_cases
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N
from binodal.derive.three_atoms import atom_claims

SPREAD = sp.Symbol("var_R", nonnegative=True)
"""Variance over neurons of R = Tr G M + e.G e."""
KERNELS = sp.Symbol("tr_GmGm", nonnegative=True)
"""<Tr G m G m>."""
PULLED = sp.Symbol("e_GmG_e", real=True)
"""<e.G m G e>."""
COVARIANCES = sp.Symbol("tr_GCGC", nonnegative=True)
"""Tr G C G C."""
QUARTIC = sp.Symbol("V4", real=True)
"""Fourth derivative of V, its four indices joined in two pairs by G."""
TADPOLES = sp.Symbol("V3_V3", nonnegative=True)
"""Two third derivatives, each with one pair of its own indices joined, joined by one G."""
SUNSET = sp.Symbol("V3V3", nonnegative=True)
"""Two third derivatives joined by three G."""
LOOP_SLOPE = sp.Symbol("L_1", real=True)
"""dL/dA, or dL/d eps for a source."""


def quartic() -> sp.Expr:
    """The fourth derivative joined in pairs, from averages over one neuron.

    Of the 15 partitions of four derivatives of q (none is above second order) into cumulants:
    m m, m e e and the fourth cumulant of e, with all ways to join them.
    """
    return N * (SPREAD + 2 * KERNELS + 4 * PULLED - 2 * COVARIANCES)


def tadpole_weights() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Of <(Tr G M)~ e>, <m G e> and <(e.G e) e> in the third derivative joined with itself once."""
    return N, 2 * N, N


def two_loops() -> sp.Expr:
    """L: the field runs along i tau, so a third derivative squared has the sign of a fourth."""
    return QUARTIC / 8 - TADPOLES / 8 - SUNSET / 12


def as_curvature() -> sp.Expr:
    """What L puts in place of a slope of h: log Z holds -h/2 + L."""
    return -2 * LOOP_SLOPE


def _loops(
    loops: sp.Expr | None = None, slope: sp.Expr | None = None, mean: sp.Expr | None = None
) -> Loops:
    """The formulas under test, with a claim in place of one of them."""
    diagrams = {"quartic": QUARTIC, "tadpoles": TADPOLES, "sunset": SUNSET}
    return Loops(
        two_loops() if loops is None else loops,
        diagrams,
        amplitude_shift(),
        mean_shift() if mean is None else mean,
        as_curvature() if slope is None else slope,
    )


def _vertex_cases(claim: sp.Tuple) -> Cases:
    averages = {"var_R": SPREAD, "tr_GmGm": KERNELS, "e_GmG_e": PULLED, "tr_GCGC": COVARIANCES}
    yield from vertex_cases(claim[0], averages, claim[1:])


def _expansion_cases(claim: sp.Tuple) -> Cases:
    loops, slope = claim
    yield from expansion_cases(_loops(loops=loops))
    yield from wishart_cases(_loops(slope=slope), amplitude_shift().subs(SLOPE, slope))


def _wishart_cases(claim: sp.Expr) -> Cases:
    yield from wishart_cases(_loops(), claim)


def _atom_claims(claim: sp.Expr) -> Claims:
    yield from atom_claims(_loops(mean=claim))


@cache
def second_order() -> Derivation:
    """Results ``two_loops``, ``quartic``, ``tadpole_spread``, ``tadpole_kernel``, ``tadpole_pull``.

    ``second_amplitude_shift`` and ``second_mean_shift`` are those of the first order with dL/dA
    and dL/d eps in place of the slopes of h. Source: derived here.
    """
    z, tau, h = sp.Function("log_z")(sp.Symbol("t")), sp.Symbol("tau"), sp.Symbol("h")
    spread, kernel, pull = tadpole_weights()
    moved = amplitude_shift().subs(SLOPE, as_curvature())
    loop = (Assumption.WIDTH_SECOND_ORDER,)
    steps = (
        Step(
            "vertices",
            "cumulants of the derivatives of q over one neuron, no derivative above the second",
            N * z,
            sp.Tuple(quartic(), spread, kernel, pull),
            close_on(_vertex_cases, "repeated differentiation of N log z for three atoms", 10),
        ),
        Step(
            "two loops",
            "Wick's theorem for exp(V(t_0 + i tau)): three diagrams",
            sp.exp(sp.Symbol("V") - sp.Symbol("V2") * tau**2 / 2),
            sp.Tuple(two_loops(), as_curvature()),
            equal_on(_expansion_cases, "one field: Gaussian moments of the expanded exponential"),
            loop,
        ),
        Step(
            "second order without a target",
            "log Z = V - h/2 + L differentiated by the target's size: dL/dA enters as h'/(-2) does",
            sp.Symbol("V") - h / 2 + sp.Symbol("L"),
            moved,
            equal_on(_wishart_cases, "central moments of chi^2_N to 1/N^2, one to three outputs"),
            loop,
        ),
        Step(
            "second order with targets",
            "the same with a residual that pulls, two data and two outputs, and a source",
            moved,
            mean_shift(),
            all_hold(_atom_claims, "sums over all states of N = 50..200 neurons of three kinds"),
            loop,
        ),
    )
    results = {
        "two_loops": two_loops(),
        "quartic": quartic(),
        "tadpole_spread": spread,
        "tadpole_kernel": kernel,
        "tadpole_pull": pull,
        "second_amplitude_shift": moved,
        "as_curvature": as_curvature(),
    }
    return Derivation("Second order in 1/N", steps, results)
