"""Observables of a group's network against dense algebra and exact characters, and a whole run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from binodal.api import compare, train
from binodal.derive.groups.names import named
from binodal.models.group.derivations.exact import convolved, profile, square
from binodal.models.group.network.observer import GroupObserver
from binodal.models.modular.network.network import QuadraticNetwork
from binodal.models.modular.network.observer import ModularObserver
from binodal.validate.run.store import read
from tests.models.group.network.test_network import shape_at, state


def observer(name: str, decay: str = "schatten", irrep: str = "every") -> GroupObserver:
    numbers = {"N": 3, "sigma2": 0.3125, "sigma_a2": 0.75, "gamma": 1.375}
    return GroupObserver({"group": name, "decay": decay, "irrep": irrep}, numbers)


def network(name: str, neurons: int = 3) -> QuadraticNetwork:
    return QuadraticNetwork(shape_at(name, neurons=neurons), 2, torch.float64)


@pytest.mark.parametrize("name", ["S3", "Q8", "Z2xZ4", "D5", "A4"])
def test_parts_are_those_of_exact_characters_and_add_up_to_the_target(name):
    group, found = named(name), observer(name)
    elements = range(group.order)
    for of, part in zip(found.orbits, found._parts, strict=True):
        shape = profile(group, {block.name: Fraction(1) for block in of.blocks})
        exact = np.array([_float(group, value) for value in shape])
        table, inverses = group.table, group.inverses
        direct = [
            [exact[table[table[g][h]][inverses[p]]] for g in elements for h in elements]
            for p in elements
        ]
        assert np.allclose(part, direct, atol=1e-12)
    assert torch.allclose(sum(found._parts), network(name).targets, atol=1e-12)


def _float(group, value) -> float:
    roots = np.exp(2j * np.pi * np.arange(group.exponent) / group.exponent)
    return float((np.array(value.coefficients, dtype=float) @ roots).real)


@pytest.mark.parametrize("name", ["S3", "Q8", "Z2xZ4", "D5"])
def test_norms_are_those_of_exact_characters(name):
    group, net = named(name), network(name)
    x = (state(net) * 8).round() / 8
    found = observer(name)
    values = found.measure(net, x)
    for of in found.orbits:
        totals = dict.fromkeys(("x2", "swapped", "x"), 0.0)
        for u, v in net.split(x)[0][0].tolist():
            left, right = ([Fraction(e) for e in row] for row in (u, v))
            for block in of.blocks:
                share = 1 / (len(block.members) * len(of.blocks) * net.shape.N)

                def norm(function, name=block.name, share=share, power=4):
                    return _float(group, square(group, name, function)) * share / group.order**power

                totals["x2"] += norm(convolved(group, left, right))
                totals["swapped"] += norm(convolved(group, right, left))
                totals["x"] += (norm(left, power=2) + norm(right, power=2)) / 2
        for name_of, total in totals.items():
            if of.named(name_of) in values:
                assert values[of.named(name_of)][0].item() == pytest.approx(total, rel=1e-11)


@pytest.mark.parametrize(("name", "neurons"), [("S3", 4), ("S3", 50), ("Z2xZ4", 9), ("Q8", 5)])
def test_residuals_and_eigenvalues_are_those_of_dense_algebra(name, neurons):
    """sigma^2 (Q + sigma^2)^{-1} y by a dense inverse: fewer neurons than pairs, and more."""
    net, found = network(name, neurons), observer(name)
    x = state(net)
    values = found.measure(net, x)
    for member in range(2):
        phi = net.features(x)[member]
        kernel = 0.75 / neurons * phi.T @ phi
        rest = 0.3125 * net.targets @ torch.linalg.inv(kernel + 0.3125 * torch.eye(len(kernel)))
        direct = (net.targets - net.output(x))[member]
        for of, part in zip(found.orbits, found._parts, strict=True):
            norm = part.square().sum()
            level = (part @ kernel * part).sum() / norm
            defect = (part @ kernel - level * part).square().sum() / (level**2 * norm)
            expected = {
                "a": (rest * part).sum() / norm,
                "a_direct": (direct * part).sum() / norm,
                "lambda": level,
                "defect": defect,
            }
            for quantity, value in expected.items():
                torch.testing.assert_close(values[of.named(quantity)][member], value)


def test_ranks_tell_one_singular_value_from_two():
    net, found = network("S3"), observer("S3")
    transform = found._transform
    for values, rank in ((torch.tensor([1.0, 0.0]), 1), (torch.tensor([1.0, 1.0]), 2)):
        both = torch.diag(values.double()).expand(2, 3, 2, 2, 2)
        x = torch.zeros(2, net.dimension, dtype=torch.float64)
        nothing = torch.zeros(2, 3, 2, 1, 1, dtype=torch.float64)
        x[:, : net.layers[0].stop] = transform.weights([nothing, both]).flatten(1)
        measured = found.measure(net, x)
        assert measured["rank_2a"][0].item() == pytest.approx(rank)
        assert measured["largest_2a"][0].item() == pytest.approx(1)
        assert measured["smallest_2a"][0].item() == pytest.approx(float(values[1]), abs=1e-12)
        assert measured["x2_2a"][0].item() == pytest.approx(rank)


def test_a_cyclic_group_of_prime_order_measures_what_modular_addition_does():
    net = network("Z5")
    x = state(net)
    own, plain = observer("Z5").measure(net, x), ModularObserver({"P": 5}).measure(net, x)
    for name in ("a", "a_direct", "lambda", "x2", "x", "defect"):
        torch.testing.assert_close(own[f"{name}_1b"], plain[name])


def test_runs_of_a_cyclic_group_are_those_of_modular_addition_bit_for_bit(tmp_path: Path):
    lengths = {"members": 4, "draws": 6, "burn_in": 8, "thin": 1, "workers": 1, "seed": 5}
    sizes = {"N": 6, "sigma2": "1/2", "sigma_a2": "1/5", "gamma": 2}
    train("group", tmp_path / "group", group="Z6", **sizes, **lengths)
    train("modular", tmp_path / "modular", P=6, **sizes, **lengths)
    own, plain = (read(tmp_path / name)[0] for name in ("group", "modular"))
    for name in ("accuracy", "train_loss"):
        assert np.array_equal(own[name], plain[name])


def test_a_run_is_trained_and_judged_with_its_controls(tmp_path: Path):
    lengths = {"members": 8, "draws": 24, "burn_in": 10, "thin": 1, "workers": 1}
    sizes = {"N": 20, "sigma2": "1/8", "sigma_a2": "1/20", "gamma": 2}
    train("group", tmp_path / "run", group="Z2xZ4", **sizes, **lengths)
    rows = compare(tmp_path / "run").rows
    said = {(row.prediction.theory, row.prediction.observable) for row in rows}
    assert ("derived", "lambda_1e") in said
    assert {name for name, _ in said if name.startswith("control")} == {
        "control: lambda without its factor 4",
        "control: no interaction",
        "control: one a for all irreps",
    }
