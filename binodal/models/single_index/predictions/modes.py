"""Which modes of the residual are measured on networks, and which closures predict them."""

from __future__ import annotations

from binodal.models.single_index.numerics.finite_closure import closed_modes
from binodal.models.single_index.numerics.setting import Setting

_HIGHER = 2


def even(setting: Setting) -> bool:
    """Whether the law of m is even: all modes of the closure are odd, or all are even."""
    return len({k % 2 for k in closed_modes(setting)}) == 1


def more_modes(setting: Setting) -> tuple[int, ...]:
    """Those of the closure, mode 0 and 1 where a neuron learns them, and the next two of each.

    What a neuron learns beside the target has to be unlearned by others, so that modes without a
    target matter at finite size.
    """
    own = set(closed_modes(setting)) | {k for k in (0, 1) if not setting.absent(k)}
    top = max(own)
    higher = (k for k in range(top + 1, top + 2 * _HIGHER + 1) if not setting.absent(k))
    if even(setting):
        parity = min(closed_modes(setting)) % 2
        own = {k for k in own if k % 2 == parity}
        higher = (k for k in higher if k % 2 == parity)
    return tuple(sorted(own | set(list(higher)[:_HIGHER])))


def all_modes(setting: Setting, beyond: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """k and j of all modes He_k T_j up to the highest of ``more_modes`` and so many degrees beyond.

    They are complete up to that degree. A function of w*.x alone is what a residual becomes as d
    grows: the rest is of order 1/d.
    """
    own = more_modes(setting)
    higher = (k for k in range(max(own) + 1, max(own) + beyond + 1) if not setting.absent(k))
    degrees = {*own, *(k for k in higher if not even(setting) or (k - max(own)) % 2 == 0)}
    pairs = sorted((p - 2 * j, j) for p in degrees for j in range(p // 2 + 1))
    orders, around = zip(*pairs, strict=True)
    return orders, around


def measured_modes(setting: Setting) -> tuple[int, ...]:
    """All that some closure has, and what no neuron learns of the teacher."""
    return tuple(sorted({*more_modes(setting), *setting.teacher}))
