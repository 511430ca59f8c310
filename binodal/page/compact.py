"""Drawings inside a page: the same picture in a third of the bytes.

What a plotting program writes names every element, repeats every style, and spells every coordinate
out. Here names that nothing refers to go, the others become short, equal styles become classes, and
outlines go from point to point instead of from the corner of the page. No point moves by more than
the rounding: a hundredth of a point on the page, a 400th of a letter's size in letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, count, groupby, product
from string import ascii_letters
from urllib.parse import quote
from xml.etree import ElementTree

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


Element = ElementTree.Element

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"#([^)\"' ]+)")
_TAG = re.compile(r"<[^>]*>")
_PLACE = re.compile(r"translate\((\S+) (\S+)\)")
_LETTER = "scale(0.015625)"
_UNIT = re.compile(r"(?:scale\((\S+) (\S+)\))?$")
_COARSER = 16
"""Letters are drawn in 6400ths of their size, and here in 400ths,"""
_FINER = 4
"""of which a word, which places its letters in hundredths, has four times as many."""


def data_uri(svg: str) -> str:
    """The address that holds a drawing, for a quoted attribute of HTML.

    >>> line = '<g id="a"><path d="M 1 2 L 3 2"/></g>'
    >>> data_uri(f'<svg xmlns="http://www.w3.org/2000/svg">{line}</svg>')
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><path d='M1 2h2'/></svg>"
    """
    text = _TAG.sub(lambda m: m[0].replace("'", "&#39;").replace('"', "'"), compact(svg))
    return "data:image/svg+xml," + quote(text, safe=" !'()*+,/:;<=>?@[]{}|-._~")


def compact(svg: str) -> str:
    """The same picture without what is not seen."""
    root = ElementTree.fromstring(svg)
    _name(root)
    letters = _set_words(root)
    for element in root.iter():
        _shorten(element, 1 / _COARSER if element in letters else 100)
    _share_styles(root)
    _unwrap(root)
    _gather(root)
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.tostring(root, "unicode", short_empty_elements=True).replace(" />", "/>")


def _name(root: Element) -> None:
    """Short names for what something refers to, in order of use, and none for the rest."""
    values = chain.from_iterable(element.attrib.values() for element in root.iter())
    known = {element.get("id") for element in root.iter()}
    used = Counter(name for value in values for name in _REFERENCE.findall(value) if name in known)
    names = dict(zip((name for name, _ in used.most_common()), _short_names(), strict=False))
    for element in root.iter():
        link = element.attrib.pop(_LINK, "")
        if link:
            element.set("href", link)
        for key, value in element.attrib.items():
            element.set(key, _REFERENCE.sub(lambda m: f"#{names.get(m[1], m[1])}", value))
        name = names.get(element.attrib.pop("id", ""))
        if name:
            element.set("id", name)


def _short_names() -> Iterator[str]:
    for length in count(1):
        yield from map("".join, product(ascii_letters, repeat=length))


def _set_words(root: Element) -> set[Element]:
    """The letters; words place them in their own unit, so that no letter scales itself."""
    letters = {f"#{e.get('id')}": e for e in root.iter() if e.attrib.get("transform") == _LETTER}
    spaces = {name for name, letter in letters.items() if not letter.get("d")}
    for word in root.iter():
        word[:] = [e for e in word if not {e.get("href"), f"#{e.get('id')}"} & spaces]
        if any(child.get("href") in letters for child in word):
            word.set("transform", _UNIT.sub(_coarser, word.get("transform", ""), count=1))
            for child in word:
                _set_part(child, child.get("href") in letters)
    for letter in letters.values():
        del letter.attrib["transform"]
    return {*letters.values()}


def _set_part(part: Element, is_letter: bool) -> None:
    transform = part.get("transform", "")
    if is_letter and transform:
        part.set("transform", _PLACE.sub(_finer, transform))
    elif not is_letter and part.tag != f"{_SVG}defs":
        part.set("transform", f"scale({_FINER}) {transform}".rstrip())


def _coarser(unit: re.Match[str]) -> str:
    x, y = (float(number) / _FINER for number in unit.groups(default="1"))
    return f"scale({x:g} {y:g})"


def _finer(place: re.Match[str]) -> str:
    x, y = (round(float(number) * _FINER) for number in place.groups())
    return f"translate({x} {y})"


def _shorten(element: Element, precision: float) -> None:
    """One element's text, place and outline."""
    element.text = (element.text or "").strip() or None
    element.tail = None
    transform, path = element.get("transform", ""), element.get("d")
    place = _PLACE.fullmatch(transform)
    if place and element.tag == f"{_SVG}use" and not {"x", "y"} & {*element.attrib}:
        del element.attrib["transform"]
        element.attrib.update({k: v for k, v in zip("xy", place.groups(), strict=True) if v != "0"})
    if path is not None:
        element.set("d", outline(path, precision))


def _share_styles(root: Element) -> None:
    """Styles of more than two elements as classes of the sheet that the drawing has."""
    styled = [element for element in root.iter() if "style" in element.attrib]
    for element in styled:
        element.set("style", re.sub(r"([:;])\s+", r"\1", element.attrib["style"]))
    sheet = root.find(f".//{_SVG}style")
    if sheet is None:
        return
    counts = Counter(element.attrib["style"] for element in styled).most_common()
    repeated = (text for text, uses in counts if uses > 2)
    names = dict(zip(repeated, _short_names(), strict=False))
    for element in styled:
        if element.attrib["style"] in names:
            element.set("class", names[element.attrib.pop("style")])
    rules = "".join(f".{name}{{{text}}}" for text, name in names.items())
    sheet.text = re.sub(r"([:;])\s+", r"\1", (sheet.text or "").strip()) + rules


def _unwrap(element: Element) -> None:
    """No groups that say nothing, and none that hold nothing."""
    for child in element:
        _unwrap(child)
    kept: list[Element] = []
    for child in element:
        if child.tag in (f"{_SVG}g", f"{_SVG}defs") and not len(child):
            continue
        kept += list(child) if child.tag == f"{_SVG}g" and not child.attrib else [child]
    element[:] = kept


def _gather(root: Element) -> None:
    """Neighbours of one class in a group of it."""
    for parent in list(root.iter()):
        kept: list[Element] = []
        for name, run in groupby(parent, key=lambda child: child.get("class")):
            same = list(run)
            if name is None or len(same) < 3:
                kept += same
                continue
            for child in same:
                del child.attrib["class"]
            group = ElementTree.Element(f"{_SVG}g", {"class": name})
            group[:] = same
            kept.append(group)
        parent[:] = kept
