"""What a model offers stands in modules that are imported when it is asked for, and no sooner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import Any


@dataclass(frozen=True)
class Late:
    """``name`` in ``module``, both as written there; the tests see that every one is there.

    >>> Late("math", "pi")()
    3.141592653589793
    """

    module: str
    name: str

    @property
    def modules(self) -> frozenset[str]:
        """Where it stands, for :func:`binodal.numerics.sources.loads`."""
        return frozenset({self.module})

    def __call__(self) -> Any:
        """What stands there."""
        return attrgetter(self.name)(import_module(self.module))

    def of(self, *given: Any) -> Any:
        """What the function there makes of arguments.

        >>> Late("math", "hypot").of(3, 4)
        5.0
        """
        return self()(*given)

    def at(self, *given: Any) -> Callable[..., Any]:
        """The function there with its first arguments given; the others come when it is called.

        >>> Late("math", "hypot").at(3)(4)
        5.0
        """
        return partial(self.of, *given)

    def on(self, setting: Callable[[], Any], *more: Any) -> Callable[..., Any]:
        """The same where the first of all is a setting, made when the function is called.

        >>> Late("math", "hypot").on(Late("math", "pi"))(0) == Late("math", "pi")()
        True
        """
        return partial(self._on, setting, *more)

    def _on(self, setting: Callable[[], Any], *more: Any) -> Any:
        return self.of(setting(), *more)
