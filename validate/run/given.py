"""A user's data set: arrays x (n, d) and y (n,) in a file, read as numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from validate.data import require_finite
from validate.errors import DataError
from validate.run.posterior import fingerprint


@dataclass(frozen=True)
class Given:
    """``tensors`` "x" and "y" in float64, and their fingerprint."""

    tensors: dict[str, Tensor]
    digest: str


def read_given(path: Path) -> Given:
    """The data set of a .npz or .safetensors file.

    Raises :class:`validate.errors.DataError` for a file without x and y, or with numbers that are
    not finite.
    """
    found = _npz(path) if path.suffix == ".npz" else _safetensors(path)
    missing = [name for name in ("x", "y") if name not in found]
    if missing:
        raise DataError(f"{path} has no array {missing[0]!r}: it needs x (n, d) and y (n)")
    for name in ("x", "y"):
        if found[name].is_complex():
            raise DataError(f"{path}: {name} is complex")
    x, y = (require_finite(f"{path}: {name}", found[name].double()) for name in ("x", "y"))
    if x.dim() != 2 or y.shape != x.shape[:1]:
        raise DataError(
            f"{path}: x {tuple(x.shape)} and y {tuple(y.shape)} must have the shapes (n, d) and (n)"
        )
    tensors = {"x": x.contiguous(), "y": y.contiguous()}
    return Given(tensors, fingerprint(tensors))


def _npz(path: Path) -> dict[str, Tensor]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: torch.as_tensor(np.asarray(file[name])) for name in file.files}
    except (OSError, ValueError, TypeError, BadZipFile) as error:
        raise DataError(f"{path} cannot be read as .npz of numbers: {error}") from error


def _safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise DataError(f"{path} cannot be read as .npz or .safetensors: {error}") from error
