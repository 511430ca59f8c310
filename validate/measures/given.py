"""Arrays as callers hand them over: of any library that torch reads, and which inputs were seen."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from binodal.validate.errors import DataError


def tensor_of(name: str, value: Any) -> Tensor:
    """An array in main memory. Raises DataError for what is none."""
    try:
        return torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{name}: no array of numbers ({error})") from error


def mask_of(seen: Tensor, count: int, name: str) -> NDArray[Any]:
    """Which of ``count`` inputs were trained on, from a truth value for each or their numbers.

    More than two numbers that are 0 or 1, one for each input, are truth values. Raises DataError
    for anything else, and where none was trained on.

    >>> mask_of(torch.tensor([0, 2]), 3, "seen").tolist()
    [True, False, True]
    >>> mask_of(torch.tensor([0, 1, 1]), 3, "seen").tolist()
    [False, True, True]
    """
    flat = seen.flatten()
    if len(flat) == count > 2 and bool(((flat == 0) | (flat == 1)).all()):
        flat = flat.bool()
    if flat.dtype == torch.bool and len(flat) == count:
        if not flat.any():
            raise DataError(f"{name}: no input was trained on")
        return flat.numpy().copy()
    if flat.dtype == torch.bool or flat.dtype.is_floating_point or flat.dtype.is_complex:
        raise DataError(f"{name}: give {count} truth values, or the numbers of inputs")
    if not len(flat) or int(flat.min()) < 0 or int(flat.max()) >= count:
        raise DataError(f"{name}: inputs have the numbers 0 to {count - 1}")
    mask = torch.zeros(count, dtype=torch.bool)
    mask[flat.long()] = True
    return mask.numpy()
