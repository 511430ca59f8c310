"""Figures as SVG text, small and without anything that tells where they were made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_STYLE = re.compile(r' style="([^"]*)"')
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


def shared_styles(svg: str) -> str:
    """Styles of more than two elements as classes of the sheet that the drawing has: a tenth less.

    >>> marks = '<use style="fill: #d55e00"/>' * 3
    >>> shared_styles(f"<svg><style>*{{}}</style>{marks}</svg>")[:58]
    '<svg><style>*{}.s0{fill: #d55e00}</style><use class="s0"/>'
    """
    if "</style>" not in svg:
        return svg
    counts = Counter(_STYLE.findall(svg)).most_common()
    names = {text: f"s{k}" for k, (text, count) in enumerate(counts) if count > 2}
    sheet = "".join(f".{name}{{{text}}}" for text, name in names.items())
    svg = _STYLE.sub(lambda m: f' class="{names[m[1]]}"' if m[1] in names else m[0], svg)
    return svg.replace("</style>", f"{sheet}</style>", 1)


def embedded(svg: str) -> str:
    """A drawing as a page holds it: styles shared, and no space that only lays out its source.

    >>> embedded('<svg>\\n <path d="M 1 2 \\nL 3 4 \\n"/>\\n</svg>')
    '<svg><path d="M 1 2 L 3 4 "/></svg>'
    """
    return re.sub(r"\s*\n\s*", " ", re.sub(r">\s+<", "><", shared_styles(svg)))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
