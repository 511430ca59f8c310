"""The curvature of the field's saddle for modular addition: small blocks of mode moments.

The field has a label p and an input pair; in Fourier space a label mode r and a character (K, K').
Its covariance is that of (u_r v_r) times the overlap with (K, K'), polynomials in the modes. With
independent uniform phases only products whose phases cancel survive, so (r + K, r + K') is
conserved and most rows stand alone.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width import AMPLITUDE, NORM2, covariance_weight, finite_width
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, P, a, k, sigma2, sigma_a2, x0_mean, x_mean, xx_mean
from binodal.models.modular.derivations.action import mode_action, projection
from binodal.models.modular.derivations.characters import V, W
from binodal.models.modular.derivations.counting import averaged_element
from binodal.models.modular.derivations.data import data, target
from binodal.models.modular.derivations.ensemble import Ensemble, identical_ensemble
from binodal.models.modular.derivations.field_blocks import (
    Polynomial,
    Row,
    blocks,
    products,
    row_terms,
    rows_of,
)
from binodal.models.modular.derivations.kernel import kernel, spectrum_of_modes
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.real_space import HYPER, real_space_coupling
from binodal.models.modular.derivations.symmetries import modes

_WITH_NORM = ("amplitude_shift", "mean_shift", "training_loss")
"""The general results that depend on |y|^2."""
_OVERLAP, _TOTALS = sp.Symbol("S_KK'"), sp.symbols("r+K r'+L")
_UNIT = sp.Symbol("s", integer=True)


def curvature_scale() -> sp.Expr:
    """(sigma_a^4/N) |tau.S|^2 |S|^2 per |u_r v_r|^2 and squared monomial, tau = A y/sigma^2.

    The projection on label p is a sum over k of 2P u_k v_k e(-kp); a unitary label mode collects
    sqrt(P) of it, and a unitary character P times its monomials.
    """
    label = sp.sqrt(P) * projection().coefficient / (W[k] * V[k])
    return sp.simplify(covariance_weight() * (AMPLITUDE / sigma2 * label) ** 2 * P**2)


def feature_scale() -> sp.Expr:
    """M of a neuron, (sigma_a^2/N) S S^T, per product of two monomials of unitary characters."""
    return sigma_a2 * P**2 / N


def _feature_cases(claim: sp.Expr) -> Cases:
    """K of two characters: monomials counted, against the spectrum by character sums."""
    for order in (5, 7):
        ensemble = identical_ensemble(order)
        keys = {x_mean: (1, 1, 0), xx_mean: (1, 2, 0), x0_mean: (0, 1, 0)}
        point = {s: sp.Rational(str(ensemble.moment(*key))) for s, key in keys.items()}
        for kind, pair in (("pair", (1, 2)), ("axis", (1, 0))):
            counted = sp.Rational(str(averaged_element(ensemble, pair, pair)))
            expected = spectrum_of_modes()[kind].subs({**point, P: order})
            yield (order, kind), (N * claim * counted).subs({**point, P: order}), expected


def target_norm() -> sp.Expr:
    """|y|^2 over all P labels."""
    return sp.simplify(P * data().results["target_norm"])


def evaluate(polynomial: Polynomial, ensemble: Ensemble) -> sp.Rational:
    """A polynomial's value for modes 1.. that share one law."""
    total = sp.Integer(0)
    for (i, j, pairs), coefficient in polynomial.items():
        value = ensemble.moment(0, i, 0) * ensemble.moment(0, 0, j)
        for one, other in pairs:
            value *= ensemble.moment(1, one, other)
        total += sp.Rational(value.numerator, value.denominator) * coefficient
    return total


def _direct(ensemble: Ensemble, row: Row, other: Row) -> sp.Rational:
    """<Z Z'^*> by averaging every product of monomials over all phases."""
    order, total = ensemble.order, sp.Integer(0)
    for c, w, v in row_terms(order, row):
        for e, w2, v2 in row_terms(order, other):
            mean = ensemble.phase_average((*w, *(-n for n in w2)), (*v, *(-n for n in v2)))
            total += c * e * sp.Rational(mean.numerator, mean.denominator)
    return total


def _momentum_cases(claim: sp.Expr) -> ExactCases:
    """Every pair of rows at P = 3, and all rows against a few at P = 5."""
    for order, few in ((3, None), (5, 9)):
        ensemble = identical_ensemble(order)
        everything = list(product(range(1, order), range(order), range(order)))
        for row in everything[:: 1 if few is None else few]:
            by_momentum = rows_of(order, row[0] + row[1], row[0] + row[2])
            pairs, _ = products(order, by_momentum)
            here = by_momentum.index(row)
            for other in everything:
                there = by_momentum.index(other) if other in by_momentum else -1
                key = (min(here, there), max(here, there))
                expected = evaluate(pairs.get(key, {}), ensemble) if there >= 0 else sp.Integer(0)
                direct = _direct(ensemble, row, other)
                yield (order, row, other), expected, direct
                for part in (1, 2):
                    totals = {
                        s: (r[0] + r[part]) % order
                        for s, r in zip(_TOTALS, (row, other), strict=True)
                    }
                    yield (
                        (order, row, other, part),
                        direct,
                        claim.subs({_OVERLAP: direct, **totals}),
                    )


def _norm_cases(claim: sp.Tuple) -> ExactCases:
    """|y|^2 by a sum over all labels and pairs, and inserted in the general formulas."""
    total, *shifts = claim
    for order in (2, 3, 4, 5, 7):
        entries = (e for label in target(order) for row in label for e in row)
        direct = sp.Rational(str(sum(e * e for e in entries)))
        yield order, total.subs(P, order), direct
        for name, claimed in zip(_WITH_NORM, shifts, strict=True):
            general = finite_width().results[name].subs(NORM2, direct)
            yield (order, name), sp.simplify(claimed.subs(P, order) - general), sp.Integer(0)


