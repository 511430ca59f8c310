"""The order parameter of a block over neurons: moments of |W V|^2 and the Binder cumulant."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from binodal.numerics.codegen.forms import Forms

_binder = Forms("binodal.models.group.forms.law").balls("binder")


@dataclass(frozen=True)
class Order:
    """<|W V|^2> and <|W V|^4> of one neuron."""

    mean: arb
    square: arb

    @property
    def binder(self) -> arb:
        """1 - <m^4>/(3 <m^2>^2) of m = |W V|."""
        value: arb = _binder()(self.mean, self.square)[0]
        return value

    def numbers(self) -> dict[str, arb]:
        """By the names of the documents."""
        return {"overlap": self.mean, "overlap_square": self.square, "binder": self.binder}
