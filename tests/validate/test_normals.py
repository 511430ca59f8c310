"""Compiled normals against torch's stream, and against numpy's Mersenne Twister by hand."""

import numpy as np
import pytest
import torch

from binodal.validate import normals as module
from binodal.validate.normals import FEWEST, ROUNDING, normals
from tests.compilers import needs_compiler


def twins(seed):
    return torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("count", [16, 17, 31, 608, 623, 624, 625, 640, 1249, 20_011])
def test_numbers_and_state_are_those_of_torch(count):
    ours, torchs = twins(count)
    for _ in range(4):
        found = normals(torch.empty(count), ours)
        expected = torch.empty(count).normal_(generator=torchs)
        assert (found - expected).abs().max() < ROUNDING
        assert torch.equal(ours.get_state(), torchs.get_state())


def test_they_meet_other_draws_of_the_same_generator():
    ours, torchs = twins(3)
    for generator, draw in ((ours, normals), (torchs, torch.Tensor.normal_)):
        torch.rand(7, generator=generator)
        first = draw(torch.empty(40), generator=generator)
        torch.randn(5, generator=generator, dtype=torch.float64)
        second = draw(torch.empty(9, 99), generator=generator)
        found = torch.cat([first, second.view(-1), torch.rand(3, generator=generator)])
        if generator is ours:
            kept = found
    assert (kept - found).abs().max() < ROUNDING


@needs_compiler
def test_they_are_box_and_mullers_of_the_twister():
    """An independent route: numpy's words, uniform numbers and pairs in double precision."""
    twister = np.random.MT19937()
    twister._legacy_seeding(123)
    words = twister.random_raw(4096).astype(np.int64)
    u, v = ((words % 2**24) / 2**24).reshape(-1, 2, 8).transpose(1, 0, 2)
    radius, angle = np.sqrt(-2 * np.log1p(-u)), 2 * np.pi * v
    exact = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).reshape(-1)
    found = normals(torch.empty(4096), torch.Generator().manual_seed(123)).double().numpy()
    assert np.abs(found - exact).max() < 1e-6


@pytest.mark.parametrize(
    "room",
    [
        lambda: torch.empty(FEWEST - 1),
        lambda: torch.empty(40, dtype=torch.float64),
        lambda: torch.empty(20, 8)[:, :5],
        lambda: torch.empty(0),
    ],
)
def test_what_torch_draws_otherwise_is_left_to_torch(room):
    ours, torchs = twins(8)
    given = room()
    found = normals(given, ours)
    assert torch.equal(found, room().normal_(generator=torchs))
    assert torch.equal(ours.get_state(), torchs.get_state())
    assert found is given


@needs_compiler
def test_this_torch_draws_the_same_stream():
    assert module._verified.__wrapped__() is not None


@needs_compiler
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0x9d2c5680u", "0x9d2c5600u"),
        ("0x9908b0dfu", "0x9908b0deu"),
        ("words[i - (WORDS - AHEAD)]", "words[i - (WORDS - AHEAD) + 1]"),
        ("quarters & 1 ? sine : cosine", "quarters & 1 ? cosine : sine"),
        ("6.931471806e-01f", "6.931600000e-01f"),
        ("saved->left -= (int32_t)now", "saved->left -= (int32_t)now - 1"),
        ("uint64_t next, words[WORDS];", "uint64_t next, words[WORDS], more[99];"),
    ],
    ids=["tempering", "matrix", "offset", "swapped", "logarithm", "state", "layout"],
)
def test_another_stream_than_torchs_is_not_used(right, wrong, monkeypatch):
    """As if torch had changed: each difference alone, down to a logarithm off by 2e-5."""
    source = module.normals_source()
    assert source.count(right) >= 1
    monkeypatch.setattr(module, "normals_source", lambda: source.replace(right, wrong))
    assert module._verified.__wrapped__() is None


def test_without_a_compiler_torch_draws(monkeypatch):
    monkeypatch.setattr(module, "_verified", lambda: None)
    ours, torchs = twins(9)
    expected = torch.empty(50).normal_(generator=torchs)
    assert torch.equal(normals(torch.empty(50), ours), expected)
