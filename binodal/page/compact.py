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

from binodal.page.outlines import outline

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
