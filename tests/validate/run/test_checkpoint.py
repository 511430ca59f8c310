"""Checkpoints come back bit for bit, or not at all."""

from __future__ import annotations

import signal

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch
from safetensors import SafetensorError, safe_open

from binodal.validate.run import checkpoint
from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from binodal.validate.run.errors import CheckpointError


@pytest.fixture
def saved(tmp_path):
    tensors = {
        "x": torch.randn(3, 5, generator=torch.Generator().manual_seed(3)),
        "empty": torch.empty(3, 0),
        "generator": torch.Generator().manual_seed(5).get_state(),
        "count": torch.tensor([1, 2]),
    }
    path = tmp_path / "00000.safetensors"
    write_checkpoint(path, Checkpoint(tensors, {"step_size": 0.1 + 0.2, "stage": "draws"}))
    return path, tensors


def test_round_trip(saved):
    path, tensors = saved
    found = read_checkpoint(path)
    assert found.facts == {"step_size": 0.1 + 0.2, "stage": "draws"}
    assert set(found.tensors) == set(tensors)
    for name, tensor in tensors.items():
        assert found.tensors[name].dtype == tensor.dtype
        assert torch.equal(found.tensors[name], tensor)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("length", [0, 4, 100, -1])
def test_a_cut_is_found(saved, length):
    path, _ = saved
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(CheckpointError, match=r"cut off or not a checkpoint.*delete it to compute"):
        read_checkpoint(path)


@pytest.mark.parametrize("place", [-1, -3000])
def test_one_changed_bit_is_found(saved, place):
    path, _ = saved
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"damaged \(its content"):
        read_checkpoint(path)


def test_changed_facts_are_found(saved):
    path, _ = saved
    content = path.read_bytes()
    assert content.count(b"0.30000000000000004") == 1
    path.write_bytes(content.replace(b"0.30000000000000004", b"0.30000000000000003"))
    with pytest.raises(CheckpointError, match=r"damaged"):
        read_checkpoint(path)


class Swallowing:
    """A reader in whose compiled code a request to stop becomes an error of the file."""

    def __init__(self, path, framework):
        self._honest = safe_open(path, framework=framework)

    def __enter__(self):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise SafetensorError("no such storage") from None
        return self._honest.__enter__()

    def __exit__(self, *raised):
        return self._honest.__exit__(*raised)


def test_a_request_to_stop_is_no_damage(saved, monkeypatch):
    path, _ = saved
    monkeypatch.setattr(checkpoint, "safe_open", Swallowing)
    with pytest.raises(KeyboardInterrupt):
        read_checkpoint(path)
