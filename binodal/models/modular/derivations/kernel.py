"""The kernel averaged over independent uniform phases: every term and every multiplicity."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption, as_printed
from binodal.derive.checks import exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import P, sigma_a2, x0_mean, x0x0_mean, x_mean, xx_mean, xy_mean
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.characters import V, W
from binodal.models.modular.derivations.counting import (
    AXIS,
    K1,
    K2,
    J,
    averaged_cases,
    averaged_element,
    counting_cases,
    overlap_terms,
)
from binodal.models.modular.derivations.data import m, n
from binodal.models.modular.derivations.ensemble import Ensemble, identical_ensemble
from binodal.models.modular.derivations.nngp import spectrum
from binodal.models.modular.derivations.printed import printed_kernel_factor

_STRENGTH = sp.Rational(3, 7)


def spectrum_of_modes() -> dict[str, sp.Expr]:
    """Eigenvalues for odd P when the modes k != 0 share one law, in its moments.

    "pair" is (k,k') with k' != +-k, both nonzero; "target" is (k,k) and (k,-k). On an axis, of
    the P ordered splittings of K one has two equal parts, two contain the mode 0.
    """
    factor = sigma_a2 * sp.expand(overlap_terms()[0] / (W[K1] * V[K2])) ** 2
    unit = factor / 4
    generic = P - 3
    axis = 4 * x_mean * x0_mean + xx_mean + 2 * 2 * x0_mean * x_mean + 2 * generic * x_mean**2
    modes = (P - 1) / 2
    mean = 2 * x0_mean + 2 * (P - 1) * x_mean
    variance = 2 * (x0x0_mean - x0_mean**2)
    variance += 4 * modes * 2 * (xx_mean - x_mean**2 + xy_mean - x_mean**2)
    return {
        "target": factor * xy_mean,
        "pair": factor * x_mean**2,
        "axis": sp.expand(unit * axis),
        "constant": sp.expand(unit * (4 * x0_mean**2 + variance + mean**2)),
    }


MEANS = (x_mean, xx_mean, xy_mean, x0_mean, x0x0_mean)
"""The moments of a neuron's modes that the kernel's eigenvalues depend on."""


def gaussian_moments() -> dict[sp.Symbol, sp.Expr]:
    """Moments of the prior: w_k = (1/P) sum_n w_n e(kn) with w_n ~ N(0,1), so <|w_k|^2> = 1/P.

    Complex modes have <|w|^4> = 2 <|w|^2>^2, the real mode 0 has 3.
    """
    second = P * (1 / P) ** 2
    return {
        x_mean: second,
        xx_mean: 2 * second**2,
        xy_mean: second**2,
        x0_mean: second,
        x0x0_mean: 3 * second**2,
    }


def _identical_cases(claim: sp.Tuple) -> Cases:
    table = dict(zip(spectrum_of_modes(), claim, strict=True))
    for order in (3, 5, 7, 9):
        ensemble = identical_ensemble(order)
        values = _moments_of(ensemble)
        places = {"target": (1, 1), "axis": (1, 0), "constant": (0, 0)}
        places |= {"pair": (1, 2)} if order > 3 else {"target": (1, 2)}
        for kind, pair in places.items():
            counted = averaged_element(ensemble, pair, pair) * order**2
            yield (order, kind), table[kind].subs(values), _STRENGTH * sp.Rational(str(counted))


def _moments_of(ensemble: Ensemble) -> dict[sp.Symbol, sp.Expr]:
    moments = {
        x_mean: (1, 1, 0),
        xx_mean: (1, 2, 0),
        xy_mean: (1, 1, 1),
        x0_mean: (0, 1, 0),
        x0x0_mean: (0, 2, 0),
    }
    values = {s: sp.Rational(str(ensemble.moment(*key))) for s, key in moments.items()}
    return values | {P: sp.Integer(ensemble.order), sigma_a2: _STRENGTH}


def _printed_cases(claim: sp.Tuple) -> Cases:
    """B.37b evaluated as it stands; times the ratio's inverse it is the counted eigenvalue."""
    value, ratio = claim
    for order in (3, 5, 7):
        ensemble = identical_ensemble(order)
        moments = _moments_of(ensemble)
        printed = _STRENGTH * sp.Rational(str(ensemble.moment(1, 1, 1)))
        counted = (
            _STRENGTH * order**2 * sp.Rational(str(averaged_element(ensemble, (1, 1), (1, 1))))
        )
        yield (order, "B.37b"), value.subs(moments), printed
        yield (order, "ratio"), ratio.subs(moments) * counted, printed


def _gaussian_cases(claim: sp.Expr) -> Cases:
    prior = spectrum()
    yield "lambda of the prior", claim, prior["pair"][0]
    for kind, value in spectrum_of_modes().items():
        expected = prior["pair" if kind == "target" else kind][0]
        yield kind, value.subs(gaussian_moments()), expected


@cache
def _compared_steps(theory: str) -> tuple[Step, ...]:
    """The prior's eigenvalue, and the printed one, on which the published theory alone rests."""
    target, printed = spectrum_of_modes()["target"], printed_kernel_factor() * xy_mean
    return (
        Step(
            "Gaussian limit",
            "with the moments of the prior the four eigenvalues become those of the NNGP kernel",
            target,
            target.subs(gaussian_moments()),
            equal_on(_gaussian_cases, "the spectrum of B.21, derived without Fourier modes"),
            source="B.21b",
        ),
        Step(
            "printed eigenvalue",
            "B.37b as it stands: the factor 4 P^2 is missing",
            target,
            sp.Tuple(printed, printed / target),
            equal_on(_printed_cases, "B.37b and the counted eigenvalue at P = 3, 5, 7"),
            as_printed(theory),
            source="B.37b",
        ),
    )


@cache
def _steps() -> tuple[Step, ...]:
    """The steps of both theories, one object each, whoever asks."""
    cross, square = overlap_terms()
    table = spectrum_of_modes()
    phases = (Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY)
    e, C = sp.Function("e"), sp.Symbol("(w_n + v_m)^2")
    return (
        Step(
            "averaged kernel",
            "a product of modes survives if every phase cancels: k pairs with k or with -k only",
            e(K1 * n + K2 * m) * C / P,
            cross + AXIS * square,
            exact_on(averaged_cases, "all states and phases of a non-Gaussian ensemble, P = 5"),
            phases,
            source="B.36",
        ),
        Step(
            "multiplicities",
            "ordered splittings K = i + (K - i): unequal parts count twice, 2i = K once",
            square,
            sp.Sum((2 - sp.KroneckerDelta(2 * J, K1)) * W[J] ** 2 * W[K1 - J] ** 2, (J, 0, P - 1)),
            exact_on(
                counting_cases, "term-by-term counting for P = 2..9, any moduli, odd and even"
            ),
            phases,
            source="B.36",
        ),
        Step(
            "identical modes",
            "for odd P all modes k != 0 share one law, so the sums become multiplicities in P",
            sp.Function("eigenvalue")(K1, K2),
            sp.Tuple(*table.values()),
            equal_on(_identical_cases, "counting at P = 3, 5, 7, 9 with one law for all modes"),
            (Assumption.ODD_P,),
            source="B.37b",
        ),
    )


@cache
def kernel(theory: str = "derived") -> Derivation:
    """B.35-B.37 with their multiplicities, and lambda as a moment of a single mode."""
    require_theory(theory)
    table = spectrum_of_modes()
    printed = printed_kernel_factor() * xy_mean
    results = {
        "lambda": table["target"] if theory == "derived" else printed,
        "lambda_pair": table["pair"],
        "lambda_axis": table["axis"],
        "lambda_constant": table["constant"],
        "lambda_prior": table["target"].subs(gaussian_moments()),
        "printed_lambda_ratio": printed / table["target"],
    }
    steps = (*_steps(), *_compared_steps(theory))
    return Derivation("Kernel averaged over uniform phases", steps, results)
