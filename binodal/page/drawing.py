"""Figures as SVG text, small and without anything that tells where they were made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_ROUNDED = re.compile(r'(?<=[ \n])(?:d|x|y|points)="[^"]*"|translate\([^)]*\)')


def svg_of(draw: Callable[[Path], None]) -> str:
    """The SVG text of a drawing that writes itself to a path."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "figure.svg"
        draw(path)
        return slim(path.read_text("utf-8"))


def slim(svg: str) -> str:
    """Without prolog, comments and metadata, and with coordinates to a hundredth of a point.

    >>> slim('<?xml version="1.0"?><!-- made --><svg>\\n<path d="M 1.23456 7"/></svg>')
    '<svg>\\n<path d="M 1.23 7"/></svg>'
    """
    svg = re.sub(r"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return _ROUNDED.sub(lambda part: _NUMBER.sub(_rounded, part[0]), svg)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
