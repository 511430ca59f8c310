"""Results that are a picture as well: it stands above their rows, and is written to files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from binodal.page.blocks import Block, Figure, literal
from binodal.page.output import drawn, write_text
from binodal.result import Result
from binodal.shown import Row, rows_table


class Pictured(Result):
    """``picture`` is its name, ``shows`` what is on it, and ``listed`` what the rows below are."""

    picture: ClassVar[str]
    shows: ClassVar[str]
    listed: ClassVar[str]

    @abstractmethod
    def _paint(self, axes: Any) -> None:
        """The picture on axes that exist."""

    @abstractmethod
    def _draw(self, path: Path) -> None:
        """The picture as a file, by its suffix."""

    def _rows(self) -> Sequence[Row]:
        """What stands below the picture."""
        return self.records()

    def _shape(self) -> tuple[Any, ...]:
        """How many axes one below the other, and the size of all, where they are not usual."""
        return ()

    def tables(self) -> list[Block]:
        """The picture, and the rows below it."""
        figure = Figure(self.picture, self._draw, literal(self.headline()), self.shows)
        return [figure, *rows_table(self._rows(), self.listed)]

    def plot(self, axes: Any = None) -> Any:
        """The picture on matplotlib axes; new ones are made if none are given."""
        from binodal.page.style import new_axes

        axes = new_axes(*self._shape()) if axes is None else axes
        self._paint(axes)
        return axes

    def write(self, path: Path) -> None:
        """The document (.json), or what else the suffix asks for, in one piece."""
        if path.suffix.lower() == ".json":
            write_text(path, self.to_json() + "\n")
        else:
            drawn(path, self._draw)
