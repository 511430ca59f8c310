"""All saddles and events of neurons with biases, each certified, images left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nextafter

from flint import arb

from binodal.models.single_index.numerics.biased.cells import BiasedCells
from binodal.models.single_index.numerics.biased.setting import MOST, BiasedSetting
from binodal.models.single_index.numerics.biased.state import BiasedState
from binodal.models.single_index.numerics.biased.systems import (
    BiasedSystem,
    Stationary,
    SystemCells,
)
from binodal.models.single_index.numerics.reach import reach
from binodal.numerics.balls import interval, precision
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import Zeros, all_zeros, pieces
from binodal.numerics.isolate import Box, encloses, krawczyk

SPARE = 64
"""Bits beyond those of a result, for a proof about its last digits."""
_BITS, _WIDTH, _ROUNDS, _LIMIT = 96, 1 / 16, 8, 100_000


def biased_events(state: BiasedState, event: str, low: float, high: float) -> Zeros:
    """All zeros of an event's system with own e^low < parameter < own e^high.

    Raises :class:`Undecided` where nothing bounds the saddles.
    """
    own = ("S",) if event == "coexistence" else ("det",)
    cells = SystemCells(
        state, own, BiasedSystem(state, event), BiasedCells.along(state.setting, state)
    )
    with precision(_BITS):
        boxes = [_box(state, *piece) for piece in pieces(low, high)]
        zeros = all_zeros(cells, boxes, _WIDTH, _LIMIT, _ROUNDS)
        x = interval(low, high)
        return _without_images(state.setting, zeros, lambda z: z[-1].overlaps(x))


def biased_saddles(state: BiasedState) -> Zeros:
    """All saddles but the zero state. Raises :class:`Undecided` where nothing bounds them."""
    cells = SystemCells(state, (), Stationary(state), BiasedCells.along(state.setting, state))
    with precision(_BITS):
        zeros = all_zeros(cells, [_box(state, 0.0, 0.0)], _WIDTH, _LIMIT, _ROUNDS)
    return _without_images(state.setting, zeros, lambda z: True)


def _without_images(setting: BiasedSetting, zeros: Zeros, belongs: Callable[[Box], bool]) -> Zeros:
    kept: list[Box] = []
    for zero in zeros.zeros:
        if belongs(zero) and _new(setting, zero, kept):
            kept.append(zero)
    zeros.zeros = kept
    return zeros


def _box(state: BiasedState, low: float, high: float) -> Hull:
    setting = state.setting
    below, above, top = reach(state, low, high)
    most = nextafter(float(MOST), 5.0)
    halved = setting.flips_bias and setting.flips_alone
    return (
        (0.0 if setting.symmetric else -top, top),
        (0.0 if halved else -most, most),
        (below, above),
        (low, high),
    )


def images(setting: BiasedSetting, point: Sequence[arb]) -> list[Box]:
    """The point, and where its images under the signs of m and of the bias are."""
    m, logarithm, bias, *rest = point
    boxes = [list(point)]
    if setting.flips_bias:
        boxes.append([-m, logarithm, -bias, *rest])
    if setting.flips_alone:
        boxes += [[-p[0], *p[1:]] for p in list(boxes)]
    return boxes


def _new(setting: BiasedSetting, zero: Box, known: Sequence[Box]) -> bool:
    return not any(same(image, other) for image in images(setting, zero) for other in known)


def same(one: Sequence[arb], other: Sequence[arb]) -> bool:
    """Whether two boxes overlap."""
    return all(bool(a.overlaps(b)) for a, b in zip(one, other, strict=True))


def centred(setting: BiasedSetting, system: BiasedSystem | Stationary, zero: Box) -> Box:
    """A zero with the bias 0 exactly where it is its own image, and else as it is.

    A box that the change of the bias's sign leaves as it is has one zero, which then is that.
    """
    if not (setting.flips_bias and setting.flips_alone and zero[2].contains(0)):
        return zero
    size = arb(0, abs(zero[2]).upper())
    box = [zero[0], zero[1], size, *zero[3:]]
    for grow in (2, 8, 64, 1024):
        trial = [arb(side.mid(), grow * (side.rad() + size.rad())) for side in box]
        image = krawczyk(system, trial)
        if image is not None and encloses(trial, image):
            return [zero[0], zero[1], arb(0), *zero[3:]]
    return zero


def label(setting: BiasedSetting, m: arb, bias: arb) -> str:
    """The class of a feature: what its images have in common."""
    if setting.flips_bias and setting.flips_alone:
        return "beta = 0" if bias == 0 else _side("|beta|", abs(bias))
    if setting.flips_bias:
        return _side("m beta", m * bias)
    if setting.flips_alone:
        return _side("beta", bias)
    return f"{_side('m', m)}, {_side('beta', bias)}"


def _side(name: str, value: arb) -> str:
    if value > 0:
        return f"{name} > 0"
    return f"{name} < 0" if value < 0 else f"{name} not told from 0"
