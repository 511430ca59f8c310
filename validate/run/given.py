"""A user's data set: arrays x (n, d) and y (n,) in a file, read as numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from binodal.validate.data import require_finite
from binodal.validate.errors import DataError
from binodal.validate.run.posterior import fingerprint
from binodal.validate.tensor_file import read_arrays


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
    given = read_arrays(path)
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
