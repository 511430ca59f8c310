"""The law of a block against sampled weights, and closures against the certified ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import torch

from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import named
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network.transform import GroupTransform
from binodal.models.group.numerics.finite import finite_solver
from binodal.models.group.predictions import finite_width as of_blocks
from binodal.models.group.predictions import rows as of_group
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.rows import predictions
from binodal.models.group.setting import setting_of
from binodal.models.modular.predictions import finite_width
from binodal.models.registry import parameters_of
from binodal.numerics.errors import Undecided
from tests.laws import cases

GAMMA = 0.7
BLOCKS = [
    ("S3", "2a", "schatten"),
    ("S3", "2a", "frobenius"),
    ("S3", "1b", "schatten"),
    ("Q8", "2a", "frobenius"),
    ("Z2xZ4", "1e", "schatten"),
    ("S3xZ3", "2b", "schatten"),
    ("Q8xS3", "4a", "schatten"),
    ("Q8xS3", "4a", "frobenius"),
    ("S3xZ3", "2b", "frobenius"),
]


def parameters(group: str, decay: str = "schatten", **values: str):
    name = f"group[group={group}; decay={decay}; irrep=every]"
    own = {"N": "200", "sigma2": "1/125", "sigma_a2": "1/500", "gamma": "2"} | values
    return parameters_of(name, {key: Fraction(value) for key, value in own.items()})


def sampled(group: str, block: str, decay: str, u: float) -> dict[str, tuple[float, float]]:
    """Means and their errors: Gaussian weights on the group, weighed by what is not the prior."""
    order, stream = named(group).order, torch.Generator().manual_seed(7)
    weights = torch.randn((120_000, 2, order), generator=stream, dtype=torch.float64)
    (rho,) = (rho for rho in real_irreps(named(group)) if rho.name == block)
    w, v = GroupTransform([rho]).blocks(weights)[0].unbind(1)

    def norm(matrix: torch.Tensor) -> torch.Tensor:
        return matrix.square().sum((1, 2)) / rho.twice

    def sixth(matrix: torch.Tensor) -> torch.Tensor:
        return norm(matrix) ** 3 if decay == "frobenius" else norm(matrix @ matrix.mT @ matrix)

    product, values = w @ v, torch.linalg.svdvals(torch.stack((w, v))).square().mean(0)
    strength = order * rho.dimension * rho.members
    log = -strength * (GAMMA / 6 * (sixth(w) + sixth(v)) - u * norm(product))
    p = torch.exp(log - log.max())
    p /= p.sum()
    assert 1 / p.square().sum() > 2000
    found = {
        "x2": norm(product),
        "swapped": norm(v @ w),
        "x": (norm(w) + norm(v)) / 2,
        "largest": values[:, 0],
        "smallest": values[:, -1],
        "fourth": norm(product) ** 2,
        "sharp": norm(product @ product.mT),
    }
    means = {name: float(p @ value) for name, value in found.items()}
    return {
        name: (means[name], float((p * (value - means[name])).norm()))
        for name, value in found.items()
    }


@pytest.mark.parametrize(("group", "name", "decay"), cases(BLOCKS, every=4))
def test_moments_are_those_of_sampled_weights(group, name, decay):
    (block,) = (block for block in blocks(named(group)) if block.name == name)
    law = BlockLaw.of(block, named(group).order, GAMMA, decay)
    for u in (0.0, 0.4):
        measured, moments = sampled(group, name, decay, u), law.moments(u)
        for quantity in ("x2", "swapped", "x", "largest", "smallest"):
            mean, error = measured[quantity]
            assert abs(moments[quantity] - mean) < 5 * error, (quantity, u)
        (fourth, own), (sharp, other) = measured["fourth"], measured["sharp"]
        spread = fourth / sharp * (own / fourth + other / sharp)
        assert abs(moments["rank"] - fourth / sharp) < 5 * spread


def test_a_law_with_another_measure_or_angle_is_seen():
    (block,) = (block for block in blocks(named("S3")) if block.name == "2a")
    right = BlockLaw.of(block, 6, GAMMA, "schatten")
    mean, error = sampled("S3", "2a", "schatten", 0.4)["x2"]
    for wrong in ({"beta": 2}, {"strength": right.strength / 2}, {"most": 1}, {"twice": 2}):
        assert abs(replace(right, **wrong).moments(0.4)["x2"] - mean) > 20 * error


SHARP = {"N": "400", "sigma2": "1/20000", "sigma_a2": "1/1000000"}
"""Where the two singular values of an irrep fill."""


@pytest.mark.parametrize(
    ("group", "values"),
    cases([("Z5", {}), ("S3", SHARP), ("Q8", {}), ("Z2xZ4", {}), ("S3", {})], every=None),
)
def test_closures_are_the_certified_ones(group, values, monkeypatch):
    """Of the closures alone: orders in 1/N have tests of their own."""
    monkeypatch.setattr(of_group, "_finite_width", lambda cases: [])
    at = parameters(group, **values)
    solution = finite_solver(setting_of(at.space.settings))(at, "derived", 15)
    said = {p.observable: p for p in predictions(at, ("derived",)) if p.label == "derived, finite"}
    seen = 0
    for part in solution.parts:
        if part.closure is None or f"a_{part.words['irrep']}" not in said:
            continue
        seen += 1
        for name, ball in (("a", part.closure.a), ("lambda", part.closure.lam)):
            row = said[f"{name}_{part.words['irrep']}"]
            exact = float(ball.mid())
            assert abs(row.value - exact) <= row.error + 1e-11 * exact
            assert row.error < (5e-5 if part.words["dimension"] > 1 else 1e-11) * exact
    assert seen


def test_orders_in_the_width_are_those_of_modular_addition():
    at = parameters("Z5")
    said = {p.observable: p for p in predictions(at, ("derived",)) if p.limit == "finite width"}
    values = {name: float(value) for name, value in at.items()} | {"P": 5.0}
    plain = {p.observable: p for p in finite_width.predictions(values)}
    assert set(said) == {"a_1b", "lambda_1b", "x2_1b", "x_1b"}
    for name, row in said.items():
        assert row.value == plain[name.removesuffix("_1b")].value


@pytest.mark.parametrize("group", cases(["S3", "Z2xZ4"], every=None))
def test_controls_differ_from_the_theory(group, monkeypatch):
    monkeypatch.setattr(of_group, "_finite_width", lambda cases: [])
    said = predictions(parameters(group), ("derived",))
    right = {p.observable: p.value for p in said if p.label == "derived, finite"}
    for theory in {p.theory for p in said if p.control}:
        rows = [p for p in said if p.theory == theory]
        assert any(abs(p.value / right[p.observable] - 1) > 0.05 for p in rows), theory


def test_three_singular_values_have_a_closure_but_no_quadrature_for_controls(monkeypatch):
    """Drawn neurons, which the first order in 1/N takes, are left out here."""

    def none(*arguments):
        raise Undecided("no neurons are drawn")

    monkeypatch.setattr(of_blocks, "by_draws", none)
    (block,) = (block for block in blocks(named("A4")) if block.dimension == 3)
    with pytest.raises(Undecided, match="3 singular values"):
        BlockLaw.of(block, 12, GAMMA, "schatten")
    said = predictions(parameters("A4"), ("derived",))
    row = next(p for p in said if p.observable == "a_3a" and p.limit == "finite")
    limit = next(p for p in said if p.observable == "a_3a" and p.limit == "thermodynamic")
    assert not row.missing and row.error < 1e-5 * row.value
    assert 0 < row.value < 1 and 0 < limit.value < 1 and not limit.missing
    assert not any(p.control and p.observable.endswith("3a") for p in said)
