"""Critical points in the thermodynamic limit, in closed form or as isolated roots, all of them.

Every event is tau - Lambda - sigma^2 = 0 with monomials tau (sigma^2 + lambda at the event) and
Lambda (lambda there). In the parameter's ratio z to its own value this is
A z^e - B z^f - C z^g = 0 with derived exponents: one root in closed form when B = 0, and else a
polynomial in a fractional power of z, whose positive roots are isolated with none missed. An
absent end of GMFL-I comes with the condition for it.

>>> from binodal.models.registry import preset
>>> critical(preset("fig3"), "gmfl2", theory="published").point.value.str(6, radius=False)
'0.176015'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import arb

from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.curves import transition
from binodal.models.modular.numerics.functions import (
    PARAMETERS,
    event_values,
    powers_of_ring,
    powers_of_tau,
    values,
)
from binodal.models.modular.numerics.results import (
    ALONG,
    DROPPED_PRIOR,
    EVENTS,
    NEVER,
    PRINTED_ZERO,
    REAL_SIZES,
    CriticalPoint,
    assumptions,
)
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.polynomials import horner, real_roots
from binodal.numerics.refine import Scalar, refine

_SEARCH_BITS = 256


@dataclass(frozen=True)
class _Balance:
    """tau - Lambda - sigma^2 as a function of t, where the parameter is t^root times its own."""

    event: str
    theory: str
    along: str
    parameters: Mapping[str, Fraction]

    @property
    def with_ring(self) -> bool:
        """Whether the ring's lambda enters: at the end of GMFL-I only."""
        return self.event == "gmfl2"

    def _exponents(self) -> list[Fraction]:
        """Exponents of the parameter in tau, Lambda and sigma^2."""
        tau, ring = powers_of_tau(self.event), powers_of_ring(self.theory)
        return [tau[self.along], ring[self.along], Fraction(int(self.along == "sigma2"))]

    def root(self) -> int:
        """The smallest root that makes every exponent whole."""
        return lcm(*(e.denominator for e in self._exponents()))

    def degrees(self) -> list[int]:
        """The exponents of t, after division by its lowest power."""
        used = self._exponents() if self.with_ring else self._exponents()[::2]
        whole = [int(e * self.root()) for e in used]
        return [power - min(whole) for power in whole]

    def coefficients(self) -> list[arb]:
        """Coefficients of t in increasing degree, at the current precision."""
        _, _, tau, full = event_values(self.event, self.theory)(*values(self.parameters))
        terms = [tau, -full] if self.with_ring else [tau]
        terms.append(-ball(self.parameters["sigma2"]))
        row = [arb(0)] * (max(self.degrees()) + 1)
        for degree, term in zip(self.degrees(), terms, strict=True):
            row[degree] += term
        return row

    def value(self, t: arb) -> arb:
        """The polynomial at t."""
        return horner(self.coefficients(), t)

    def slope(self, t: arb) -> arb:
        """Its derivative."""
        return horner([k * c for k, c in enumerate(self.coefficients())][1:], t)

    def closed_form(self) -> arb:
        """The only positive root of A t^e = C t^g."""
        row = [(k, c) for k, c in enumerate(self.coefficients()) if not c.is_zero()]
        (low, first), (high, second) = row
        return (-first / second) ** (arb(1) / (high - low))

    def parameter(self, t: arb) -> arb:
        """The parameter's value."""
        return ball(self.parameters[self.along]) * t ** self.root()


class _CriticalPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence, instability or the end of GMFL-I (gmfl2): all positive solutions."""

    limit = "thermodynamic"
    theories, events, alongs = THEORIES, EVENTS, ALONG
    impossible = NEVER

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the thermodynamic limit."""
        return notes(request.theory, request.along)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """In closed form, or all positive roots of a polynomial."""
        balance = _Balance(request.event, request.theory, request.along, request.parameters)
        bits = bits_of(request.digits)
        if not balance.with_ring:
            with precision(bits):
                point = _point(balance, balance.closed_form())
            return Status.CERTIFIED, [point], "closed form, the only solution"
        try:
            roots = _isolated(balance, request.digits)
        except Undecided as doubt:
            raise Undecided(f"{doubt}; {_condition(balance)}") from None
        if not roots:
            return Status.ABSENT, (), _condition(balance)
        with precision(bits):
            points = [_point(balance, root) for root in roots]
        degree = max(balance.degrees())
        reason = f"all positive roots of a polynomial of degree {degree} in a power of "
        own = request.parameters[request.along]
        return Status.CERTIFIED, nearest_first(points, own), reason + request.along


def notes(theory: str, along: str = "sigma2") -> tuple[str, ...]:
    """Assumptions of the thermodynamic limit."""
    zero = DROPPED_PRIOR if theory == "derived" else PRINTED_ZERO
    sizes = (REAL_SIZES,) if along in ("N", "P") else ()
    return assumptions(theory, zero, *sizes, large=True)


def _isolated(balance: _Balance, digits: int) -> list[arb]:
    """Every positive root, to full precision. Raises Undecided where two of them merge."""
    with precision(_SEARCH_BITS):
        roots = []
        for root in real_roots(balance.coefficients()):
            sign = positive(root)
            if sign is None:
                raise Undecided(f"the root {root.str(8)} has no proved sign")
            if sign:
                roots.append(root)
    return [refine(Scalar(balance.value, balance.slope), [r], bits_of(digits))[0] for r in roots]


def _condition(balance: _Balance) -> str:
    """Why there is no end of GMFL-I: the condition for its existence, with its numbers."""
    with precision(_SEARCH_BITS):
        _, _, tau, full = event_values("gmfl2", balance.theory)(*values(balance.parameters))
        ratio = full / tau
        numbers = f"tau_c = {_short(tau)}, Lambda = {_short(full)}, ratio {_short(ratio)}"
    if balance.along == "sigma2":
        return (
            "GMFL-I ends at sigma^2 = tau_c - Lambda, which exists iff Lambda/tau_c < 1 (Lambda is "
            f"lambda of a full ring at coexistence); here {numbers}: the ring never needs all of "
            "the probability, and GMFL-I lasts down to sigma^2 = 0"
        )
    return (
        f"tau_c - Lambda = sigma^2 has no positive solution {balance.along}: all roots of its "
        f"polynomial were isolated; at the given parameters {numbers}"
    )


def _short(value: arb) -> str:
    return str(value.str(6, radius=False))


def _point(balance: _Balance, t: arb) -> CriticalPoint:
    """The state at the event: u and x there, and a = sigma^2/(sigma^2 + lambda)."""
    value = balance.parameter(t)
    point = dict(zip(PARAMETERS, values(balance.parameters), strict=True))
    point[balance.along] = value
    coupling, position, tau, _ = event_values(balance.event, balance.theory)(*point.values())
    factor = point["sigma2"] / tau if balance.with_ring else arb(1)
    known = balance.event == "coexistence" and balance.theory == "derived"
    passed = transition(balance.along, position, list(point.values())) if known else None
    return CriticalPoint(value, coupling, position, factor, transition=passed)


critical = _CriticalPoints()
