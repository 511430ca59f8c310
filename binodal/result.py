"""Results of the API: a numerics object, its document, its table, and how it shows itself."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from binodal.page.blocks import Block, Fold, Items, Paragraph, literal
from binodal.page.number import Number, held
from binodal.result_json import exit_status
from binodal.shown import Row, Shown, rows_table

_SHORT = 6


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """A result: the numerics object, its document as in ``--json``, and its table as ``str``.

    What the document holds are attributes and items: numbers with their errors
    (:class:`binodal.page.number.Number`), words, parameters as exact fractions, and columns of the
    rows. Names that Python keeps for itself are items only, as ``found["lambda"]``.
    """

    value: Any
    document: Mapping[str, Any]
    text: str

    def __str__(self) -> str:
        return self.text

    @abstractmethod
    def what(self) -> str:
        """The finding in words."""

    def records(self) -> Sequence[Row]:
        """One row for each of what the result lists."""
        return []

    def headline(self) -> str:
        """Model, theory, limit, finding, status, and the main numbers."""
        of = self.document
        words = f"{of['model']}, {of['theory']} theory, {of['limit']} limit: {self.what()}"
        numbers = [
            f"{name} = {number.short(_SHORT)}"
            for name, number in self.numbers().items()
            if isinstance(number, Number)
        ]
        return "  ".join([f"{words} [{self.status}]", *numbers])

    def facts(self) -> dict[str, str]:
        """What was asked and what the numbers rest on."""
        names = ("model", "theory", "limit", "params", "assumptions", "version", "status")
        more = ("event", "along", "phase", "reason")
        kept = {n: self.document[n] for n in (*names, *more) if self.document.get(n) is not None}
        return {
            n: value if isinstance(value, str) else json.dumps(value) for n, value in kept.items()
        }

    def blocks(self) -> list[Block]:
        """A notebook's table, with what it rests on folded below."""
        return [*self.tables(), *_foot(self.document)]

    def tables(self) -> list[Block]:
        """The finding as blocks."""
        return rows_table(self.records(), literal(self.headline()))

    def __getitem__(self, name: str) -> Any:
        numbers = self.numbers()
        if name in numbers:
            return numbers[name]
        if name in self.document:
            return held(self.document[name])
        if name in self.document["params"]:
            return Fraction(self.document["params"][name])
        rows = self.records()
        if any(name in row for row in rows):
            return [row.get(name) for row in rows]
        raise KeyError(f"{name!r}: this result holds {', '.join(self._names())}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in {field.name for field in fields(Result)}:
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(f"no attribute {error.args[0]}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names()]

    def _names(self) -> list[str]:
        columns = (name for row in self.records() for name in row)
        return list(
            dict.fromkeys([*self.numbers(), *self.document, *self.document["params"], *columns])
        )

    @property
    def status(self) -> str:
        """certified, converged, undecided or absent."""
        return str(self.document["status"])

    @property
    def exit_status(self) -> int:
        """What the command exits with: 0 decided, 1 undecided or absent."""
        return exit_status(self.document)

    def to_json(self) -> str:
        """The document as JSON text."""
        return json.dumps(self.document, indent=2, ensure_ascii=False)

    @abstractmethod
    def plot(self, axes: Any = None) -> Any:
        """A picture on matplotlib axes; new ones are made if none are given.

        Raises :class:`binodal.errors.RequestError` where there is nothing to draw.
        """


def _foot(document: Mapping[str, Any]) -> list[Block]:
    from binodal.page.names import equation

    blocks: list[Block] = []
    if document.get("reason"):
        blocks.append(Paragraph(literal(document["reason"])))
    setting = ", ".join(equation(name, value) for name, value in document["params"].items())
    rests = [f"at {setting}", *(literal(text) for text in document["assumptions"])]
    blocks.append(Fold("Parameters and assumptions", [Items(rests)]))
    return blocks
