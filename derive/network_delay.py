"""From the time of one neuron to that of a network: each that crosses moves the barrier for others.

Neurons beyond the barrier are a share f of all, and either side is in equilibrium in its own well.
The closure at f then fixes the residual, and f itself follows a flow in one number.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on

SHARE = sp.Symbol("f", positive=True)
OUT, ODDS = sp.symbols("k H", positive=True)
"""Rate out of the zero state per neuron, and log of the wells' odds, at the residual of f."""
BY_ONE, TIME = sp.symbols("f_1 t", positive=True)
"""1/f_1 = -d log k/df at f = 0."""
COUNT = sp.Symbol("N", positive=True)
_GAIN, _SPRING, _TARGET, _RESIDUAL = sp.symbols("g s y r", positive=True)
_BEFORE, _BEYOND = sp.symbols("m_0 m_1", positive=True)
_SADDLE = sp.Symbol("m_s", positive=True)
"""The squared feature at the saddle."""
_BEND = sp.Symbol("B", positive=True)
_ATOMS = (
    ((sp.Rational(2, 3), sp.Rational(1, 5)), (sp.Rational(1, 4), sp.Rational(4, 7))),
    ((sp.Rational(1, 90), sp.Rational(9, 5)), (sp.Rational(1, 70), sp.Rational(13, 6))),
)
"""(prior probability, feature) of the neurons before the barrier, and of those beyond."""
_AT = {_GAIN: sp.Rational(3, 4), _SPRING: sp.Rational(5, 3), _TARGET: sp.Rational(7, 4)}
_UP, _DOWN = sp.symbols("b0:3", positive=True), sp.symbols("d0:3", positive=True)


def odds_slope() -> sp.Expr:
    """dH/df: minus a square over the curvature B of the closure's potential."""
    return -((_GAIN * _RESIDUAL * (_BEYOND - _BEFORE)) ** 2) / _BEND


def saddle_slope() -> sp.Expr:
    """dS(saddle)/df, the zero state answering; S there falls by g m_s r^2/2."""
    return _GAIN**2 * _RESIDUAL**2 * _SADDLE * (_BEYOND - _BEFORE) / _BEND


def drift() -> sp.Expr:
    """df/dt, with the rate back that detailed balance demands."""
    return (1 - SHARE) * OUT - SHARE * OUT * sp.exp(-ODDS)


def falling() -> sp.Expr:
    """The time to a share f when the rate falls as exp(-f/f_1) and none return."""
    return BY_ONE / OUT * (sp.exp(SHARE / BY_ONE) - 1)


def one_by_one() -> sp.Expr:
    """The mean time to three crossings, of chances up b_k and down d_k with k across."""
    total = last = sp.S.Zero
    for rise, fall in zip(_UP, _DOWN, strict=True):
        last = (1 + fall * last) / rise
        total += last
    return total


def first_crossing() -> sp.Expr:
    """The mean time to the first of N."""
    return 1 / (COUNT * OUT)


def _log_z(side: int, residual: sp.Expr) -> sp.Expr:
    terms = (p * sp.exp(_GAIN * feature**2 * residual**2 / 2) for p, feature in _ATOMS[side])
    return sp.log(sp.Add(*terms)).subs(_AT)


def _mixed(share: sp.Expr, residual: sp.Expr) -> sp.Expr:
    """(1 - f) log Z before + f log Z beyond + (s/2)(r - y)^2."""
    pull = (_SPRING / 2 * (residual - _TARGET) ** 2).subs(_AT)
    return (1 - share) * _log_z(0, residual) + share * _log_z(1, residual) + pull


def _solved(share: sp.Expr) -> sp.Expr:
    slope = sp.diff(_mixed(share, _RESIDUAL), _RESIDUAL)
    return sp.nsolve(slope, _RESIDUAL, 1, prec=50)


def _moved_cases(claim: sp.Tuple) -> Cases:
    """H and S of the saddle at the residuals of neighbouring shares, each solved anew."""
    step, feature = sp.Rational(1, 10**8), sp.Rational(7, 9)
    for share in (sp.Rational(1, 9), sp.Rational(2, 5)):
        r, *ends = (_solved(share + k * step) for k in (0, -1, 1))
        slopes = [sp.diff(_log_z(side, _RESIDUAL), _RESIDUAL).subs(_RESIDUAL, r) for side in (0, 1)]
        bend = sp.diff(_mixed(share, _RESIDUAL), _RESIDUAL, 2).subs(_RESIDUAL, r)
        point = {**_AT, _RESIDUAL: r, _SADDLE: feature**2, _BEND: bend}
        point |= {
            m: slope / (r * _AT[_GAIN]) for m, slope in zip((_BEFORE, _BEYOND), slopes, strict=True)
        }
        heights = [_log_z(1, each) - _log_z(0, each) for each in ends]
        tops = [-_AT[_GAIN] * feature**2 * each**2 / 2 for each in ends]
        for name, formula, (low, high) in zip(("H", "S"), claim, (heights, tops), strict=True):
            yield (share, name), formula.subs(point), (high - low) / (2 * step)


