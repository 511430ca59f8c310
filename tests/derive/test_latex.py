"""A derivation as LaTeX is a document that compiles, by LaTeX's own rules, token by token."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.render import render
from binodal.derive.step import Check, Step
from binodal.models.registry import model

LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu pi rho sigma tau phi chi psi "
    "Gamma Pi ell infty partial"
)
MATHEMATICS = (
    "frac sqrt sum prod int limits left right middle langle rangle cdot cdots leq geq bar log sin "
    "cos sinh cosh tanh mathbb mathrm operatorname substack Longrightarrow begin end"
)
TEXT = (
    "documentclass usepackage begin end section paragraph item textbackslash textasciicircum "
    "textasciitilde"
)
KNOWN = {*LETTERS.split(), *MATHEMATICS.split()}
"""What LaTeX, amsmath and amssymb define, of what the derivations use."""

SCRIPTS = re.compile(r"([\^_])(\{\}|\\[A-Za-z]+|[A-Za-z0-9*])\1")


def wrong(document: str) -> list[str]:
    """What would stop LaTeX: unknown commands, open braces, signs that text may not have."""
    found = [f"two scripts: {m[0]}" for m in SCRIPTS.finditer(without_groups(document))]
    if document.count(r"\begin{document}") != 1 or not document.endswith(r"\end{document}"):
        found.append("not a document")
    opened: list[str] = []
    for what, name in re.findall(r"\\(begin|end)\{(\w+)\}", document):
        if what == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            found.append(f"end of {name}")
    body = document.partition(r"\begin{document}")[2]
    for place, part in enumerate(re.split(r"\\\[|\\\]", body)):
        depth = 0
        known = KNOWN if place % 2 else {*TEXT.split()}
        for token in re.findall(r"\\[A-Za-z]+|\\.|.", part, re.DOTALL):
            depth += (token == "{") - (token == "}")
            if depth < 0 or (len(token) > 2 and token[1:] not in known):
                found.append(token)
            if token in ("$", "&", "#", "%", "~") and not (place % 2 and token == "&"):
                found.append(token)
            if token in "^_" and not place % 2:
                found.append(token)
        if depth or part.count(r"\left") != part.count(r"\right"):
            found.append("open")
    return found + opened


def without_groups(text: str) -> str:
    """Groups in braces, from the inside outwards, as empty ones."""
    while (shorter := re.sub(r"\{[^{}]+\}", "{}", text)) != text:
        text = shorter
    return text


@pytest.mark.parametrize("name", ["modular", "diagonal-linear"])
def test_derivations_compile(name, monkeypatch):
    """How they are written; that their checks pass is the law of other tests."""
    monkeypatch.setattr(Derivation, "verify", lambda _: 0)
    for quantity in model(name).derivations().values():
        assert wrong(render(quantity("derived"), "latex", steps=True)) == []


x = sp.Symbol("x")


def test_what_text_may_not_have_is_written_out():
    awkward = r"100 % of {a_1} & b^2 ~ #3 \cost $5"
    step = Step(awkward, awkward, x, x, Check(awkward, lambda _: None), source=awkward)
    document = render(Derivation(awkward, (step,), {"a_b": x}), "latex", steps=True)
    assert wrong(document) == [] and r"100 \% of \{a\_1\}" in document


@pytest.mark.parametrize(
    "body",
    [r"\paragraph{a_b}", "50 %", r"\[ \unheard \]", r"\[ \frac{1}{2 \]", r"\[ x^{2}^{3} \]", "q^2"],
)
def test_canary(body):
    assert wrong("\\begin{document}\n" + body + "\n\\end{document}") != []
