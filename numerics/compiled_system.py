"""A system whose rows and Jacobian are compiled functions of one list of arguments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from operator import is_

from flint import arb, ctx

from binodal.numerics.codegen.forms import Compiled


class CompiledSystem(ABC):
    """Equations in balls: ``values`` gives the rows, ``slopes`` the Jacobian row after row.

    With ``joint``, the rows and then the Jacobian, both come of one evaluation: a proof asks for
    the rows where it has just had the Jacobian. ``shape``, where there is one, gives what else is
    known at a zero, by the same arguments.
    """

    def __init__(self, functions: Mapping[str, Compiled]) -> None:
        self._functions = functions
        self._place: tuple[int, tuple[arb, ...]] = (0, ())
        self._rows: list[arb] = []

    @abstractmethod
    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """All that the compiled functions take, on a box of the unknowns."""

    def factors(self, box: Sequence[arb]) -> Mapping[int, arb]:
        """What a column of the Jacobian is multiplied with: an argument's slope in its unknown."""
        return {}

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The rows."""
        bits, place = self._place
        if bits == ctx.prec and len(place) == len(box) and all(map(is_, place, box)):
            return self._rows
        return list(self._functions["values"](*self.arguments(box)))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """The partial derivatives, row by row."""
        count, flat = len(box), self._slopes(box)
        rows = [flat[k : k + count] for k in range(0, len(flat), count)]
        for column, factor in self.factors(box).items():
            for row in rows:
                row[column] *= factor
        return rows

    def _slopes(self, box: Sequence[arb]) -> list[arb]:
        if "joint" not in self._functions:
            return list(self._functions["slopes"](*self.arguments(box)))
        flat = list(self._functions["joint"](*self.arguments(box)))
        count = len(flat) // (len(box) + 1)
        self._place, self._rows = (ctx.prec, tuple(box)), flat[:count]
        return flat[count:]

    def shape(self, box: Sequence[arb]) -> list[arb]:
        """What the form says of the shape of the action there."""
        return list(self._functions["shape"](*self.arguments(box)))
