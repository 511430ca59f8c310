"""One mode of a neuron in time: Langevin dynamics of a wide network whose readouts are fast.

All weights follow dw = -grad U dt + sqrt(2) dW with exp(-U) the posterior. Given the weights the
readouts are Gaussian; where they equilibrate before the weights move, the mean force on w is
-grad S at the residual a y of that time. S is a sum over modes and so is |w|^2, so that modes move
one by one: there is no ansatz on how many modes a neuron holds.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, ExactCases, exact_on, generic_fractions
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.free_energy import free_energy_step
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, P, a, lam, sigma2, sigma_a2, u, x, x_mean, x_v, xy_mean
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import kernel_factor, residual_factor
from binodal.models.modular.derivations.counting import averaged_element
from binodal.models.modular.derivations.ensemble import identical_ensemble
from binodal.models.modular.derivations.kernel import gaussian_moments
from binodal.models.modular.derivations.neuron import mode_data
from binodal.models.modular.derivations.posterior import Row
from binodal.models.modular.derivations.real_space import HYPER, real_space_action
from binodal.models.modular.derivations.symmetries import modes

TIME = sp.Symbol("t", positive=True)
MODULI = sp.symbols("r r_v", positive=True)
"""|w_k| and |v_k|."""
_SQUARES = dict(zip((x, x_v), (MODULI[0] ** 2, MODULI[1] ** 2), strict=True))
_START = sp.Symbol("w0", real=True)


@cache
def _whole() -> sp.Expr:
    """S of a mode in its moduli, at the residual a y."""
    mode = mode_action()
    return sp.expand((mode.factor * mode.s).subs(u, mode.coupling).subs(_SQUARES))


@cache
def mobility() -> sp.Expr:
    """Drift of a real part of w_k under a unit force on it: the prior is |w|^2/2 of all weights."""
    return 1 / (2 * _whole().subs(MODULI[1], 0).coeff(MODULI[0], 2))


@cache
def forces() -> tuple[sp.Expr, sp.Expr]:
    """Drift of |w_k| and of |v_k| by the residual and by the decay of sixth order."""
    prior = sum(r**2 for r in MODULI) / (2 * mobility())
    along_w, along_v = (
        sp.expand(mobility() * sp.diff(prior - _whole(), modulus)) for modulus in MODULI
    )
    return along_w, along_v


@cache
def steepest() -> sp.Expr:
    """A bound on the slopes of both forces where neither modulus is beyond r."""
    slopes = (sp.diff(forces()[0], modulus).subs(MODULI[1], MODULI[0]) for modulus in MODULI)
    terms = [term for slope in slopes for term in sp.Add.make_args(sp.expand(slope))]
    return sum(-term if term.could_extract_minus_sign() else term for term in terms)


@cache
def relaxation() -> tuple[sp.Expr, sp.Expr]:
    """Mean factor and variance of a real part of w_k after a time t under its prior alone."""
    kept = sp.exp(-TIME)
    return kept, (1 - kept**2) * mobility()


@cache
def residual() -> sp.Expr:
    """a of a law of neurons with <x x_v>, the same for all modes."""
    return sp.factor(residual_factor().subs(lam, kernel_factor() * xy_mean))


@cache
def energy() -> sp.Expr:
    """y.(Q + sigma^2)^{-1} y/(2 N) of one mode, by a."""
    return mode_data() * a / (2 * N * sigma2)


def _slope(along: Row, other: Row, place: int, hyper: dict[str, Fraction], first: bool) -> Fraction:
    """dS/dw_n, exact: differences over six places are, for a polynomial of sixth degree."""

    def moved(by: int) -> Fraction:
        row = tuple(e + by if n == place else e for n, e in enumerate(along))
        return real_space_action(*((row, other) if first else (other, row)), hyper)

    weights = {1: 45, 2: -9, 3: 1}
    return sum((c * (moved(k) - moved(-k)) for k, c in weights.items()), Fraction(0)) / 60


def _factor(force: sp.Expr, modulus: sp.Symbol, point: dict[sp.Symbol, sp.Expr]) -> sp.Poly:
    """Of the drift of a mode, as a polynomial of x and x_v."""
    squares = {r: sp.sqrt(z) for r, z in zip(MODULI, (x, x_v), strict=True)}
    return sp.Poly(sp.expand((force / modulus).subs(squares).subs(point)) - 1, x, x_v)


def _evaluated(factor: sp.Poly, left: Cyclotomic, right: Cyclotomic) -> Cyclotomic:
    total = left * 0
    for powers, coefficient in factor.terms():
        term = left * 0 + Fraction(str(coefficient))
        for power, value in zip(powers, (left, right), strict=True):
            for _ in range(power):
                term = term * value
        total = total + term
    return total


def _force_cases(claim: sp.Tuple) -> ExactCases:
    """Every mode of -grad S of rational weights is a factor of its own times the mode itself."""
    hyper = {str(z): Fraction(str(e)) for z, e in HYPER.items()}
    for order in (3, 4, 5):
        rows = [tuple(generic_fractions(order, 5 * order + i)) for i in (0, 1)]
        both_modes = [modes(row) for row in rows]
        for half in (0, 1):
            own, other = rows[half], rows[1 - half]
            drift = modes(tuple(-_slope(own, other, n, hyper, not half) for n in range(order)))
            factor = _factor(claim[half], MODULI[half], {**HYPER, P: sp.Integer(order)})
            for c in range(1, order):
                squares = [w[c] * w[c].conjugate() for w in both_modes]
                expected = _evaluated(factor, *squares) * both_modes[half][c]
                yield (order, half, c), drift[c], expected


def _noise(order: int) -> sp.Expr:
    """Variance that independent unit noise of all weights gives a real part of a mode, doubled.

    By unit vectors; both real parts have the same, and are independent.
    """
    units = [tuple(Fraction(n == m) for n in range(order)) for m in range(order)]
    parts = [modes(row)[1] for row in units]
    zero = parts[0] * 0
    if sum((z * z for z in parts), start=zero) != zero:
        raise ArithmeticError("the noise of a mode is not isotropic")
    power = sum((z * z.conjugate() for z in parts), start=zero)
    return sp.Rational(str(power.as_fraction()))


def _relaxation_cases(claim: sp.Tuple) -> Cases:
    """Ito's formula for a real part that starts at w0."""
    kept, spread = claim
    square = kept**2 * _START**2 + spread
    yield "mean moves", sp.diff(kept, TIME), -kept
    for order in (3, 5, 7):
        moved = square.subs(P, order)
        yield ("square moves", order), sp.diff(moved, TIME), _noise(order) - 2 * moved
    yield "start", kept.subs(TIME, 0), sp.Integer(1)
    yield "start of the square", spread.subs(TIME, 0), sp.Integer(0)
    yield "end", 2 * sp.limit(spread, TIME, sp.oo), gaussian_moments()[x_mean]


