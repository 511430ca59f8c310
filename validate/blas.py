"""The matrix product that torch itself calls, for compiled code that needs it between two loops."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import torch


@cache
def sgemm() -> int | None:
    """Address of BLAS's ``sgemm_`` in torch's own library; None where torch shows none.

    It has the Fortran interface (columns first, everything by reference) and obeys
    ``torch.set_num_threads``.

    >>> sgemm() is None or sgemm() > 0
    True
    """
    for library in sorted((Path(torch.__file__).parent / "lib").glob("libtorch_cpu.*")):
        try:
            return ctypes.cast(ctypes.CDLL(str(library)).sgemm_, ctypes.c_void_p).value
        except (OSError, AttributeError):
            continue
    return None
