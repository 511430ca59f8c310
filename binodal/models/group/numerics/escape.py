"""Escapes of a block out of zero and out of rank one, at the group's own size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from math import exp, log

from flint import arb
from scipy.optimize import brentq

from binodal.models.group.numerics.block_closure import solved
from binodal.models.group.numerics.block_paths import Block, log10_time
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.modular.numerics.functions import coupling, values
from binodal.models.modular.numerics.hysteresis import Number, leaving
from binodal.models.modular.numerics.metastable import zero_basin
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Escape
from binodal.numerics.phases.hysteresis import Escapes

_BITS, _ROUNDING = 64, 1e-13
_potential = Forms("binodal.models.group.forms.escape").floats("potential")
_FORMS = Forms("binodal.models.group.forms.block_escape")
_rate, _orders, _reaction = (_FORMS.floats(name) for name in ("rate", "orders", "reaction"))
_zero = _FORMS.balls("zero")
_components = Forms("binodal.models.group.forms.law").data("components", int)

Values = Mapping[str, Fraction]


def block_escapes(twin: CyclicTwin, parameters: Values, theory: str, bits: int) -> Escapes:
    """Of zero and of rank one; parameters hold the group's order.

    The law of the ring's residual may be unknown: then there is no time out of it.
    """
    law = DeterminantLaw(twin.block, twin.setting.decay, 1, parameters)
    rows = twin.block.dimension // twin.least_rank
    decay = {**parameters, "gamma": parameters["gamma"] * twin.felt_rank**2}
    of = _number(law, rows, bits)
    zero = partial(_zero_of_number if rows == 1 else _zero_of_rows, law, rows, decay, theory)
    ring = cache(lambda: _equilibrium(law) if rows == 1 else solved(twin, parameters, bits).closure)
    out, fall = (
        leaving(of, well, decay, theory, bits, residual)
        for well, residual in (("zero", zero), ("ring", ring))
    )
    if rows == 1:
        return Escapes(out, fall)
    if law.decay == "schatten":
        rise = _rise(of, law, rows, lambda well: leaving(well, "zero", decay, theory, bits, ring))
        fall = _noted(fall, _fall_beside(rise))
    return Escapes(out, fall)


def _rise(of: Number, law: DeterminantLaw, rows: int, leave: Callable[[Number], Escape]) -> Escape:
    """Out of rank one into rank two, whose next order is that of a block of one row less.

    What the value that stays does to it is taken as x_-/x_+ of that.
    """
    own, less = (
        _rate("rise", law.decay, law.block.kind, rows),
        _orders(law.decay, law.block.kind, rows - 1),
    )
    others: list[float] = []

    def orders(state: Sequence[float]) -> Sequence[float]:
        flux, zero, ring = less(*state, float(law.strength))
        others.append((abs(flux) + abs(zero)) * state[0] / state[1])
        return flux, zero, ring

    by_paths = of.by_paths
    escape = leave(
        replace(
            of,
            rate=lambda _, state: float(own(*state, float(law.strength))[0]),
            orders=orders,
            by_paths=by_paths and (lambda _, state: by_paths("rise", state)),
        )
    )
    if escape.error is None:
        return escape
    return replace(escape, error=escape.error + max(others) / log(10))


def _fall_beside(rise: Escape) -> str:
    """What a time out of rank one leaves out: that it may rise instead."""
    known = rise.exact_time() or (rise.log10_time, rise.error)
    if known[0] is None:
        return f"the fall alone; of the rise to rank two {rise.why}"
    time = "{:.5g} +- {:.1g}".format(*known)
    by = "" if rise.exact else " by the formula"
    return f"the fall alone: log10 time of the rise to rank two {time}{by}"


def _noted(escape: Escape, note: str) -> Escape:
    if escape.log10_time is None and escape.exact is None:
        return escape
    return replace(escape, why="; ".join(filter(None, (escape.why, note))))


def _number(law: DeterminantLaw, rows: int, bits: int) -> Number:
    kind, decay, strength = law.block.kind, law.decay, float(law.strength)
    with precision(bits):
        floats = [float(v.mid()) for v in values(law.parameters)]
        size: arb = ball(law.strength / 2)

    def potential(r: float, t: float, at_u: float, gamma: float) -> float:
        value: float = _potential(kind)(r, t, at_u, gamma, strength)[0]
        return value

    def by_paths(well: str, state: Sequence[float]) -> tuple[float, float]:
        return log10_time(Block(decay, kind, rows, strength, *state[2:]), well, state)

    return Number(
        _components(kind),
        strength,
        size,
        "|G|",
        lambda well, state: float(_rate(well, decay, kind, rows)(*state, strength)[0]),
        lambda state: _orders(decay, kind, rows)(*state, strength),
        lambda x, at_u: float(_reaction(kind, rows)(x, at_u, strength, *floats)[0]),
        potential if rows == 1 else None,
        by_paths,
    )


def _zero_of_number(law: DeterminantLaw, _: int, parameters: Values, theory: str) -> Closure | None:
    return zero_basin(parameters, theory, lambda cut: partial(law.level_of_number, cut))


def _zero_of_rows(
    law: DeterminantLaw, rows: int, parameters: Values, theory: str
) -> Closure | None:
    """With and without the first effect of the pull on lambda, and all between them."""

    def closure(share: int) -> Closure | None:
        def level(u: arb) -> arb:
            overlap, growth = _zero(law.block.kind, rows)(u, ball(law.strength))
            return law.scale() * ball(law.often) * overlap * (1 + share * growth)

        return zero_basin(parameters, theory, lambda _: level)

    plain, pulled = closure(0), closure(1)
    if plain is None or pulled is None:
        return None
    return Closure(plain.a.union(pulled.a), plain.lam.union(pulled.lam))


def _equilibrium(law: DeterminantLaw) -> Closure:
    """In doubles: tau - sigma^2 - lambda grows with tau, from the noise alone on.

    Where u is too large for the law's integrals lambda is taken to be larger still.
    """
    noise = ball(law.parameters["sigma2"])

    def excess(log_tau: float) -> float:
        with precision(_BITS):
            tau = arb(log_tau).exp()
            return float(tau - noise - law.level_of_number(None, coupling(tau, law.parameters)))

    def known(log_tau: float) -> float:
        try:
            return excess(log_tau)
        except Undecided:
            return -1.0

    log_tau = float(noise.log())
    while known(log_tau) < 0:
        log_tau += 1
    tau = exp(brentq(known, log_tau - 1, log_tau, xtol=_ROUNDING))
    excess(log(tau))
    time = arb(tau, 10 * _ROUNDING * tau)
    return Closure(noise / time, time - noise)
