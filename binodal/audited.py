"""``audit`` as a function of the public API: printed equations and the verdicts on them."""

from __future__ import annotations

from typing import Any

from binodal.audit import judged
from binodal.audit.blocks import VERDICTS
from binodal.shown import Row, Shown


class Audited(Shown, list[judged.Document]):
    """Judged entries: the list of their objects, which shows itself."""

    def headline(self) -> str:
        """How many entries have which verdict; of a few, which."""
        verdicts = [entry["verdict"] for entry in self]
        counts = ", ".join(f"{verdicts.count(v)} {v}" for v in VERDICTS if v in verdicts)
        return f"{', '.join(e['label'] for e in self)}: {counts}" if len(self) < 4 else counts

    def records(self) -> list[Row]:
        """One row a part of an entry: what is printed, what is derived, and the verdict."""
        return [
            {
                "label": entry["label"],
                "part": part["name"],
                "verdict": part["verdict"],
                **{key: _said(part.get(key)) for key in ("printed", "derived", "ratio")},
                "why": entry["why"],
            }
            for entry in self
            for part in entry["parts"]
        ]

    def __str__(self) -> str:
        return judged.as_text(self)


def _said(value: Any) -> str | None:
    return None if value is None else judged.flat(value)


def audit(*labels: str) -> Audited:
    """Printed equations judged by the derivations, as the objects of ``binodal audit --json``.

    All of them if no label is given. Raises :class:`binodal.errors.RequestError` for an
    unknown label. The first call takes a minute; results are kept in the user's cache.
    """
    return Audited(judged.audit(*labels))
