"""The closure at finite P: one equation in tau = sigma^2 + lambda, solved in certified balls.

h(tau) = tau - sigma^2 - lambda(u(tau)) increases with slope at least one where it is continuous,
because u falls with tau and lambda does not fall with u. Proved signs at both ends of an interval
prove that the only solution lies in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from numerics.balls import ball, precision
from numerics.errors import Undecided
from numerics.modular.crossing import crossing
from numerics.modular.functions import coupling, event_values, values
from numerics.modular.grid import PHASES, finite_grid, phase_of
from numerics.modular.law import ModeLaw, mode_law, share_of
from numerics.modular.results import (
    ACTION_UNITS,
    Closure,
    Solution,
    assumptions,
    require,
    require_complex_mode,
)
from numerics.modular.solve import neurons, saddles, with_masses
from numerics.outcome import Status

_SCAN_BITS = 64
_ROUNDING = 1e-9
CUT = "basins: ring and zero state are divided at the mean (x + x_v)/2 of the saddle between them"
PHASE_RULE = (
    "phase at finite P: GFL while lambda is below twice its value without interaction, GMFL-II "
    "once fewer than one of the N neurons is left in the zero state of a mode"
)
REAL_MODE = (
    "even P: a and lambda are those of the complex modes; the real mode P/2 obeys a closure of its "
    "own (measure dx/sqrt(x), exponent P s)"
)


class Balance:
    """h(tau) of one mode's closure."""

    def __init__(self, parameters: Mapping[str, Fraction], theory: str, real: bool = False) -> None:
        self.parameters, self.law = parameters, mode_law(parameters, theory, real)

    def coupling(self, tau: arb) -> arb:
        """u at tau."""
        at_u: arb = coupling()(tau, *values(self.parameters))[0]
        return at_u

    def __call__(self, tau: arb) -> arb:
        """tau - sigma^2 - lambda."""
        return tau - ball(self.parameters["sigma2"]) - self.law.level(self.coupling(tau))

    def solved(self, start: float, bits: int) -> arb:
        """A ball that contains the only zero. Raises Undecided without a proof."""
        return crossing(self, start, bits, 1.0)


def solve_finite(
    parameters: Mapping[str, Fraction], theory: str = "derived", bits: int = 128
) -> Solution:
    """a and lambda at the given P, the saddles with the exact mass of each basin, and the phase.

    Certified where the quadrature's proof succeeds, else converged with an error estimate. The
    printed closure has no solution in a window at birth: absent. Raises ParameterError for P = 2.

    >>> from numerics.parameters import preset
    >>> solve_finite(preset("fig3").replace(sigma2=Fraction(1, 5))).closure.a.str(8, radius=False)
    '0.84736491'
    """
    require("coexistence", "sigma2", theory)
    require_complex_mode(parameters)
    gap = _printed_gap(parameters) if theory == "published" else None
    if gap:
        return Solution.without(
            theory, "finite", Status.ABSENT, gap, _assumptions(parameters, theory)
        )
    floats = {name: float(value) for name, value in parameters.items()}
    found = {name: float(column) for name, column in finite_grid(floats, theory).items()}
    try:
        with precision(bits):
            balance = Balance(parameters, theory)
            tau = balance.solved(floats["sigma2"] / found["a"], bits)
            return _certified(parameters, theory, tau, balance.law)
    except Undecided as doubt:
        return _converged(parameters, theory, found, str(doubt))


def _assumptions(parameters: Mapping[str, Fraction], theory: str, *more: str) -> tuple[str, ...]:
    even = parameters["P"] % 2 == 0 and theory == "derived"
    extra = (REAL_MODE,) if even else ()
    return assumptions(theory, ACTION_UNITS[theory], CUT, PHASE_RULE, *extra, *more)


def _closure(parameters: Mapping[str, Fraction], tau: arb) -> Closure:
    cold = ball(parameters["sigma2"])
    return Closure(cold / tau, tau - cold)


def _certified(parameters: Mapping[str, Fraction], theory: str, tau: arb, law: ModeLaw) -> Solution:
    closure = _closure(parameters, tau)
    at_u = coupling()(tau, *values(parameters))[0]
    share = share_of(law.odds(at_u))
    found = with_masses(saddles(closure, parameters, theory), share)
    phase = _phase(parameters, law, closure, share)
    notes = (neurons(parameters, float(share.mid())),) if len(found) > 1 else ()
    reason = (
        "certified quadrature; lambda does not fall with u, so the closure has one solution, which "
        "lies between two proved signs"
    )
    return Solution(
        theory,
        "finite",
        Status.CERTIFIED,
        closure,
        found,
        phase,
        reason,
        _assumptions(parameters, theory, *notes),
        real_mode=_real_mode(parameters, theory),
    )


def _phase(parameters: Mapping[str, Fraction], law: ModeLaw, closure: Closure, share: arb) -> str:
    columns = (closure.lam, law.level(arb(0)), share, ball(parameters["N"]))
    code = phase_of(*(np.array(float(c.mid())) for c in columns))
    return PHASES[int(code)]


def _real_mode(parameters: Mapping[str, Fraction], theory: str) -> Closure | None:
    """The closure of the mode P/2 at even P: started above its solution, signs decide."""
    if parameters["P"] % 2 or theory != "derived":
        return None
    balance = Balance(parameters, theory, real=True)
    bits = ctx.prec
    with precision(_SCAN_BITS):
        low = ball(parameters["sigma2"])
        high = low + abs(balance(low))
        while not high / low - 1 < 1e-9:
            middle = arb((low * high).sqrt().mid())
            low, high = (middle, high) if balance(middle) < 0 else (low, middle)
    return _closure(parameters, balance.solved(float(high.mid()), bits))


def _converged(
    parameters: Mapping[str, Fraction], theory: str, found: Mapping[str, float], doubt: str
) -> Solution:
    """The float solution; its error is the change on a finer quadrature, plus rounding."""
    floats = {name: float(value) for name, value in parameters.items()}
    finer = {name: float(column) for name, column in finite_grid(floats, theory, 28).items()}
    a, lam = (
        arb(finer[name], abs(finer[name] - found[name]) + _ROUNDING * finer[name])
        for name in ("a", "lambda")
    )
    rings = saddles(Closure(arb(finer["a"]), arb(0)), parameters, theory)
    ring = arb(finer["mass"], abs(finer["mass"] - found["mass"]) + _ROUNDING * finer["mass"])
    marked = with_masses(rings, ring if len(rings) > 1 else arb(0))
    return Solution(
        theory,
        "finite",
        Status.CONVERGED,
        Closure(a, lam),
        marked,
        PHASES[int(finer["phase"])],
        f"not certified: {doubt}",
        _assumptions(parameters, theory),
        masses=Status.CONVERGED,
    )


def _printed_gap(parameters: Mapping[str, Fraction]) -> str | None:
    """Why the printed closure has no solution here, or None: lambda jumps at birth."""
    with precision(256):
        at_u, at_x, tau, _ = event_values("birth", "published")(*values(parameters))
        jump = mode_law(parameters, "published").level_at_birth(at_u, at_x)
        cold = ball(parameters["sigma2"])
        if not (cold <= tau and cold > tau - jump):
            return None
        return (
            f"the printed closure has no solution: lambda jumps by {jump.str(3, radius=False)} "
            "where the ring is born, and sigma^2 lies in the gap"
        )
