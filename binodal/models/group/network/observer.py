"""Observables of a group's network, by orbit of irreps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from binodal.derive.groups.group import FiniteGroup
from binodal.derive.symbols import sigma_a2
from binodal.models.group.derivations.kernel import eigenvalue
from binodal.models.group.derivations.real_irreps import RealIrrep, real_irreps
from binodal.models.group.derivations.symbols import dimension, order, overlap
from binodal.models.group.network.orbits import orbits
from binodal.models.group.network.shape import shape_at
from binodal.models.group.network.transform import GroupTransform
from binodal.models.group.setting import setting_of
from binodal.models.modular.network.network import QuadraticNetwork
from binodal.models.modular.network.observer import QuadraticObserver
from binodal.models.modular.network.residual import residual_parts
from binodal.numerics.codegen.load import compiled
from binodal.validate.observable import Number, Quantity

_WHOLE = {
    "accuracy": "share of pairs whose largest output is the product",
    "train_loss": "mean of (y - f)^2 over pairs and outputs",
}
_SCALARS = {
    "a": "its part of the mean residual, readout integrated out at fixed w (Rao-Blackwell)",
    "a_direct": "projection of y - f on its part of y, at the sampled readout",
    "lambda": "kernel eigenvalue of its part of y: the Rayleigh quotient, from |W V|_F^2",
    "x2": "mean of |W V|_F^2 over neurons",
    "x": "mean of (|W|_F^2 + |V|_F^2)/2 over neurons",
    "defect": "|Q t - lambda t|^2/(lambda |t|)^2 of its part t of y: how far from an eigenvector",
}
_OF_MATRICES = {
    "swapped": "mean of |V W|_F^2 over neurons",
    "rank": "mean of |M|_F^4 over that of |M M^+|_F^2, M = W V, over neurons: between 1 and d",
    "largest": "mean square of the largest singular value of W and V",
    "smallest": "mean square of the smallest singular value of W and V",
}


def part_of_target(group: FiniteGroup, tied: Sequence[RealIrrep]) -> Tensor:
    """T_p(g, h) = sum over irreps of (d/|G|) chi(g h p^{-1}), shape (|G|, |G|^2)."""
    characters = (rho.weight * rho.matrices.trace(axis1=1, axis2=2) for rho in tied)
    profile = torch.from_numpy(sum(characters) / group.order)
    table, inverses = torch.tensor(group.table), torch.tensor(group.inverses)
    return profile[table[table.reshape(-1)][:, inverses].T]


class GroupObserver(QuadraticObserver):
    """Moments of W_rho = sum_g u(g) rho(g)/|G| and V_rho, residuals and eigenvalues.

    All are averages over the irreps of an orbit. ``lambda`` equals the Rayleigh quotient of the
    kernel (sigma_a^2/N) sum_i S_i S_i^T on the orbit's part of the target draw by draw, because a
    neuron's overlaps with it have the norm of U V.
    """

    def __init__(self, settings: Mapping[str, str], parameters: Mapping[str, Number]) -> None:
        self.shape = shape_at(parameters, settings)
        self.orbits = orbits(setting_of(settings).blocks)
        by_name = {rho.name: rho for rho in real_irreps(self.shape.group)}
        self._irreps = [[by_name[block.name] for block in o.blocks] for o in self.orbits]
        self._transform = GroupTransform([rho for tied in self._irreps for rho in tied])
        self._parts = [part_of_target(self.shape.group, tied) for tied in self._irreps]
        self._quantities = {name: Quantity(meaning) for name, meaning in _WHOLE.items()}
        for of in self.orbits:
            own = _SCALARS if of.rows == 1 else _SCALARS | _OF_MATRICES
            self._quantities |= {
                of.named(name): Quantity(f"{of.name}: {meaning}") for name, meaning in own.items()
            }

    def _moments(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]:
        blocks = iter(self._transform.blocks(network.split(x)[0].double()))
        moments = {}
        for of, tied in zip(self.orbits, self._irreps, strict=True):
            each = [dict(self._of_block(rho, next(blocks))) for rho in tied]
            for name in each[0]:
                moments[of.named(name)] = torch.stack([own[name] for own in each]).mean(0)
        return moments

    def _of_block(self, rho: RealIrrep, both: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Of W and V (R, N, 2, n, n), averaged over neurons; norms are those over C."""
        w, v = both.unbind(2)

        def norm(matrix: Tensor) -> Tensor:
            return matrix.square().sum((-2, -1)) / rho.twice

        size = norm(w @ v)
        yield "x2", size.mean(1)
        yield "x", norm(both).mean((1, 2))
        arguments = (sigma_a2, order, dimension)
        level = compiled("level", {"level": eigenvalue().coeff(overlap)}, arguments, "torch")
        shape = self.shape
        (factor,) = level(shape.sigma_a2, float(shape.P), rho.dimension)
        yield "lambda", factor * size.mean(1)
        if rho.rows > 1:
            yield "swapped", norm(v @ w).mean(1)
            yield "rank", size.square().sum(1) / norm((w @ v) @ (w @ v).mT).sum(1)
            squares = torch.linalg.svdvals(both).square().mean((1, 2))
            yield "largest", squares[:, 0]
            yield "smallest", squares[:, -1]

    def _outputs(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]:
        output = network.output(x)
        residual = network.targets.double() - output.double()
        outputs = {
            "accuracy": (output.argmax(1) == network.targets.argmax(0)).double().mean(1),
            "train_loss": residual.square().mean((1, 2)),
        }
        a, defect = residual_parts(network, x, self._parts)
        for place, (of, part) in enumerate(zip(self.orbits, self._parts, strict=True)):
            outputs[of.named("a")], outputs[of.named("defect")] = a[:, place], defect[:, place]
            direct = (residual * part).sum((1, 2)) / part.square().sum()
            outputs[of.named("a_direct")] = direct
        return outputs