_AT = {**{z: abs(value) for z, value in HYPER.items()}, P: sp.Integer(7)}


def _residual_cases(claim: sp.Expr) -> Cases:
    """Regression on the kernel of an ensemble, counted product by product."""
    for order in (3, 5, 7):
        ensemble = identical_ensemble(order)
        counted = sp.Rational(str(averaged_element(ensemble, (1, 1), (1, 1)))) * order**2
        noise, spread = HYPER[sigma2], HYPER[sigma_a2]
        joint = sp.Rational(str(ensemble.moment(1, 1, 1)))
        point = {**HYPER, P: sp.Integer(order), xy_mean: joint}
        yield order, claim.subs(point), noise / (noise + spread * counted)


_ATOMS = (sp.Rational(2, 5), sp.Rational(5, 7)), (sp.Rational(3, 5), sp.Rational(4, 9))
_ADDED, _SHARE = sp.Rational(6, 7), sp.Symbol("h")


def _mixed(claim: sp.Expr) -> sp.Expr:
    """The energy of a law of two values of x x_v with a share h of neurons moved to a third."""
    mean = sum(chance * value for chance, value in _ATOMS)
    moved = (1 - _SHARE) * mean + _SHARE * _ADDED
    return claim.subs(a, residual()).subs(xy_mean, moved).subs(_AT)


def _energy_cases(claim: sp.Expr) -> Cases:
    """Its slope in the share against the interaction of S there, less its mean."""
    mean = sum(chance * value for chance, value in _ATOMS)
    level = residual().subs({**_AT, xy_mean: mean})
    taken = (mode_action().factor * mode_action().coupling).subs(a, level).subs(_AT)
    slope = sp.diff(_mixed(claim), _SHARE).subs(_SHARE, 0)
    yield "slope", slope, taken * (mean - _ADDED)


def _convex_claims(claim: sp.Expr) -> Claims:
    bend = sp.diff(_mixed(claim), _SHARE, 2)
    for share in (0, sp.Rational(1, 3), sp.Rational(4, 5)):
        yield f"h = {share}", bool(sp.N(bend.subs(_SHARE, share)) > 0)


def _mode_steps() -> tuple[Step, ...]:
    whole = _whole()
    return (
        Step(
            "force on a mode",
            "-grad S of all weights has in mode k a factor that depends on |w_k|, |v_k| alone "
            "times that mode: phases stay, and modes move one by one; the rate 1 of the prior "
            "is not in it",
            whole,
            sp.Tuple(*forces()),
            exact_on(_force_cases, "exact slopes of real-space sums by every weight, P = 3, 4, 5"),
            (Assumption.MEAN_FIELD, Assumption.COMPLETE_DATA, Assumption.MODE_DECAY),
        ),
        Step(
            "relaxation to the prior",
            "without residual and decay both real parts of a mode are Ornstein-Uhlenbeck "
            "processes; |w_k| is the norm of the two",
            whole.subs(a, 0),
            sp.Tuple(*relaxation()),
            equal_on(_relaxation_cases, "Ito's formula, with the noise counted weight by weight"),
        ),
    )


def _network_steps() -> tuple[Step, ...]:
    inverse = 1 / (sigma2 + lam)
    return (
        Step(
            "residual at each time",
            "phases are uniform and modes of one law at the start, and both stay so: the kernel "
            "of that time has the target as an eigenvector",
            sigma2 * inverse,
            residual(),
            equal_on(_residual_cases, "regression on a kernel counted product by product"),
            (Assumption.UNIFORM_PHASES,),
        ),
        free_energy_step(
            "sigma^2",
            ", the prior and the decay",
            mode_data() * inverse / (2 * N),
            energy(),
            _energy_cases,
            _convex_claims,
        ),
    )


@cache
def dynamics() -> Derivation:
    """Force, free relaxation, residual and free energy of the mean-field dynamics of a mode.

    Results: ``force_w``, ``force_v`` at (|w_k|, |v_k|, a); ``kept`` and ``spread`` of a real part
    after a time t; ``a`` from <x x_v>; ``energy`` per neuron and mode by a. Time is that of dw =
    -grad S dt + sqrt(2) dW: steps times learning rate for a descent on S, sigma^2 times that for
    one on the loss (1/2) sum |y - f|^2. Source: derived here.
    """
    steps = (*_mode_steps(), *_network_steps())
    results = dict(zip(("force_w", "force_v"), forces(), strict=True))
    results |= dict(zip(("kept", "spread"), relaxation(), strict=True))
    results |= {"a_in_time": residual(), "energy": energy()}
    return Derivation("Mean-field dynamics of a mode", steps, results)
