"""Which modes of the residual are measured on networks, and which closures predict them."""

from __future__ import annotations

from binodal.models.single_index.numerics.finite_closure import closed_modes
from binodal.models.single_index.numerics.setting import Mode, Setting

_HIGHER = (2, 0, 0)
"""Degrees beyond the teacher's, with one direction and with more: of p there are p + 1 modes then,
and those of the teacher's own degrees are what its directions have in common.
"""


def named(setting: Setting, mode: Mode) -> str:
    """An observable's name, t3 or with several directions t2_1."""
    return "t" + "_".join(map(str, setting.index(mode)))


def _closed_degrees(setting: Setting) -> set[int]:
    return {sum(setting.index(mode)) for mode in closed_modes(setting)}


def even(setting: Setting) -> bool:
    """Whether the law of m is even: all modes of the closure are odd, or all are even."""
    return len({k % 2 for k in _closed_degrees(setting)}) == 1


def more_modes(setting: Setting) -> tuple[Mode, ...]:
    """All of the closure's degrees, of 0 and 1 where a neuron learns them, and of the next two.

    What a neuron learns beside the target has to be unlearned by others, so that modes without a
    target matter at finite size. With several directions there are enough of the same degrees.
    """
    own = _closed_degrees(setting) | {k for k in (0, 1) if not setting.absent(k)}
    top, count = max(own), _HIGHER[setting.directions - 1]
    higher = (k for k in range(top + 1, top + 2 * count + 1) if not setting.absent(k))
    if even(setting):
        parity = min(_closed_degrees(setting)) % 2
        own = {k for k in own if k % 2 == parity}
        higher = (k for k in higher if k % 2 == parity)
    degrees = sorted(own | set(list(higher)[:count]))
    return tuple(mode for k in degrees for mode in setting.of_degree(k))


def all_modes(setting: Setting, beyond: int) -> tuple[tuple[Mode, ...], tuple[int, ...]]:
    """k and j of all modes He_k T_j up to the highest of ``more_modes`` and so many degrees beyond.

    They are complete up to that degree. A function of w*.x alone is what a residual becomes as d
    grows: the rest is of order 1/d.
    """
    top = max(sum(setting.index(mode)) for mode in more_modes(setting))
    learned = (k for k in range(top + beyond + 1) if not setting.absent(k))
    degrees = [k for k in learned if not even(setting) or (k - top) % 2 == 0]
    parts = ((p, j) for p in degrees for j in range(p // 2 + 1))
    pairs = sorted((mode, j) for p, j in parts for mode in setting.of_degree(p - 2 * j))
    orders, around = zip(*pairs, strict=True)
    return orders, around


def measured_modes(setting: Setting) -> tuple[Mode, ...]:
    """All that some closure has, and what no neuron learns of the teacher."""
    return tuple(sorted({*more_modes(setting), *setting.taught}))
