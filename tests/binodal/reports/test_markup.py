"""Blocks as HTML and as Markdown; formulas as MathML; nothing a text says becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from latex2mathml.converter import convert

from binodal.derive.symbols import latex
from binodal.models.registry import model, names
from binodal.page.blocks import Fold, Formula, Items, Paragraph, Part, Table, literal
from binodal.page.html import blocks_html
from binodal.page.inline import inline_html, inline_markdown, plain_text
from binodal.page.markdown import blocks_markdown
from binodal.page.mathematics import NoMathML, mathml, typeset_words


class Balanced(HTMLParser):
    """Fails on a closing tag that closes nothing, or something else."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in {"img", "meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def check_balanced(text):
    parser = Balanced()
    parser.feed(text)
    parser.close()
    assert parser.open == []


@pytest.mark.parametrize(
    "text", ["|w*|^2 < 1 & `x` [a](b) $y$ \\", "<script>alert(1)</script>", "a_b*c*d**e**", "100 %"]
)
def test_a_literal_text_is_only_text(text):
    html, markdown = inline_html(literal(text)), inline_markdown(literal(text))
    assert "<script" not in html and "<em>" not in html and "<a " not in html
    assert "<code>" not in html and "<math" not in html
    assert plain_text(literal(text)) == text
    assert "<script" not in markdown.replace("\\<", "")


def test_markup_nests_and_links_are_restricted():
    assert inline_html("**a `b` c** *d*") == "<strong>a <code>b</code> c</strong> <em>d</em>"
    assert inline_html("[x](#part)") == '<a href="#part">x</a>'
    with pytest.raises(ValueError, match="javascript"):
        inline_html("[x](javascript:alert)")


@pytest.mark.parametrize(
    ("words", "typeset"),
    [
        ("sigma_a^2", "<i>σ</i><sub>a</sub><sup>2</sup>"),
        ("sigma2", "<i>σ</i><sup>2</sup>"),
        ("P - k", "P − k"),
        ("S''(0)", "S''(0)"),
        ("the feature's", "the feature’s"),
        ("tests/a_test.py and x_i", "tests/a_test.py and x<sub>i</sub>"),
        ("exp(-2 S_k)", "exp(−2 S<sub>k</sub>)"),
        ("sigmoid, epic", "sigmoid, epic"),
        ("1e-13 at 2-13, -0.3", "1e-13 at 2-13, −0.3"),
    ],
)
def test_words_of_mathematics(words, typeset):
    assert typeset_words(words) == typeset


def test_every_derived_formula_has_mathml():
    """A sample of each model's results; the report converts them all."""
    for name in names():
        quantities = model(name).derivations()
        for quantity in {"action", "events"} & set(quantities):
            for expression in quantities[quantity]("derived").results.values():
                markup = mathml(latex(expression))
                assert markup.startswith("<math") and "\\" not in markup
                check_balanced(markup)


def shape(element):
    """A formula as nested pairs of what it is and what is in it; a row of one is that one."""
    inner = [shape(child) for child in element]
    kind = element.tag.rpartition("}")[2]
    if kind in ("mrow", "math") and len(inner) == 1:
        return inner[0]
    return (kind.replace("math", "mrow"), element.text or "", *inner)


FORMULAS = (
    r"\left( \frac{\sigma_w^2}{2 n} \right)^{2} + \left[ x_{1}^{2}, 3 \right) - {y}",
    r"\frac{\frac{a^{2}}{b}}{\left(\left(c\right)^{2}\right)} \left\{ e^{-\frac{1}{2}} \right\}",
    r"x",
    r"\sqrt{q^{2}} = \sum_{i=1}^{N} \left( w_{i} \cdot x \right)",
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_loses_only_what_a_browser_does_anyway(formula):
    whole, short = convert(formula), mathml(formula, "inline")
    assert len(short) < 0.75 * len(whole)
    assert shape(ElementTree.fromstring(whole)) == shape(ElementTree.fromstring(short))
    # A bracket whose default form a browser takes stands at an end of a row of more than itself.
    for row in ElementTree.fromstring(short).iter():
        for place, child in enumerate(row):
            if child.tag == "mo" and not child.attrib and child.text in "()[]{}":
                assert len(row) > 1 and place == (0 if child.text in "([{" else len(row) - 1)


@pytest.mark.parametrize("bad", [r"\unheardof{x}", r"x + \unheardof"])
def test_unknown_latex_is_refused(bad):
    with pytest.raises(NoMathML, match="no MathML"):
        mathml(bad)


BLOCKS = [
    Part(
        "Of $q$ & more",
        [
            Paragraph("a < b"),
            Formula(r"\frac{q^2}{1 + 2 \rho}", "**in words**"),
            Items(["one", "two"]),
            Table(["$q$", "kind"], [["0.7 | 0.8", "minimum"]], "Saddles"),
            Fold("a step", [Paragraph("inside")], note="M.13", passed=True),
            Part("deeper", [Paragraph("end")]),
        ],
    ),
]


def test_blocks_as_html():
    text = blocks_html(BLOCKS, {}, level=3)
    check_balanced(text)
    for piece in (
        "<h3>",
        "<h4>",
        "<details>",
        "check passed",
        "<caption>",
        "scope=col",
        "a &lt; b",
    ):
        assert piece in text


def test_blocks_as_markdown():
    text = blocks_markdown(BLOCKS, level=3)
    lines = text.splitlines()
    assert "### Of $q$ & more" in lines and "#### deeper" in lines
    assert "$$ \\frac{q^2}{1 + 2 \\rho} $$" in lines
    assert "| 0.7 \\| 0.8 | minimum |" in lines
    assert "#### a step · check passed · M.13" in lines
