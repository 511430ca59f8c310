"""The outlines of vector drawings, written as short as their format allows."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}
"""How many points each command takes; all are written from the corner of the page."""

Point = tuple[int, int]


class UnknownOutline(ValueError):
    """An outline with a command that is not among move, line, curves and close."""


def outline(path: str, scale: float) -> str:
    """The outline with its points, ``scale`` times as far apart, rounded to integers.

    A scale over 1 is taken back afterwards, so that it is the precision: 100 keeps hundredths.
    Raises :class:`UnknownOutline` for commands that start at the point before, or arcs.

    >>> outline("M 1.236 2 L 4.5 2 L 4.5 1 Q 5 5 6 6 z", 100)
    'M1.24 2h3.26v-1q.5 4 1.5 5z'
    >>> outline("M 16 80 L 32 88", 1 / 8)
    'M2 10l2 1'
    """
    unit = max(scale, 1)
    here = start = (0, 0)
    written: list[str] = []
    last = ""
    for command, points in _commands(path, scale):
        if command == "Z":
            here, letter, numbers = start, "z", []
        elif command == "M":
            here = start = points[-1]
            letter, numbers = "M", list(here)
        else:
            letter, numbers = _step(command, here, points)
            here = points[-1]
        # After a move, more numbers would be lines from the corner of the page.
        repeated = letter == last and letter not in "Mz"
        written.append(_joined("" if repeated else letter, numbers, unit, written))
        last = letter
    return "".join(written)


def _commands(path: str, scale: float) -> list[tuple[str, list[Point]]]:
    tokens = _TOKEN.findall(path)
    commands: list[tuple[str, list[Point]]] = []
    place = 0
    while place < len(tokens):
        command = "Z" if tokens[place] == "z" else tokens[place]
        if command not in _POINTS:
            raise UnknownOutline(f"{tokens[place]!r} in an outline")
        end = place + 1 + 2 * _POINTS[command]
        numbers = [round(float(number) * scale) for number in tokens[place + 1 : end]]
        commands.append((command, list(zip(numbers[::2], numbers[1::2], strict=True))))
        place = end
    return commands


def _step(command: str, here: Point, points: list[Point]) -> tuple[str, list[int]]:
    """The command from point to point; lines along an axis say one number."""
    away = [(x - here[0], y - here[1]) for x, y in points]
    if command == "L" and away[0][1] == 0:
        return "h", [away[0][0]]
    if command == "L" and away[0][0] == 0:
        return "v", [away[0][1]]
    return command.lower(), [number for point in away for number in point]


def _joined(letter: str, numbers: list[int], unit: float, before: list[str]) -> str:
    """Numbers with a space only where two would run into each other."""
    text = letter
    for number in numbers:
        word = _decimal(number, unit)
        left = text or (before[-1] if before else "")
        glued = left[-1:].isalpha() or word[0] == "-"
        text += word if glued else f" {word}"
    return text


def _decimal(number: int, unit: float) -> str:
    if unit == 1:
        return str(number)
    text = f"{number / unit:.4f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)
