"""Standard normals for samplers: torch's own stream, drawn by compiled C where that works."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from binodal.validate.compiled import NONE, library, name_of
from binodal.validate.single_precision import c_file, code

FEWEST = 16
"""Numbers at once from which on torch draws in blocks, as the compiled code does."""

ROUNDING = 3e-6
"""Largest gap to torch's numbers, which are themselves 2e-6 from exact ones and reach six."""

Draw = Callable[[int, int, int], None]


def normals(room: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normals in the memory of ``room``, which is returned.

    They are those of ``room.normal_(generator=generator)``, and so is the generator's state behind
    them. Float32 numbers in main memory come from compiled code, six times as fast and within
    rounding of torch's.

    >>> first, second = (torch.Generator().manual_seed(7) for _ in range(2))
    >>> ours, torchs = normals(torch.empty(40), first), torch.empty(40).normal_(generator=second)
    >>> bool((ours - torchs).abs().max() < ROUNDING)
    True
    >>> torch.equal(first.get_state(), second.get_state())
    True
    """
    draw = _verified() if _in_blocks(room, generator) else None
    return room.normal_(generator=generator) if draw is None else _drawn(draw, room, generator)


def normals_source() -> str:
    """C99 text of ``void normals_n(void *state, size_t count, float *out)``."""
    return c_file(code("normals.c"))


def normals_name() -> str:
    """Which code draws: compiled C by its hash, or torch."""
    return NONE if _verified() is None else name_of(library(normals_source()))


def _in_blocks(room: Tensor, generator: torch.Generator) -> bool:
    in_main_memory = room.device.type == generator.device.type == "cpu"
    single = room.dtype == torch.float32 and room.is_contiguous()
    return in_main_memory and single and room.numel() >= FEWEST


def _drawn(draw: Draw, room: Tensor, generator: torch.Generator) -> Tensor:
    state = generator.get_state()
    draw(state.data_ptr(), room.numel(), room.data_ptr())
    generator.set_state(state)
    return room


@cache
def _verified() -> Draw | None:
    """The compiled code, if there is a compiler and this torch draws the same numbers.

    torch does not promise its stream, nor how a generator's state is laid out, so both are looked
    at once in every process.
    """
    loaded = library(normals_source())
    if loaded is None:
        return None
    draw: Draw = loaded.normals_n
    loaded.normals_n.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
    loaded.normals_n.restype = None
    first, second = (torch.Generator().manual_seed(20231009) for _ in range(2))
    read = ctypes.c_size_t.in_dll(loaded, "normals_state").value
    if first.get_state().numel() < read:
        return None
    for count in (FEWEST, 1501):
        room = torch.empty(2, count, dtype=torch.float32)
        ours = _drawn(draw, room[0], first)
        gap = ours.sub_(room[1].normal_(generator=second)).abs_().max()
        if not gap < ROUNDING or not torch.equal(first.get_state(), second.get_state()):
            return None
    return draw
