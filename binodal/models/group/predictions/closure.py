"""Closures of blocks in double precision, from the law of one block by quadrature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp
from scipy import optimize

from binodal.derive.groups.block import Block
from binodal.derive.symbols import N, a, lam, sigma2, sigma_a2
from binodal.models.group.derivations.action import coupling
from binodal.models.group.derivations.kernel import eigenvalue, norm_of_target
from binodal.models.group.derivations.symbols import dimension, order, overlap
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.modular.derivations.closure import residual_factor
from binodal.numerics.codegen.load import compiled

_LEAST = 1e-12
_LEVEL = sp.Symbol("level", positive=True)
"""lambda under a name that Python allows."""


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    arguments = (N, order, sigma2, sigma_a2, a, dimension)
    level = eigenvalue().coeff(overlap)
    results = {"u": coupling(), "level": level, "norm": norm_of_target()}
    functions = {name: compiled(name, {name: e}, arguments, "numpy") for name, e in results.items()}
    factor = residual_factor().subs(lam, _LEVEL)
    residual = compiled("residual", {"a": factor}, (_LEVEL, sigma2), "numpy")
    return {**functions, "residual": residual}


@dataclass(frozen=True)
class BlockTheory:
    """A block in a setting: its law, and its closure; ``factor`` and ``interaction`` other than 1
    make lambda or the coupling wrong."""

    block: Block
    order: int
    parameters: Mapping[str, float]
    law: BlockLaw
    factor: float = 1.0
    interaction: float = 1.0

    def _value(self, name: str, share: float = 1.0) -> float:
        parameters = self.parameters
        values = (
            parameters["N"],
            self.order,
            parameters["sigma2"],
            parameters["sigma_a2"],
            share,
            self.block.dimension,
        )
        (value,) = _functions()[name](*map(float, values))
        return float(value)

    @property
    def norm(self) -> float:
        """|T|^2 of the block's part of the target."""
        return self._value("norm") * len(self.block.members)

    @property
    def level(self) -> float:
        """lambda over <|W V|^2>."""
        return self.factor * self._value("level")

    def coupling(self, share: float) -> float:
        """u at the residual a."""
        return self.interaction * self._value("u", share)

    def moments(self, share: float) -> dict[str, float]:
        """Means at the residual a, the eigenvalue ``lambda`` among them."""
        moments = dict(self.law.moments(self.coupling(share)))
        moments["lambda"] = self.level * moments["x2"]
        return moments


def solved(blocks: Sequence[BlockTheory]) -> tuple[float, list[dict[str, float]]]:
    """The one a that blocks share, and the moments of each: the residual's factor at the mean of
    lambda over the target. Lambda rises with a, so that the solution is the only one."""
    weights = [of.norm for of in blocks]
    noise = blocks[0].parameters["sigma2"]

    def balance(share: float) -> float:
        levels = [of.moments(share)["lambda"] for of in blocks]
        mean = sum(w * level for w, level in zip(weights, levels, strict=True)) / sum(weights)
        (factor,) = _functions()["residual"](mean, noise)
        return share - float(factor)

    share = float(optimize.brentq(balance, _LEAST, 1.0, xtol=1e-16, rtol=1e-14))
    return share, [of.moments(share) for of in blocks]
