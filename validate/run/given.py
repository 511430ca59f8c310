"""A user's data set: arrays x (n, d) and y (n,) in a file, read as numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from binodal.validate.data import require_finite
from binodal.validate.errors import DataError
from binodal.validate.run.posterior import fingerprint


@dataclass(frozen=True)
class Given:
    """``tensors`` "x" and "y" in float64, and their fingerprint."""

    tensors: dict[str, Tensor]
    digest: str


def read_given(path: Path) -> Given:
    """The data set of a .npz or .safetensors file.

    Raises :class:`binodal.validate.errors.DataError` for a file without x and y, or with numbers
    that are not finite.
    """
    given = _read(path)
    missing = [name for name in ("x", "y") if name not in given]
    if missing:
        raise DataError(f"{path} has no array {missing[0]!r}: it needs x (n, d) and y (n)")
    for name in ("x", "y"):
        if given[name].is_complex():
            raise DataError(f"{path}: {name} is complex")
    x, y = (require_finite(f"{path}: {name}", given[name].double()) for name in ("x", "y"))
    if x.dim() != 2 or y.shape != x.shape[:1]:
        raise DataError(
            f"{path}: x {tuple(x.shape)} and y {tuple(y.shape)} must have the shapes (n, d) and (n)"
        )
    if not x.numel():
        raise DataError(f"{path}: x {tuple(x.shape)} holds no data")
    tensors = {"x": x.contiguous(), "y": y.contiguous()}
    return Given(tensors, fingerprint(tensors))


def _read(path: Path) -> dict[str, Tensor]:
    """All arrays of a file. Its bytes may be anything, and so is what a reader raises for them."""
    try:
        if not path.is_file():
            raise DataError(f"{path} cannot be read: it is no file")
        return _npz(path) if path.suffix == ".npz" else load_file(path)
    except DataError:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise DataError(f"{path} cannot be read as arrays of numbers: {reason}") from error


def _npz(path: Path) -> dict[str, Tensor]:
    with np.load(path, allow_pickle=False) as file:
        return {name: torch.as_tensor(np.asarray(file[name])) for name in file.files}
