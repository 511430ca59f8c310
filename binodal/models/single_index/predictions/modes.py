"""Which modes of the residual are measured on networks, and which closures predict them."""

from __future__ import annotations

from binodal.models.single_index.numerics.closed_modes import even, more_modes
from binodal.models.single_index.numerics.setting import Mode, Setting


def named(setting: Setting, mode: Mode) -> str:
    """An observable's name, t3 or with several directions t2_1."""
    return "t" + "_".join(map(str, setting.index(mode)))


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
