"""Arrays of numbers in a file: npz, safetensors, or a state dict of torch, never code."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from binodal.numerics.interrupts import held
from binodal.validate.errors import DataError

_HOLDERS = ("state_dict", "model_state_dict", "model")
"""Keys under which programs keep a state dict beside other things."""

_OBJECTS = "Weights only load failed"
"""What torch says of a file of more than tensors."""


def read_arrays(path: Path) -> dict[str, Tensor]:
    """All arrays of a .npz, .safetensors or torch file, by name.

    Its bytes may be anything, and so is what a reader raises for them. Raises
    :class:`DataError` in one line for what cannot be read as numbers.
    """
    try:
        if not path.is_file():
            raise DataError(f"{path} cannot be read: it is no file")
        with held():
            return _READERS.get(path.suffix, _safetensors)(path)
    except DataError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        if reason.startswith(_OBJECTS):
            reason = "it holds other things, which are not run: save model.state_dict()"
        elif path.suffix not in SUFFIXES:
            reason = f"files of weights are {', '.join(SUFFIXES)}"
        elif reason.isdigit():  # a byte at which unpickling ended
            reason = "torch.save did not write it"
        raise DataError(f"{path} cannot be read as arrays of numbers: {reason}") from error


def _safetensors(path: Path) -> dict[str, Tensor]:
    return dict(load_file(path))


def _npz(path: Path) -> dict[str, Tensor]:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        return {name: torch.as_tensor(np.asarray(file[name])) for name in file.files}


def _torch(path: Path) -> dict[str, Tensor]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held: Any = torch.load(path, map_location="cpu", weights_only=True)
    for key in _HOLDERS:
        if isinstance(held, Mapping) and isinstance(held.get(key), Mapping):
            held = held[key]
    if not isinstance(held, Mapping):
        raise DataError(f"{path} holds no state dict: save model.state_dict()")
    tensors = {str(name): value for name, value in held.items() if isinstance(value, Tensor)}
    return {name: value.detach().to_dense() for name, value in tensors.items()}


_READERS: Mapping[str, Callable[[Path], dict[str, Tensor]]] = {
    ".npz": _npz,
    **dict.fromkeys((".pt", ".pth", ".bin", ".ckpt"), _torch),
}
SUFFIXES = (".safetensors", *_READERS)
"""What files of weights are called."""
