"""The networks of one shard: their posterior as a target, and their starts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from binodal.validate.network_model import Data, Network
from binodal.validate.run.errors import RunError
from binodal.validate.run.seeds import generator, seeds
from binodal.validate.run.spec import RunSpec
from binodal.validate.starts import prior_start


def posterior(spec: RunSpec, slots: range, data: Data | None = None) -> Network:
    """The posterior of the networks of ``slots``, all prior starts before all feature starts.

    ``data`` is a user's data set. Raises :class:`binodal.validate.errors.DataError` for one that
    does not fit or is not finite.
    """
    shape, dtype, device = spec.network.shape(spec.parameters), torch_dtype(spec), spec.device
    numbers = () if spec.network.draw_data is None else map(spec.data_set, slots)
    sets = [_data_set(spec, shape, number, data) for number in numbers]
    here = [{name: of.to(dtype).to(device) for name, of in own.items()} for own in sets]
    starts, rows = len(spec.start_names), len(slots) * len(spec.start_names)
    network: Network = spec.network.build(shape, here * starts, rows, dtype, torch.device(device))
    return network


def _data_set(spec: RunSpec, shape: Any, number: int, data: Data | None) -> Data:
    if spec.data:
        if data is None or fingerprint(data) != spec.data:
            raise RunError("the data set is not the one that the run was started with")
        return {name: data[name] for name in ("x", "y")}
    assert spec.network.draw_data is not None
    return spec.network.draw_data(shape, generator(seeds(spec).data[number]))


def starts(spec: RunSpec, slots: range) -> Tensor:
    """(R, D) where the networks start; a network's start does not depend on its neighbours."""
    shape = spec.network.shape(spec.parameters)
    start_of = {"prior": prior_start, "feature": spec.network.feature_start or prior_start}
    rows = [
        start_of[spec.start(s, slot)](shape, generator(seeds(spec).start[s][slot]))
        for s in range(len(spec.start_names))
        for slot in slots
    ]
    return torch.stack(rows).to(torch_dtype(spec)).to(spec.device)


def torch_dtype(spec: RunSpec) -> torch.dtype:
    """The run's precision."""
    return torch.float32 if spec.dtype == "float32" else torch.float64


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of names, shapes and bytes."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def require_device(device: str) -> None:
    """Raise :class:`RunError` unless torch can use the device."""
    try:
        torch.zeros(1, device=device).item()  # some devices hold shapes and no numbers
    except (RuntimeError, AssertionError) as error:
        devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        raise RunError(
            f"device {device!r} is not there: this torch sees {', '.join(devices)}"
        ) from error
