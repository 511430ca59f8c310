"""A drawing inside a page shows the same as the one that was drawn."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from itertools import chain
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from binodal.page.compact import UnknownOutline, compact, data_uri, outline
from binodal.page.drawing import svg_of
from binodal.page.style import figure

TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.\d*|\.\d+|\d+)(?:e-?\d+)?")
GROUP = "{http://www.w3.org/2000/svg}g"
LENGTH = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6, "z": 0}


def points(path):
    """Every point of an outline from the corner of the page, by the rules of the format."""
    words, found, here, start, command = TOKEN.findall(path), [], (0.0, 0.0), (0.0, 0.0), ""
    while words:
        if words[0].isalpha():
            command = words.pop(0)
        numbers = [float(words.pop(0)) for _ in range(LENGTH[command.lower()])]
        numbers = {"h": [*numbers, 0.0], "v": [0.0, *numbers]}.get(command, numbers)
        corner = here if command.islower() else (0.0, 0.0)
        pairs = [
            (x + corner[0], y + corner[1]) for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        here = pairs[-1] if pairs else start
        start = here if command == "M" else start
        found += pairs
    return found


def drawn(seed):
    """An outline as plotting programs write it, with lines along the axes and tiny steps."""
    chance = random.Random(seed)
    words, here = ["M 3 4"], [3.0, 4.0]
    for _ in range(200):
        letter, count = chance.choice([("L", 1), ("Q", 2), ("C", 3), ("z", 0), ("M", 1)])
        numbers = []
        for k in range(2 * count):
            here[k % 2] += chance.choice([0.0, 4.0, chance.gauss(0, 30), 1e-5])
            numbers.append(here[k % 2])
        words.append(" ".join([letter, *map(repr, numbers)]))
    return " \n".join(words)


@pytest.mark.parametrize("seed", range(5))
def test_an_outline_goes_through_the_same_points(seed):
    before = drawn(seed)
    after = outline(before, 100)
    assert len(after) < len(before) / 2
    moves = [
        max(abs(a[0] - b[0]), abs(a[1] - b[1]))
        for a, b in zip(points(before), points(after), strict=True)
    ]
    assert max(moves) < 0.005 + 1e-9
    # The comparison sees one wrong step.
    wrong = re.sub(r"l(-?)", lambda m: "l" if m[1] else "l-", after, count=1)
    assert max(abs(a[0] - b[0]) for a, b in zip(points(wrong), points(after), strict=True)) > 0.005


def test_an_outline_that_is_not_understood_is_refused():
    with pytest.raises(UnknownOutline):
        outline("M 1 2 A 3 3 0 0 1 4 5", 100)


def draw(path):
    with figure(path, 1, 2, (6, 3)) as (_, axes):
        for panel in axes:
            panel.errorbar([1, 2, 3], [4.0, 1.0, 9.1], yerr=0.3, fmt="o", label="networks")
            panel.plot([1, 2, 3], [4, 2, 8], dashes=(4, 2))
            panel.fill_between([1, 3], [1, 1], [2, 3], hatch="//")
            panel.set_title(r"at $\sigma^2 = 10^{-3}$", style="italic")
            panel.legend()


@pytest.fixture(scope="module")
def svg():
    return svg_of(draw)


def matrix(element):
    """What an element's place and transform do to a point, as x + iy -> p + a Re + b Im."""
    moved = [("translate", f"{element.get('x', 0)} {element.get('y', 0)}")]
    written = re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", ""))
    found = (0, 1, 1j)
    for name, text in written + (moved if element.tag.endswith("}use") else []):
        numbers = [float(word) for word in text.split()]
        p, a, b = found
        if name == "translate":
            found = (p + numbers[0] * a + numbers[1] * b, a, b)
        elif name == "scale":
            found = (p, numbers[0] * a, numbers[-1] * b)
        else:
            angle = math.radians(*numbers)
            cos, sin = math.cos(angle), math.sin(angle)
            found = (p, cos * a + sin * b, cos * b - sin * a)
    return found


def marks(root):
    """Where the outline of each mark and letter goes on the page."""
    named = {f"#{e.get('id')}": e for e in root.iter() if e.get("id")}
    drawn = []

    def walk(element, before):
        for child in element:
            steps = [matrix(child), *before]
            link = child.get("href") or child.get("{http://www.w3.org/1999/xlink}href")
            # A space is a letter without an outline.
            if child.tag.endswith("}use") and named[link].get("d"):
                steps = [matrix(named[link]), *steps]
                drawn.append([on_page(*point, steps) for point in points(named[link].get("d"))])
            walk(child, steps)

    walk(root, [])
    return drawn


def on_page(x, y, steps):
    for p, a, b in steps:
        x, y = (p + a * x + b * y).real, (p + a * x + b * y).imag
    return x, y


def test_a_drawing_keeps_its_marks_letters_and_lines(svg):
    before, after = ElementTree.fromstring(svg), ElementTree.fromstring(compact(svg))
    assert len(compact(svg)) < 0.5 * len(svg)
    ours = list(chain.from_iterable(chain.from_iterable(marks(after))))
    assert list(chain.from_iterable(chain.from_iterable(marks(before)))) == pytest.approx(
        ours, abs=0.03
    )
    assert len(marks(after)) > 60
    lines = [sum(bool(e.get("d")) for e in root.iter()) for root in (before, after)]
    assert lines[0] == lines[1]
    before, after = (
        [number for e in root.iter() if e.get("clip-path") for number in path_of(e)]
        for root in (before, after)
    )
    assert before == pytest.approx(after, abs=0.006) and len(before) > 40


def path_of(element):
    """The coordinates of an element's outline, one after the other."""
    return chain.from_iterable(points(element.get("d", "")))


def test_what_is_referred_to_is_there_and_nothing_else_has_a_name(svg):
    text = compact(svg)
    root = ElementTree.fromstring(text)
    named = [e.get("id") for e in root.iter() if "id" in e.attrib]
    assert len(named) == len(set(named))
    assert {*named} == {*re.findall(r"#([a-zA-Z]+)[\")]", text)}


def test_every_style_is_kept(svg):
    """Each painted element has the declarations that it had, by class or in place."""

    def styles(root):
        sheet = "".join(e.text or "" for e in root.iter() if e.tag.endswith("}style"))
        rules = dict(re.findall(r"\.(\w+)\s*\{([^}]*)\}", sheet))
        gathered = {
            child: e.get("class") for e in root.iter() if {*e.attrib} == {"class"} for child in e
        }
        given = (
            e.get("style") or rules.get(e.get("class", gathered.get(e, "")), "")
            for e in root.iter()
            if not (e.tag == GROUP and {*e.attrib} == {"class"})
        )
        return Counter(re.sub(r"\s+|#[^)]*(?=\))", "", text) for text in given if text)

    before, after = ElementTree.fromstring(svg), ElementTree.fromstring(compact(svg))
    assert styles(before) == styles(after)


def test_an_address_holds_the_drawing_whole():
    awkward = '<svg xmlns="http://www.w3.org/2000/svg"><title>a "b" &amp; \'c\' 100 %</title></svg>'
    address = data_uri(awkward)
    assert '"' not in address and "&" not in address and "#" not in address
    held = ElementTree.fromstring(unquote(address.split(",", 1)[1]))
    assert held[0].text == "a \"b\" & 'c' 100 %"
