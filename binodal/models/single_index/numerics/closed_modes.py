"""Which modes of the residual a closure holds."""

from __future__ import annotations

from binodal.models.single_index.numerics.setting import Mode, Setting

_HIGHER = (2, 0, 0)
"""Degrees beyond the teacher's, with one direction and with more: of p there are p + 1 modes then,
and those of the teacher's own degrees are what its directions have in common.
"""


def closed_modes(setting: Setting) -> tuple[Mode, ...]:
    """The modes of the closure: the teacher's that a neuron can learn, and 0 where phi has a mean.

    What no neuron learns stays at the target, and does not act.
    """
    own = {k for k in setting.taught if not setting.absent(sum(setting.index(k)))}
    return tuple(sorted(own | ({setting.constant} if setting.learns_means else set())))


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


def complete_modes(setting: Setting) -> tuple[Mode, ...]:
    """All modes that a neuron can learn and no symmetry excludes, up to two more of one direction
    or two more degrees of several.

    >>> from binodal.models.single_index.numerics.setting import setting_of
    >>> complete_modes(setting_of("erf", "1: 1, 5: 1/50", "none"))
    (1, 3, 5, 7, 9)
    """
    top = max(sum(setting.index(mode)) for mode in more_modes(setting))
    top += 2 * (setting.directions > 1)
    learned = (k for k in range(top + 1) if not setting.absent(k))
    degrees = (k for k in learned if not even(setting) or (k - top) % 2 == 0)
    return tuple(mode for k in degrees for mode in setting.of_degree(k))
