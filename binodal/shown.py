"""What shows itself: one line, a table in a notebook, and rows for other libraries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from binodal.extras import extra
from binodal.page.blocks import Block, Paragraph, Table, figures_of, literal
from binodal.page.number import Number

Row = Mapping[str, Any]
MOST_ROWS = 20
"""Rows of a table in a notebook; data frames have all."""
DIGITS = 10
"""Digits of a number in a notebook's table; the rounding is in the error."""

_STYLE = (
    "<style>.binodal summary span { margin-right: 1em } .binodal .wide { overflow-x: auto } "
    ".binodal .passed, .binodal .note { opacity: 0.7 } .binodal .drawing img { max-width: 100% } "
    ".binodal .math { overflow-x: auto }</style>"
)
_WORDS = {"mass"}  # columns whose name is also the name of a symbol


class Shown(ABC):
    """A result that says what it is in one line, and shows its rows in a notebook."""

    dimension: ClassVar[str] = "row"
    """Along what rows are numbered in an xarray.Dataset; nothing if there is one row at most."""

    @abstractmethod
    def headline(self) -> str:
        """What it is and what it says, in one line."""

    @abstractmethod
    def records(self) -> Sequence[Row]:
        """Its content as rows of numbers and words."""

    def numbers(self) -> Row:
        """Numbers that belong to no row."""
        return {}

    def facts(self) -> Mapping[str, str]:
        """Words about the whole, the attributes of an xarray.Dataset."""
        return {"headline": self.headline()}

    def blocks(self) -> list[Block]:
        """What a notebook shows."""
        return rows_table(self.records(), literal(self.headline()))

    def __repr__(self) -> str:
        return self.headline()

    def _repr_html_(self) -> str:
        """What a notebook shows, with pictures and mathematics inside and without scripts."""
        from binodal.page.drawing import svg_of
        from binodal.page.html import blocks_html

        blocks = self.blocks()
        drawings = {figure.name: svg_of(figure.draw) for figure in figures_of(blocks)}
        return f"<div class=binodal>{_STYLE}{blocks_html(blocks, drawings)}</div>"

    def to_dataframe(self) -> Any:
        """The rows as a pandas.DataFrame in double precision.

        A number NAME has NAME_rad beside it if it is a proved ball, NAME_error if it is an
        estimate. Raises :class:`binodal.errors.RequestError` where xarray is not installed.
        """
        return _dataset(_lines(self.records(), self.dimension or "row")).to_dataframe()

    def to_xarray(self) -> Any:
        """Numbers and rows as an xarray.Dataset, with all words about the whole as attributes.

        Names as in :meth:`to_dataframe`. Raises :class:`binodal.errors.RequestError` where xarray
        is not installed.
        """
        numbers = {name: column[0] for name, column in columns_of([self.numbers()]).items()}
        lines = _lines(self.records(), self.dimension) if self.dimension else {}
        return _dataset({**numbers, **lines}, self.facts())


def _lines(rows: Sequence[Row], dimension: str) -> dict[str, Any]:
    return {name: (dimension, column) for name, column in columns_of(rows).items()}


def _dataset(data: Mapping[str, Any], facts: Mapping[str, str] | None = None) -> Any:
    with extra("sweep", "data for other libraries"):
        import xarray
    return xarray.Dataset(data, attrs=dict(facts or {}))


def columns_of(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Columns of plain values; what is missing is NaN among numbers and empty among words.

    >>> columns_of([{"q": Number("0.5", "1e-9"), "kind": "minimum"}, {"q": None}])
    {'q': [0.5, nan], 'q_rad': [1e-09, nan], 'kind': ['minimum', '']}
    """
    flat = [
        dict(pair for name, value in row.items() for pair in _flat(name, value)) for row in rows
    ]
    names = dict.fromkeys(name for row in flat for name in row)
    columns = {}
    for name in names:
        column = [row.get(name) for row in flat]
        words = any(isinstance(value, str) for value in column)
        columns[name] = [("" if words else float("nan")) if v is None else v for v in column]
    return columns


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Number):
        yield name, float(value)
        yield f"{name}_{'rad' if value.certified else 'error'}", float(value.radius)
    elif isinstance(value, Fraction):
        yield name, float(value)
    else:
        yield name, value


def rows_table(
    rows: Sequence[Row], caption: str, count: int | None = None, digits: int = DIGITS
) -> list[Block]:
    """The first rows as a table of a page; of ``count``, as a sentence says if there are more."""
    from binodal.page.names import math_of

    if not rows:
        return [Paragraph(caption)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    heads = [name if name in _WORDS else math_of(name) for name in names]
    cells = [[cell(row.get(name), digits) for name in names] for row in rows[:MOST_ROWS]]
    blocks: list[Block] = [Table(heads, cells, caption)]
    count = len(rows) if count is None else count
    if count > MOST_ROWS:
        blocks.append(Paragraph(f"The first {MOST_ROWS} of {count} rows."))
    return blocks


def cell(value: Any, digits: int = DIGITS) -> str:
    """A value as the prose of a table; a number does not break between lines.

    >>> cell(None), cell(0.125), cell(Fraction(1, 3)), cell("|w*|")
    ('–', '0.125', '0.333333', '|w\\\\*|')
    >>> cell(Number("0.35167635904568", "2e-14"), 5).split("\\xa0")
    ['0.35168', '±', '0.000004']
    """
    if value is None or value != value:
        return "–"
    if isinstance(value, Number):
        return value.text(digits).replace(" ", "\u00a0").replace("e-", "e\u2011")
    if isinstance(value, (float, Fraction)):
        return f"{float(value):.6g}"
    return literal(value)
