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
from itertools import chain, count, product
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
_LETTER = re.compile(r"scale\(0\.015625\)")
_COARSER = 16
"""Letters are drawn in 6400ths of their size."""


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
    for element in root.iter():
        _shorten(element)
    _share_styles(root)
    _unwrap(root)
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


def _shorten(element: Element) -> None:
    """One element's text, place and outline."""
    element.text = (element.text or "").strip() or None
    element.tail = None
    transform, path = element.get("transform", ""), element.get("d")
    place = _PLACE.fullmatch(transform)
    if place and element.tag == f"{_SVG}use" and not {"x", "y"} & {*element.attrib}:
        del element.attrib["transform"]
        element.attrib.update({k: v for k, v in zip("xy", place.groups(), strict=True) if v != "0"})
    if path is not None:
        letter = _LETTER.fullmatch(transform)
        if letter:
            element.set("transform", f"scale({_COARSER / 64})")
        element.set("d", outline(path, 1 / _COARSER if letter else 100))


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
