"""A JSON object with one value that takes long and is computed when it is first read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from binodal.numerics.isolation import isolated


class Deferred(dict[str, Any]):
    """``known`` values, among which ``late`` stands for the one that ``compute`` gives.

    >>> found = Deferred({"a": 1, "b": None, "c": 3}, "b", lambda: 2)
    >>> {**found}, "b" in found, found == {"a": 1, "b": 2, "c": 3}
    ({'a': 1, 'b': 2, 'c': 3}, True, True)
    """

    def __init__(self, known: Mapping[str, Any], late: str, compute: Callable[[], Any]) -> None:
        super().__init__(known)
        self._late, self._compute = late, compute

    def _whole(self) -> dict[str, Any]:
        plain = dict(super().items())
        plain[self._late] = self[self._late]
        return plain

    def __getitem__(self, name: str) -> Any:
        if name == self._late and super().__getitem__(name) is None:
            self[name] = isolated(self._compute)()
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or another one where the object has none of the name."""
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:  # with one of its own, copies are made by __getitem__
        return super().__iter__()

    def items(self) -> Any:
        """All of them."""
        return self._whole().items()

    def values(self) -> Any:
        """All of them."""
        return self._whole().values()

    def __eq__(self, other: object) -> bool:
        return self._whole() == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return repr(self._whole())

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self._whole(),)
