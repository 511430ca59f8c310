"""What fixes a run: its fields, defaults, hash, and seeds."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.models.registry import preset
from binodal.networks import network_of
from binodal.validate.run.errors import RunError
from binodal.validate.run.folder import spec_of
from binodal.validate.run.posterior import posterior, starts
from binodal.validate.run.seeds import generator, seeds
from binodal.validate.run.spec import RunSpec, difference
from tests.validate.run.tiny import network, parameters, spec

OTHER = {
    "parameters": parameters(sigma2="1/6"),
    "members": 6,
    "sampler": "mala",
    "starts": "prior",
    "burn_in": 7,
    "draws": 9,
    "thin": 3,
    "seed": 8,
    "dtype": "float64",
    "device": "cuda",
    "data_sets": 1,
    "data": "ab",
    "shard": 4,
    "block": 4,
    "step_factor": 0.5,
    "companions": 2,
}


@pytest.mark.parametrize("name", [field.name for field in fields(RunSpec) if field.compare])
def test_every_field_is_in_the_hash_and_in_the_document(name):
    run, changed = spec(), replace(spec(), **{name: OTHER[name]})
    assert run.digest != changed.digest
    assert difference(run.document(), changed.document())
    assert spec_of(changed.document(), network_of) == changed


def test_later_fields_leave_the_hash_of_earlier_runs_alone():
    """At their defaults they are not in the document, so that stored requests keep their names."""
    names = {f.name for f in fields(RunSpec)} - {"network", "step_factor", "companions"}
    assert names | {"model", "version"} == spec().document().keys()


def test_the_hash_is_that_of_the_content():
    assert spec().digest == spec().digest == spec_of(spec().document(), network_of).digest
    assert spec().document()["parameters"]["sigma2"] == "1/5"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"members": 0}, "members=0"),
        ({"members": 3}, "members=3: starts=both needs an even number"),
        ({"shard": 3}, "shard=3: starts=both"),
        ({"members": -2}, "members=-2"),
        ({"draws": 0}, "draws=0"),
        ({"burn_in": -1}, "burn_in=-1"),
        ({"thin": 0}, "thin=0"),
        ({"seed": -1}, "seed=-1"),
        ({"block": -1}, "block=-1"),
        ({"sampler": "sgd"}, "sampler 'sgd': choose hmc"),
        ({"starts": "zero"}, "starts 'zero'"),
        ({"dtype": "float16"}, "dtype 'float16'"),
        ({"data_sets": 3}, "data_sets=3: must be from 1 to 2"),
        ({"data_sets": 1, "data": "ab"}, "exclude each other"),
        ({"starts": "alternate", "members": 1}, "starts=alternate needs a network for each start"),
        ({"starts": "alternate", "data_sets": 2}, "starts=alternate has a data set for each"),
    ],
)
def test_what_makes_no_sense_is_refused(change, words):
    with pytest.raises(RunError, match=r"^[^\n]*$") as refused:
        spec(**change)
    assert words in str(refused.value)


def test_networks_need_whole_sizes_and_modular_data_are_all_pairs():
    with pytest.raises(RunError, match=r"d=7/2: a network needs a whole number"):
        RunSpec(network(), parameters(d="7/2"), 2)
    with pytest.raises(RunError, match=r"modular has one data set"):
        spec("modular", data_sets=1)


def test_shards_follow_size_and_members_alone():
    big = preset("fig2")
    assert RunSpec(network(), big, 50).shard == 1
    assert RunSpec(network(), big, 50, starts="both").shard == 2
    small = big.replace(N=Fraction(88), n=Fraction(375), d=Fraction(53))
    many = RunSpec(network(), small, 50)
    assert 8 <= many.shard <= 16
    sizes = [len(slots) for slots in many.shards]
    assert sum(sizes) == 50 and max(sizes) - min(sizes) <= len(sizes)
    assert RunSpec(network(), small, 3).shard == 3


def test_seeds_differ_and_belong_to_networks_not_to_shards():
    run = spec(members=400, shard=2)
    tree = seeds(run)
    words = [*tree.data, *sum(tree.start, ()), *sum(tree.noise, ())]
    assert len(set(words)) == len(words) == 200 + 400 + 5 * 200
    wide = replace(run, shard=8)
    assert torch.equal(starts(run, range(3, 4))[1], starts(wide, range(0, 4))[7])
    assert torch.equal(
        posterior(run, range(3, 4)).inputs[0], posterior(wide, range(0, 4)).inputs[3]
    )
    assert not set(words) & set(seeds(replace(run, seed=8)).data)


def test_pairs_share_data_and_differ_in_their_start():
    network = posterior(spec(), range(2))
    assert torch.equal(network.inputs[:2], network.inputs[2:])
    assert not torch.equal(network.inputs[0], network.inputs[1])
    x = starts(spec(), range(2))
    overlap = network.weights(x)[0][..., 0].abs()
    held = (overlap - 1).abs() < 1e-6
    assert held[2:].sum(1).tolist() == [4, 4] and not held[:2].any()


def test_alternate_networks_have_data_of_their_own_and_take_turns():
    """Odd numbers of networks, in a shard and in all; each starts as it would alone."""
    run = spec(starts="alternate", members=5, shard=3)
    assert (run.start_names, run.slots, len(run.shards)) == (("alternate",), 5, 2)
    assert run.started == (("prior", "feature", "prior", "feature", "prior"),)
    assert [run.data_set(slot) for slot in range(5)] == list(range(5))
    x = torch.cat([starts(run, slots) for slots in run.shards])
    network = posterior(run, range(5))
    assert len({tuple(row.tolist()) for row in network.inputs[:, 0]}) == 5
    held = ((network.weights(x)[0][..., 0].abs() - 1).abs() < 1e-6).sum(1)
    assert held.tolist() == [0, 4, 0, 4, 0]
    seed = seeds(run).start[0][3]
    alone = run.network.feature_start(run.network.shape(run.parameters), generator(seed))
    assert torch.equal(x[3], alone.to(x.dtype))


def test_shared_data_sets_come_in_turn():
    run = spec(members=6, data_sets=2)
    assert [run.data_set(slot) for slot in range(run.slots)] == [0, 1, 0]
    inputs = posterior(run, range(3)).inputs
    assert torch.equal(inputs[0], inputs[2]) and not torch.equal(inputs[0], inputs[1])


def test_both_precisions_see_the_same_data_and_starts():
    run, double = spec(), replace(spec(), dtype="float64")
    assert torch.equal(posterior(run, range(1)).inputs, posterior(double, range(1)).inputs.float())
    assert torch.equal(starts(run, range(1)), starts(double, range(1)).float())


def test_modular_feature_start_holds_one_mode():
    run = spec("modular")
    network = posterior(run, range(1))
    prior, feature = (network.split(x[None])[0][0] for x in starts(run, range(1)))
    assert feature.square().mean() > prior.square().mean()
