"""The settings of diagonal linear networks as users write them: read, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from binodal.errors import RequestError
from binodal.models.files import read_text
from binodal.numerics.exact import exact

SAMPLES, LOSSES = "1, 1/2: 1", ("squared", "logistic", "exponential")
NO_FILE = "none"
_LONGEST, _MOST = 20_000, 40
_EXAMPLE = "write x: y of each sample, as in 1, 1/2: 1 | 0, 1: 2"
Sample = tuple[tuple[Fraction, ...], Fraction]


def samples_of(text: str) -> list[Sample]:
    """Inputs and targets, from "x_1, x_2, ...: y | ..."; a semicolon or a line serves as the bar.

    Raises RequestError with what is wrong.

    >>> samples_of("1, 1/2: 1; 0, 1: -2")[1]
    ((Fraction(0, 1), Fraction(1, 1)), Fraction(-2, 1))
    """
    if len(text) > _LONGEST:
        raise RequestError(f"samples: at most {_LONGEST} characters")
    parts = [part.strip() for part in re.split(r"[|;\n]", text)]
    samples = [_sample(part) for part in parts if part]
    if not samples:
        raise RequestError(f"samples: there are none; {_EXAMPLE}")
    width = len(samples[0][0])
    if any(len(x) != width for x, _ in samples):
        raise RequestError("samples: all inputs must have the same number of components")
    if max(width, len(samples)) > _MOST:
        raise RequestError(f"samples: at most {_MOST} samples of {_MOST} components")
    return samples


def _sample(part: str) -> Sample:
    inputs, colon, target = part.partition(":")
    if not colon:
        raise RequestError(f"samples {part!r}: {_EXAMPLE}")
    return tuple(exact(x, "samples") for x in inputs.split(",")), exact(target, "samples")


def samples_text(samples: list[Sample]) -> str:
    """The samples as they are read, in a form that names can hold.

    >>> samples_text(samples_of("1, 1/2: 1; 0, 1: -2"))
    '1, 1/2: 1 | 0, 1: -2'
    """
    return " | ".join(f"{', '.join(map(str, x))}: {y}" for x, y in samples)


def canonical(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they are written in names and documents; a file's samples stand for the file.

    Raises RequestError for what cannot be read.
    """
    loss, file = settings["loss"], settings["data"].strip()
    if loss not in LOSSES:
        raise RequestError(f"loss {loss!r}: choose {', '.join(LOSSES)}")
    if file != NO_FILE and settings["samples"] != SAMPLES:
        raise RequestError("give samples or a file of data, not both")
    samples = samples_of(
        settings["samples"] if file == NO_FILE else read_text(Path(file), "data", _LONGEST)
    )
    if loss != "squared" and any(abs(y) != 1 for _, y in samples):
        raise RequestError(f"loss {loss}: every y must be 1 or -1")
    component = settings["component"].strip()
    width = len(samples[0][0])
    if not component.isascii() or not component.isdecimal() or not 1 <= int(component) <= width:
        raise RequestError(f"component {component!r}: choose a whole number from 1 to {width}")
    return {"samples": samples_text(samples), "loss": loss, "component": str(int(component))}
