"""The document of ``delay`` as text."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

from binodal.page.tables import columns, counted
from binodal.validate.mechanism.judged import CONSTANT, DECAY, ESCAPE, UNKNOWN, said

_LAWS = (ESCAPE, DECAY, CONSTANT)


def delay_text(document: Mapping[str, Any]) -> str:
    """The outcome, both laws, and how often the rule would be right and wrong."""
    rows = document["delays"]
    heads = ("law", "distance", "freedom", "p", "values")
    laws = [heads, *(_law(name, document["laws"][name]) for name in _LAWS)]
    calls = (ESCAPE, DECAY, UNKNOWN)
    shares = [
        [f"if {true}", *(f"{document['told_as'][true][c]:.2g}" for c in calls)] for true in _LAWS
    ]
    networks = sum(row["members"] for row in rows)
    late = [
        f"left out    {counted(len(document['late']), 'setting')} with networks still to go over"
    ]
    return "\n".join(
        [
            f"delays of {counted(networks, 'network')} at {counted(len(rows), 'setting')}: "
            f"{document['outcome']}  [{document['status']}]",
            *columns(laws),
            f"log likelihood of escape over norm decay  {document['log_likelihood_ratio']:.4g}",
            f"told as, in draws with these errors, at a rate of {document['rate']:g}",
            *columns([["", *calls], *shares]),
            f"because     {document['because']}",
            *(late if document["late"] else ()),
            *(
                f"{'assumes' if k == 0 else '':12}{words}"
                for k, words in enumerate(document["assumes"])
            ),
        ]
    )


def _law(name: str, told: Mapping[str, Any]) -> list[str]:
    values = [f"{key} = {value:.4g}" for key, value in told["values"].items() if not isnan(value)]
    return [
        name,
        f"{told['distance']:.4g}",
        str(told["freedom"]),
        said(told["chance"]),
        "  ".join(values),
    ]
