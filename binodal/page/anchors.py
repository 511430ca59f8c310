"""Places of the report that links lead to: printed equations and steps of derivations."""

from __future__ import annotations

import re

from binodal.derive.step import NOT_PRINTED
from binodal.page.blocks import literal


def equation_anchor(label: str) -> str:
    """Where a printed equation is judged.

    >>> equation_anchor("A.11-kernel"), equation_anchor("Table 1")
    ('equation-a-11-kernel', 'equation-table-1')
    """
    return f"equation-{_slug(label)}"


def step_anchor(model: str, name: str) -> str:
    """Where a step of a model's derivations stands.

    >>> step_anchor("modular", "Average over |w*|")
    'step-modular-average-over-w'
    """
    return f"step-{_slug(model)}-{_slug(name)}"


def printed_labels(source: str) -> list[str]:
    """The labels of a step's printed counterparts; none where it has none.

    >>> printed_labels("A.9, A.12"), printed_labels("derived here")
    (['A.9', 'A.12'], [])
    """
    return [] if source == NOT_PRINTED else source.split(", ")


def source_links(source: str) -> str:
    """A step's source in prose, each label linked to where the equation is judged.

    >>> source_links("A.9, A.12")
    '[A.9](#equation-a-9), [A.12](#equation-a-12)'
    """
    labels = printed_labels(source)
    links = [f"[{literal(label)}](#{equation_anchor(label)})" for label in labels]
    return ", ".join(links) or literal(source)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
