"""A system whose rows and Jacobian are compiled functions of one list of arguments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from flint import arb

from binodal.numerics.codegen.forms import Compiled


class CompiledSystem(ABC):
    """Equations in balls: ``values`` gives the rows, ``slopes`` the Jacobian row after row.

    ``shape``, where there is one, gives what else is known at a zero, by the same arguments.
    """

    def __init__(self, functions: Mapping[str, Compiled]) -> None:
        self._functions = functions

    @abstractmethod
    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """All that the compiled functions take, on a box of the unknowns."""

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The rows."""
        return list(self._functions["values"](*self.arguments(box)))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """The partial derivatives, row by row."""
        flat, count = self._functions["slopes"](*self.arguments(box)), len(box)
        return [list(flat[count * k : count * (k + 1)]) for k in range(count)]

    def shape(self, box: Sequence[arb]) -> list[arb]:
        """What the form says of the shape of the action there."""
        return list(self._functions["shape"](*self.arguments(box)))
