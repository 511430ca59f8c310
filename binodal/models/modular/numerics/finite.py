"""The closure at finite P: one equation in tau = sigma^2 + lambda, solved in certified balls.

h(tau) = tau - sigma^2 - lambda(u(tau)) increases with slope at least one where it is continuous,
because u falls with tau and lambda does not fall with u. Proved signs at both ends of an interval
prove that the only solution lies in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.functions import (
    coupling,
    event_values,
    saddle_functions,
    values,
)
from binodal.models.modular.numerics.grid import finite_grid
from binodal.models.modular.numerics.law import mode_law, shares
from binodal.models.modular.numerics.results import (
    ACTION_UNITS,
    Closure,
    Solution,
    assumptions,
    require_complex_mode,
    require_theory,
)
from binodal.models.modular.numerics.solve import neurons, saddles, with_masses
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import PHASES, RULE, phase

_SCAN_BITS = 64
_SPARE_BITS = 64
_COARSE, _GROWTHS, _CANCELLED = 12, 12, 8
CUT = "basins: ring and zero state are divided at the mean (x + x_v)/2 of the saddle between them"
PHASE_RULE = f"{RULE}; in each mode of a neuron"
REAL_MODE = (
    "even P: a and lambda are those of the complex modes; the real mode P/2 obeys a closure of its "
    "own (measure dx/sqrt(x), exponent P s)"
)
_REASON = (
    "certified quadrature; lambda does not fall with u, so the closure has one solution, which "
    "lies between two proved signs"
)


class Balance:
    """h(tau) of one mode's closure."""

    def __init__(self, parameters: Mapping[str, Fraction], theory: str, real: bool = False) -> None:
        self.parameters, self.law = parameters, mode_law(parameters, theory, real)

    def coupling(self, tau: arb) -> arb:
        """u at tau."""
        return coupling(tau, self.parameters)

    def __call__(self, tau: arb) -> arb:
        """tau - sigma^2 - lambda."""
        return tau - ball(self.parameters["sigma2"]) - self.level(self.coupling(tau))

    def level(self, u: arb) -> arb:
        """lambda at coupling u."""
        return self.law.level(u)

    def solved(self, start: float | arb, bits: int) -> arb:
        """A ball that contains the only zero. Raises Undecided without a proof."""
        return crossing(self, start, bits, 1.0)

    def near(self) -> Iterator[arb]:
        """Points near the zero, the second as near as the closure is steep there.

        A ring bends it within 1/(P x) of tau. Raises Undecided where no sign is proved at all.
        """
        steep = 1 + self.parameters["P"] ** 2 / self.parameters["gamma"]
        bits = max(0, steep.numerator.bit_length() - steep.denominator.bit_length())
        yield self._searched(_SCAN_BITS, _COARSE)
        yield self._searched(_SCAN_BITS + bits, _SCAN_BITS // 2 + bits // 2)

    def _searched(self, bits: int, digits: int) -> arb:
        """A point within 2^-digits of the zero, by signs on a logarithmic scale.

        h is positive far above the zero; where no sign is proved u is too large, hence tau too
        small.
        """
        with precision(bits):
            low = high = arb(ball(self.parameters["sigma2"]).mid())
            for doublings in range(_GROWTHS):
                if self._above(high):
                    break
                low, high = high, high * arb(4) ** 2**doublings
            else:
                raise Undecided(f"no sign of the closure was proved up to tau = {high.str(5)}")
            while not high / low - 1 < arb(2) ** -digits:
                middle = arb((low * high).sqrt().mid())
                low, high = (low, middle) if self._above(middle) else (middle, high)
            return high

    def _above(self, tau: arb) -> bool:
        try:
            return bool(self(tau) > 0)
        except Undecided:
            return False


def solve_finite(
    parameters: Mapping[str, Fraction], theory: str = "derived", bits: int = 128
) -> Solution:
    """a and lambda at the given P, the saddles with the exact mass of each basin, and the phase.

    Certified, at as many bits as the depth of the ring asks for, or undecided. The printed closure
    has no solution in a window at birth: absent. Raises ParameterError for P = 2.

    >>> from binodal.models.registry import preset
    >>> solve_finite(preset("fig3").replace(sigma2=Fraction(1, 5))).closure.a.str(8, radius=False)
    '0.84736491'
    """
    require_theory(theory)
    require_complex_mode(parameters)
    try:
        gap = _printed_gap(parameters) if theory == "published" else None
        if gap is None:
            return _sharpened(parameters, theory, bits)
        status, reason = Status.ABSENT, gap
    except Undecided as doubt:
        status, reason = Status.UNDECIDED, str(doubt)
    notes = _assumptions(parameters, theory)
    return Solution.without(theory, "finite", status, reason, notes)


def solve_mode(parameters: Mapping[str, Fraction], bits: int, real: bool) -> Solution:
    """One mode of the derived theory by itself: a complex one, or a real one like P/2.

    Certified; raises Undecided where no proof succeeds.
    """
    return _sharpened(parameters, "derived", bits, real)


def finite_notes(theory: str, *more: str) -> tuple[str, ...]:
    """What a closure at finite P rests on, its phases' rule included."""
    return assumptions(theory, ACTION_UNITS[theory], CUT, PHASE_RULE, *more)


def _assumptions(parameters: Mapping[str, Fraction], theory: str, *more: str) -> tuple[str, ...]:
    even = parameters["P"] % 2 == 0 and theory == "derived"
    return finite_notes(theory, *((REAL_MODE,) if even else ()), *more)


def closure_at(parameters: Mapping[str, Fraction], balance: Balance, tau: arb) -> Closure:
    """a and lambda at tau: tau - sigma^2, or the law's own where little of that is left."""
    sigma2 = ball(parameters["sigma2"])
    level = tau - sigma2
    if level.rel_accuracy_bits() < tau.rel_accuracy_bits() - _CANCELLED:
        own = balance.level(balance.coupling(tau))
        level = own if own.rad() < level.rad() else level
    return Closure(sigma2 / tau, level)


def _sharpened(
    parameters: Mapping[str, Fraction], theory: str, bits: int, real: bool | None = None
) -> Solution:
    """The solution with the digits that were asked for.

    A mass exp(-2 P s) loses as many bits as P s has, so it may need more of them than a. ``real``
    asks for one mode alone. Raises Undecided where no proof succeeds.
    """
    doubt = Undecided("the closure was not solved")
    for start in _starts(parameters, theory, real is True):
        solution = None
        lost = _depth_bits(parameters, theory, start)
        for working in (bits, bits + lost, 2 * (bits + lost)):
            try:
                with precision(working):
                    solution = _certified(parameters, theory, start, working, real)
            except Undecided as reason:
                doubt = reason
                continue
            if solution.phase != "undecided" and _accuracy(solution) >= bits - bits_of(0):
                break
        if solution is not None:
            return solution
    raise doubt


def _starts(parameters: Mapping[str, Fraction], theory: str, real: bool) -> Iterator[arb]:
    """tau in floats, and by signs of balls for where floats do not reach."""
    floats = {name: float(value) for name, value in parameters.items()}
    if not real and all(value > 0 for value in floats.values()):
        columns = finite_grid(floats, theory)
        if PHASES[int(columns["phase"])] != "undecided":
            yield arb(floats["sigma2"] / float(columns["a"]))
    yield from Balance(parameters, theory, real).near()


def _depth_bits(parameters: Mapping[str, Fraction], theory: str, tau: arb) -> int:
    """Bits of the exponent P s of the ring, with those of its slope in tau; a guess."""
    with precision(_SCAN_BITS):
        _, order, _, _, decay = values(parameters)
        at_u = coupling(tau, parameters)
        depth = saddle_functions(theory)(at_u, decay, order)[3]
        height = (1 + order * abs(depth)).log() / arb(2).log()
    return _SPARE_BITS + (int(float(height.mid())) if height.is_finite() else 0)


def _accuracy(solution: Solution) -> int:
    """Relative bits of the worst of a, lambda and the masses."""
    balls = [solution.closure.a, solution.closure.lam] if solution.closure else []
    balls += [s.mass for s in solution.saddles if s.mass is not None]
    return min(int(b.rel_accuracy_bits()) for b in balls if not b.is_zero())


def _certified(
    parameters: Mapping[str, Fraction], theory: str, start: arb, bits: int, real: bool | None
) -> Solution:
    balance = Balance(parameters, theory, real is True)
    tau = balance.solved(start, bits)
    closure = closure_at(parameters, balance, tau)
    ring, zero = shares(balance.law.odds(balance.coupling(tau)))
    points = with_masses(saddles(closure, parameters, theory), ring, zero)
    if not all(s.mass is None or s.mass.is_finite() for s in points):
        raise Undecided(f"the ring is too deep for {bits} bits")
    notes = (neurons(parameters, ring),) if len(points) > 1 else ()
    return Solution(
        theory,
        "finite",
        Status.CERTIFIED,
        closure,
        points,
        phase(ring, zero, ball(parameters["N"])),
        _REASON,
        _assumptions(parameters, theory, *notes),
        real_mode=_real_mode(parameters, theory, bits) if real is None else None,
    )


def _real_mode(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Closure | None:
    """The closure of the mode P/2 at even P."""
    if parameters["P"] % 2 or theory != "derived":
        return None
    balance, doubt = Balance(parameters, theory, real=True), Undecided("")
    for start in balance.near():
        try:
            return closure_at(parameters, balance, balance.solved(start, bits))
        except Undecided as reason:
            doubt = reason
    raise doubt


def _printed_gap(parameters: Mapping[str, Fraction]) -> str | None:
    """Why the printed closure has no solution here, or None: lambda jumps at birth."""
    with precision(256):
        at_u, at_x, tau, _ = event_values("birth", "published")(*values(parameters))
        jump = mode_law(parameters, "published").level_at_birth(at_u, at_x)
        sigma2 = ball(parameters["sigma2"])
        if not (sigma2 <= tau and sigma2 > tau - jump):
            return None
        return (
            f"the printed closure has no solution: lambda jumps by {jump.str(3, radius=False)} "
            "where the ring is born, and sigma^2 lies in the gap"
        )