def _coupling_cases(claim: sp.Expr) -> ExactCases:
    """u of a neuron with one pair of modes by real-space sums, at a = A."""
    for order in (3, 4, 6):
        point = {AMPLITUDE if z == a else z: value for z, value in HYPER.items()}
        yield order, claim.subs({**point, P: order}), real_space_coupling(order)


def _scale_cases(claim: sp.Expr) -> ExactCases:
    """sum_p (tau_p.S)^2 |S|^2 by sums over all labels and pairs, and from the modes, at A = 1."""
    for order in (3, 5):
        w, v = (tuple(generic_fractions(order, 7 * order + i)) for i in (0, 1))
        pairs = list(product(range(order), repeat=2))
        y, feature = target(order), {(i, j): (w[i] + v[j]) ** 2 for i, j in pairs}
        pulls = [sum(row[i][j] * feature[i, j] for i, j in pairs) for row in y]
        direct = sum(e * e for e in pulls) * sum(e * e for e in feature.values())
        left, right = modes(w), modes(v)
        total = left[0] * 0
        for row in product(range(1, order), range(order), range(order)):
            value = left[0] * 0
            for c, first, second in row_terms(order, row):
                term = left[0] * 0 + c
                factors = [*(left[i % order] for i in first), *(right[i % order] for i in second)]
                for mode in factors:
                    term = term * mode
                value = value + term
            total = total + value * value.conjugate()
        bare = claim / covariance_weight() * (sigma2 / AMPLITUDE) ** 2
        yield order, total * Fraction(str(bare.subs(P, order))), total * 0 + direct


def _orbit_cases(claim: sp.Expr) -> ExactCases:
    """Rows multiplied by a unit have the same moments, at P = 7 and 9."""
    for order in (7, 9):
        for (first, second), unit in product(((0, 0), (1, 0), (2, 4), (3, 1)), (2, 4)):
            rows = rows_of(order, first, second)

            def turned(u: int, of: list[Row] = rows, size: int = order) -> object:
                return products(
                    size, [(r * u % size, i * u % size, j * u % size) for r, i, j in of]
                )

            entries = read(claim, order, {_UNIT: unit}, functions={"block": turned})
            yield (order, first, second, unit), products(order, rows), entries
        counted = sum(block.multiplicity * len(block.kinds) for block in blocks(order))
        yield (order, "rows"), counted, (order - 1) * order**2


def saddle_coupling() -> sp.Expr:
    """u of the action at the saddle's A."""
    return mode_action().coupling.subs(a, AMPLITUDE)


def _with_norm() -> dict[str, sp.Expr]:
    results = finite_width().results
    return {name: results[name].subs(NORM2, target_norm()) for name in _WITH_NORM}


def _data_steps() -> tuple[Step, ...]:
    """What the complete data set puts in."""
    complete = (Assumption.COMPLETE_DATA,)
    return (
        Step(
            "norm of the target",
            "the complete data: |y|^2 over all P labels, inserted in the general first order",
            sp.Tuple(*(finite_width().results[name] for name in _WITH_NORM)),
            sp.Tuple(target_norm(), *_with_norm().values()),
            exact_on(_norm_cases, "sums over all labels and pairs, P = 2..7"),
            complete,
        ),
        Step(
            "coupling at the saddle",
            "u of the action with the saddle's A in place of a",
            mode_action().coupling,
            saddle_coupling(),
            exact_on(_coupling_cases, "neurons with one pair of modes, by real-space sums"),
            complete,
        ),
    )


@cache
def finite_width_of_modes() -> Derivation:
    """First order in 1/N for modular addition: results ``curvature_scale`` and the general ones.

    Source: derived here.
    """
    general = finite_width()
    scale = curvature_scale()
    steps = (
        Step(
            "rows of the covariance",
            "(y_p.S) collects 2P u_r v_r on a label mode r, a unitary character P times its "
            "monomials",
            covariance_weight() * _OVERLAP,
            scale,
            exact_on(_scale_cases, "Parseval: exact real-space sums at P = 3 and 5"),
            (Assumption.COMPLETE_DATA,),
        ),
        Step(
            "rows of the kernel",
            "a unitary character collects P times its monomials",
            sigma_a2 * _OVERLAP / N,
            feature_scale(),
            equal_on(_feature_cases, "the spectrum by character sums, at P = 5 and 7"),
        ),
        Step(
            "conserved momentum",
            "phases of (u_r v_r) S_KK' and its conjugate cancel only at equal (r + K, r + K')",
            projection().coefficient * _OVERLAP,
            sp.KroneckerDelta(*_TOTALS) * _OVERLAP,
            exact_on(_momentum_cases, "all phases of every product at P = 3 and 5"),
            (Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY),
        ),
        Step(
            "orbits of momenta",
            "modes k != 0 share one law, so momenta that differ by a unit have equal blocks",
            sp.Function("block")(1),
            sp.Function("block")(_UNIT),
            exact_on(_orbit_cases, "blocks at P = 7 and 9 against those multiplied by a unit"),
            (Assumption.ODD_P,),
        ),
        *_data_steps(),
        kernel().step_of("lambda"),
    )
    results = {
        "curvature_scale": scale,
        "feature_scale": feature_scale(),
        "total_norm": target_norm(),
        "coupling": saddle_coupling(),
        **spectrum_of_modes(),
        **_with_norm(),
    }
    own = Derivation("First order in 1/N, modular addition", steps, results)
    return general.then(own)
