"""Envelopes of nonlinearities: how large they can be anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp


@dataclass(frozen=True)
class Envelope:
    """|u(z)| <= height (1 + |z|)^power exp(rate |z|)."""

    height: sp.Expr
    power: int = 0
    rate: sp.Expr = sp.S.Zero

    def __add__(self, other: Envelope) -> Envelope:
        rate = sp.Max(self.rate, other.rate)
        return Envelope(self.height + other.height, max(self.power, other.power), rate)

    def __mul__(self, other: Envelope) -> Envelope:
        power, rate = self.power + other.power, self.rate + other.rate
        return Envelope(self.height * other.height, power, rate)
