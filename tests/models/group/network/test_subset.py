"""Networks of groups on a subset of the pairs: those of Z_P, parts by definition, and neurons."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from binodal.api import solve
from binodal.models.families import member
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network import subset
from binodal.models.group.network.subset import GroupSubsetObserver, GroupSubsetShape
from binodal.models.group.network.transform import GroupTransform
from binodal.models.group.predictions import subset_rows as predicted
from binodal.models.modular.network.mean_output import mean_output
from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape, draw_subset, stacked
from binodal.models.modular.network.subset_observer import SubsetObserver
from binodal.models.modular.numerics.subset_curves import NORM, PAIR, WIDTH
from binodal.validate.prediction import Prediction

SUBSET, NAMES = (("pairs", "subset"),), ("a", "a_test", "lambda")
AT = {"N": 4, "sigma2": 0.3125, "sigma_a2": 0.75, "gamma": 1.375, "data_fraction": 0.6}


def settings_of(group):
    return {"group": group, "decay": "schatten", "irrep": "every"}


def networks(group, order, members=3):
    """Of a group and of Z_P, on the same subsets at the same point."""
    shapes = (
        GroupSubsetShape(P=order, group_text=group, decay_name="schatten", **AT),
        SubsetShape(P=order, **AT),
    )
    stream = torch.Generator().manual_seed(order)
    seen = stacked([draw_subset(shapes[1], stream) for _ in range(members)])
    both = [SubsetNetwork(shape, seen, torch.float64) for shape in shapes]
    size = (members, both[0].dimension)
    return both, torch.randn(size, generator=stream, dtype=torch.float64)


def test_a_cyclic_group_is_modular_addition():
    (own, cyclic), x = networks("Z7", 7)
    assert torch.allclose(own.gradient(x), cyclic.gradient(x))
    found = GroupSubsetObserver(settings_of("Z7"), {**AT, "N": 4}).measure(own, x)
    same = SubsetObserver({**AT, "P": 7}).measure(cyclic, x)
    for name in ("ipr", "away", "largest", "train_loss", "test_loss", "test_accuracy"):
        assert torch.allclose(found[name], same[name])
    for name in ("a", "a_direct", "a_test", "lambda", "x2"):
        assert torch.allclose(found[f"{name}_1b"], same[name])


def test_parts_of_the_target_pair_by_pair():
    """y is the sum of all parts, d chi(g h p^-1)/|G| each, and weighs the parts of a."""
    (own, _), x = networks("S3", 6)
    observer = GroupSubsetObserver(settings_of("S3"), AT)
    found, targets = observer.measure(own, x), own.targets
    missed, group = targets - mean_output(own, x), own.shape.group
    for rho in real_irreps(group)[1:]:
        part = torch.zeros_like(targets)
        for g in range(6):
            for h in range(6):
                for p in range(6):
                    at = group.table[group.table[g][h]][group.inverses[p]]
                    part[p, 6 * g + h] = rho.dimension * rho.matrices[at].trace() / 6
        for name, where in (("a", own.seen), ("a_test", 1 - own.seen)):
            share = (missed * part * where).sum((1, 2)) / (targets * part * where).sum((1, 2))
            assert torch.allclose(found[f"{name}_{rho.name}"], share)


def test_neurons_of_one_block_and_neurons_that_see_one_pair():
    (own, _), x = networks("S3", 6, members=1)
    x = 0.01 * x
    w, size = own.split(x)[0], 1.4 / AT["gamma"] ** 0.5
    rho = real_irreps(own.shape.group)[2]
    block = torch.diag(torch.tensor([size**0.5, 0.0], dtype=torch.float64)).expand(2, 2, 2)
    w[0, 0] = GroupTransform([rho]).weights([block])[0]
    w[0, 1, 0, 4], w[0, 1, 1, 2] = 6 * size**0.5, 6 * size**0.5
    found = GroupSubsetObserver(settings_of("S3"), AT).measure(own, x)
    assert rho.name == "2a"
    assert (found["away"].item(), found["droplets"].item()) == (0.5, 0.25)


def test_what_is_predicted_of_a_mode_and_of_others(monkeypatch):
    """A complex character has the rows of modular addition, others the quenched closure; the
    closure of a complex character, and of all pairs at another noise, are wrong ones."""
    at = {"N": 400, "sigma2": "1/1000", "sigma_a2": "1/5000", "gamma": 2, "data_fraction": "19/20"}
    met = []

    def rows(own, theories):
        met.append((dict(own), list(theories)))
        return [Prediction("derived", name, 0.5) for name in NAMES]

    monkeypatch.setattr(predicted, "rows_of_mode", rows)
    modes, signs = (
        member("group", (("group", name), ("irrep", irrep), *SUBSET)).space
        for name, irrep in (("Z11", "every"), ("D12", "1b"))
    )
    found = subset.predictions(modes.at(at), ["derived"])
    assert [row.observable for row in found] == [f"{name}_1b" for name in NAMES]
    ((own, theories),) = met
    mode = {**member("modular", SUBSET).space.at({**at, "P": 11}), NORM: 2, PAIR: 1, WIDTH: 400}
    assert theories == ["derived"] and own.items() >= mode.items()
    every = subset.predictions(signs.at(at), ["derived"])
    a = {(row.theory, row.observable): row.value for row in every}
    state = solve("group", group="D12", pairs="subset", **at).document
    parts = {part["irrep"]: float(part["a"]["mid"]) for part in state["blocks"]}
    for theory, irrep in (("derived", "1b"), ("control: a complex character", "2a")):
        assert a[theory, "a_1b"] == pytest.approx(parts[irrep])
    kernel = "control: equivalent kernel, n = F P^2", "a_1b"
    noise = Fraction(at["sigma2"]) / Fraction(at["data_fraction"])
    whole = subset.predictions(signs.at({**at, "sigma2": noise, "data_fraction": 1}), ())
    rescaled = {(row.theory, row.observable): row.value for row in whole}
    assert a[kernel] == pytest.approx(rescaled[kernel])
    assert a[kernel] < a["control: F counted twice", "a_1b"]


def test_a_pair_of_equal_singular_values_under_frobenius():
    """At the cyclic twin's parameters: N/2 and a quarter of the readout's variance."""
    at = {"N": 400, "sigma2": "1/50", "sigma_a2": "1/2500", "gamma": 2, "data_fraction": "19/20"}
    own, halved = (
        solve("group", group="Q52", irrep="2g", pairs="subset", decay=decay, **{**at, **of})
        for decay, of in (("frobenius", {}), ("schatten", {"N": 200, "sigma_a2": "1/10000"}))
    )
    space = member("group", (("decay", "frobenius"), ("group", "Q52"), ("irrep", "2g"), *SUBSET))
    rows = subset.predictions(space.space.at(at), ["derived"])
    a = {row.observable: row.value for row in rows if row.theory == "derived"}
    for found in (own, halved):
        assert a["a_2g"] == pytest.approx(float(found.document["closure"]["a"]["mid"]))
    assert 0.1 < a["a_2g"] < 0.9
