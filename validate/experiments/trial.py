"""Trials: networks so small that all of them train together, in one process, in minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from binodal.numerics.parameters import Parameters
from binodal.validate.compare.measurement import Measurement
from binodal.validate.prediction import Prediction

Curve = Mapping[str, list[float]]


@dataclass(frozen=True)
class Tried:
    """What the networks of one case say, and theories beside it; ``curves`` are for a figure."""

    name: str
    parameters: Parameters
    networks: int
    measured: tuple[Measurement, ...]
    predictions: tuple[Prediction, ...]
    curves: Mapping[str, Curve] = field(default_factory=dict)


def _nothing(effort: Fraction, device: str) -> Iterator[Tried]:
    return iter(())


@dataclass(frozen=True)
class Kept:
    """Networks that are sampled into a folder first, and judged by what is there.

    ``sample(effort, device, folder, say)`` leaves out what is there already, ``cases(effort,
    folder)`` read it, and ``devices`` names where it was sampled, ``missing`` what
    is not there.
    """

    sample: Callable[[Fraction, str, Path, Callable[[str], None]], None]
    cases: Callable[[Fraction, Path], Iterator[Tried]]
    devices: Callable[[Fraction, Path], str]
    missing: Callable[[Fraction, Path], list[str]]


@dataclass(frozen=True)
class Trial:
    """A question to small networks; ``cases`` trains them at an effort (1: as stored), on a device.

    There is nothing to resume, what is interrupted begins anew, but where networks are ``kept``.
    ``remark`` says where theory and networks part, and why.
    """

    name: str
    title: str
    question: str
    settings: Mapping[str, str]
    seed: int
    cases: Callable[[Fraction, str], Iterator[Tried]] = _nothing
    kept: Kept | None = None
    remark: str = ""
