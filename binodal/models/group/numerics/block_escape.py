"""Escape of a block of several rows out of zero, by Eyring and Kramers' formula alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from flint import arb

from binodal.derive.groups.block import Block
from binodal.models.group.parameters import ORDER
from binodal.models.modular.numerics.functions import values
from binodal.models.modular.numerics.hysteresis import Number, leaving
from binodal.models.modular.numerics.metastable import zero_basin
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.phases.escape import Escape
from binodal.numerics.phases.hysteresis import Escapes

_FORMS, _LAW = (Forms(f"binodal.models.group.forms.{name}") for name in ("block_escape", "law"))
_rate, _reaction, _zero = (_FORMS.floats(name) for name in ("rate", "reaction", "zero"))
_zero_balls = _FORMS.balls("zero")
_components, _strength = _LAW.data("components", int), _LAW.data("strength", exact)
_scale = _LAW.balls("kernel_scale")
_MARGIN = 6.0
"""The next order of the whole rate over that of the weight of zero: twice what particles show."""

_ALONE = (
    "Kramers alone: the exact equation has five coordinates or more; next order taken as "
    f"{_MARGIN:g} times that of the weight of zero"
)
_RANKS = "no time: a block of rank one may rise to rank two as well as fall to zero"


def block_escapes(
    block: Block, parameters: Mapping[str, Fraction], theory: str, bits: int
) -> Escapes:
    """Out of zero at the group's own size, under ``schatten``; the ring is refused."""
    row = _strength(block.kind, block.dimension, len(block.members))
    shape = block.kind, block.dimension // int(row["twice"])
    with precision(bits):
        floats = [float(v.mid()) for v in values(parameters)]
        full = row["strength"] * parameters[ORDER]
        scale = (
            ball(row["twice"])
            * _scale(block.dimension)(ball(parameters[ORDER]), ball(parameters["sigma_a2"]))[0]
        )
        size, strength = ball(full / 2), float(full)
    of = Number(
        _components(block.kind),
        strength,
        size,
        "|G|",
        lambda _, state: float(_rate(*shape)(state[0], *state[2:], strength)[0]),
        None,
        lambda x, at_u: float(_reaction(*shape)(x, at_u, strength, *floats)[0]),
        lambda at_u: _MARGIN * float(_zero(*shape)(at_u, strength)[2]),
    )

    def closure(share: int) -> Closure | None:
        def level(u: arb) -> arb:
            overlap, growth, _ = _zero_balls(*shape)(u, ball(full))
            return scale * overlap * (1 + share * growth)

        return zero_basin(parameters, theory, lambda _: level)

    def zero() -> Closure | None:
        """With and without the first effect of the pull on lambda, and all between them."""
        plain, pulled = closure(0), closure(1)
        if plain is None or pulled is None:
            return None
        return Closure(plain.a.union(pulled.a), plain.lam.union(pulled.lam))

    escape = leaving(of, "zero", parameters, theory, bits, zero)
    if escape.log10_time is not None:
        escape = replace(escape, why="; ".join(filter(None, (escape.why, _ALONE))))
    return Escapes(escape, Escape.without(_RANKS))