def _drift_cases(claim: sp.Expr) -> Cases:
    """At rest where f/(1 - f) = e^H; without returns the share left decays by itself."""
    rest = sp.exp(ODDS) / (1 + sp.exp(ODDS))
    yield "rest", claim.subs(SHARE, rest), sp.S.Zero
    left = sp.Function("n")(TIME)
    law = sp.dsolve(sp.Eq(left.diff(TIME), -OUT * left), left, ics={left.subs(TIME, 0): 1}).rhs
    yield "none return", sp.limit(claim, ODDS, sp.oo).subs(SHARE, 1 - law), sp.diff(1 - law, TIME)


def _falling_cases(claim: sp.Expr) -> Cases:
    """Neurons cross at the falling rate, and a rate that does not fall needs f/k."""
    yield "rate", 1 / sp.diff(claim, SHARE), OUT * sp.exp(-SHARE / BY_ONE)
    yield "start", claim.subs(SHARE, 0), sp.S.Zero
    yield "held", sp.limit(claim, BY_ONE, sp.oo), SHARE / OUT


def _chain_cases(claim: sp.Expr) -> Cases:
    """The backward equation of the chain of crossings, as a linear system."""
    size = len(_UP)
    generator = sp.zeros(size, size)
    for k in range(size):
        generator[k, k] = -_UP[k] - (_DOWN[k] if k else 0)
        if k:
            generator[k, k - 1] = _DOWN[k]
        if k + 1 < size:
            generator[k, k + 1] = _UP[k]
    yield "from none", claim, generator.LUsolve(-sp.ones(size, 1))[0]


def _first_cases(claim: sp.Expr) -> Iterator[tuple[object, sp.Expr, sp.Expr]]:
    """The least of N exponential times, by its law."""
    for count in (1, 2, 5):
        alive = sp.exp(-OUT * TIME) ** count
        yield count, claim.subs(COUNT, count), sp.integrate(alive, (TIME, 0, sp.oo))


def steps() -> tuple[Step, ...]:
    """What holds for any model."""
    return (
        Step(
            "odds fall as neurons cross",
            "(1 - f) log Z before the barrier + f log Z beyond + the spring is convex, so that one "
            "residual r belongs to each f; H = log of the wells' odds there has the slope -(g r "
            "(m_1 - m_0))^2/B, m the mean squared features and B the potential's curvature: "
            "never positive. With log f/(1 - f) rising there is one place of rest, and no share "
            "beyond which the others would follow of themselves. The saddle rises, by g m_s r per "
            "residual; B holds the answer of the zero state, which may be most of it",
            ODDS,
            sp.Tuple(odds_slope(), saddle_slope()),
            close_on(_moved_cases, "closures of four kinds of neurons at neighbouring shares", 8),
        ),
        Step(
            "flow of the share",
            "neurons cross at the rate k and return at k e^{-H}, which detailed balance demands",
            (1 - SHARE) * OUT,
            drift(),
            equal_on(_drift_cases, "place of rest, and the decay of those that are left"),
        ),
        Step(
            "a barrier that grows",
            "to first order log k falls by f/f_1; while few return, f = f_1 log(1 + k t/f_1): the "
            "time to f is exponential in f/f_1, and 1/k of one neuron is no measure of it",
            drift(),
            falling(),
            equal_on(_falling_cases, "its slope is the inverse rate; f/k where f_1 is infinite"),
        ),
        Step(
            "one by one",
            "of finitely many, h_k = (1 + d_k h_{k-1})/b_k is the mean time from k across to k + 1",
            drift(),
            one_by_one(),
            equal_on(_chain_cases, "the backward equation as a linear system"),
        ),
        Step(
            "the first of all",
            "N neurons that do not see each other have the rate N k",
            OUT,
            first_crossing(),
            equal_on(_first_cases, "the least of exponential times, by its law"),
        ),
    )


@cache
def crossings() -> Derivation:
    """Results ``odds_slope``, ``saddle_slope``, ``drift``, ``falling``, ``one_by_one`` and
    ``first_crossing``, with one mode of the residual.

    >>> falling().subs({SHARE: 0})
    0
    """
    results = {
        "odds_slope": odds_slope(),
        "saddle_slope": saddle_slope(),
        "drift": drift(),
        "falling": falling(),
        "one_by_one": one_by_one(),
        "first_crossing": first_crossing(),
    }
    return Derivation("Delay of a network", steps(), results)
