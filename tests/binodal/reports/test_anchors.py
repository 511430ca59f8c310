"""A printed equation and the steps that derive it lead to each other."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from binodal.audit import judged
from binodal.audit.paper.registry import registry
from binodal.derive.derivation import Derivation
from binodal.page.anchors import printed_labels, step_anchor
from binodal.page.derivations import derivations
from binodal.page.html import blocks_html
from binodal.page.section import Request
from binodal.reports import audit
from binodal.reports.offered import reported

MODELS = [of for of, _ in reported()]


def steps_of(of):
    return {step.name: step for make in of.derivations().values() for step in make("derived").steps}


@pytest.mark.parametrize("of", MODELS, ids=lambda of: of.name)
def test_what_a_step_says_is_printed_is_judged(of):
    steps = steps_of(of).values()
    labels = {label for step in steps for label in printed_labels(step.source)}
    assert len(labels) > 8 and labels <= set(registry())
    anchors = Counter(step_anchor(of.name, step.name) for step in steps)
    assert max(anchors.values()) == 1


def test_both_ways(monkeypatch):
    """Two steps of one model, with the entries of the labels that they name."""
    steps = [s for s in steps_of(MODELS[0]).values() if s.source in ("A.9, A.12", "A.7b")][:2]
    chapter = derivations(
        "m", {"two": lambda theory: Derivation("Two", tuple(steps))}, {}, Request(True, print)
    )
    labels = sorted({label for step in steps for label in printed_labels(step.source)})
    entries = [
        {"label": label, "title": "t", "verdict": "notation", "why": "w", "parts": []}
        | {"witnesses": [], "evidence": []}
        for label in labels
    ]
    monkeypatch.setattr(judged, "audit", lambda: entries)
    none = {"code_or_page": [], "published_against_derived": []}
    monkeypatch.setattr(judged, "tables", lambda: none)
    page = blocks_html(chapter.blocks, {})
    asked = Request(True, lambda line: None, earlier={"m-steps": chapter.data})
    page += blocks_html(audit.chapter(asked).blocks, {})
    ids = re.findall(r' id="([^"]+)"', page)
    links = Counter(re.findall(r' href="#([^"]+)"', page))
    assert set(links) <= set(ids) and len(ids) == len(set(ids))
    # Each place is linked from itself, and from the other side.
    assert all(links[step_anchor("m", step.name)] >= 2 for step in steps)
    assert all(links[f"equation-{label.lower().replace('.', '-')}"] >= 2 for label in labels)


def test_a_step_names_the_code_that_is_made_from_it():
    one, two = [s for s in steps_of(MODELS[0]).values() if s.source in ("A.9, A.12", "A.7b")][:2]
    whole = {"two": lambda theory: Derivation("Two", (one, two))}
    compiled = {"law": {"value": two.ends()[-1]}, "other": {"value": two.ends()[-1] + 1}}
    page = blocks_html(derivations("m", whole, compiled, Request(True, print)).blocks, {})
    before, after = page.split(f'id="{step_anchor("m", two.name)}"')
    assert "binodal codegen m law" in after and "codegen m other" not in page
    assert "binodal codegen" not in before
