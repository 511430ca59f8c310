"""Functions that are compiled from derived expressions, asked for before anything is derived.

A form is built by a function of a module ``forms`` of a model. That module is imported, and with it
the derivations and SymPy, only for what the user's cache does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from flint import arb

from binodal.numerics.codegen.kept import kept
from binodal.numerics.codegen.loaded import loaded

T = TypeVar("T")
_GENERIC = ("binodal.derive", "binodal.numerics.codegen")
Compiled = Callable[..., tuple[Any, ...]]


def sources_of(module: str) -> tuple[str, ...]:
    """The packages that decide what the forms of a model's module are.

    Where they rest on another model's derivations, a module ``rests_on`` beside them says so.

    >>> sources_of("binodal.models.modular.forms.action")[2:]
    ('binodal.models.modular.derivations', 'binodal.models.modular.forms')
    """
    model = module.partition(".forms")[0]
    forms = f"{model}.forms.rests_on"
    others = import_module(forms).PACKAGES if find_spec(forms) else ()
    return (*_GENERIC, f"{model}.derivations", f"{model}.forms", *others)


def exact(row: Mapping[str, str]) -> dict[str, Fraction]:
    """Rational numbers by name, from plain data.

    >>> exact({"N": "-1/2"})
    {'N': Fraction(-1, 2)}
    """
    return {name: Fraction(value) for name, value in row.items()}


class _Loaded(Mapping[str, Compiled]):
    """Generated functions by name, each loaded when it is asked for."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts, self._known = texts, dict[str, Compiled]()

    def __getitem__(self, name: str) -> Compiled:
        if name not in self._known:
            self._known[name] = loaded(*self._texts[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@dataclass(frozen=True)
class Forms:
    """The builders of one module, by their names.

    Arguments of a builder are strings, numbers, truth values and tuples of them.
    """

    module: str

    def function(self, builder: str, target: str) -> Callable[..., Compiled]:
        """(arguments of the builder) -> the function that it describes, for a target."""
        tables = self.functions(builder, target)

        @cache
        def built(*arguments: Any) -> Compiled:
            (function,) = tables(*arguments).values()
            return function

        return built

    def balls(self, builder: str) -> Callable[..., Callable[..., tuple[arb, ...]]]:
        """The function in ball arithmetic."""
        return self.function(builder, "arb")

    def floats(self, builder: str) -> Callable[..., Callable[..., tuple[Any, ...]]]:
        """The function of NumPy's arrays."""
        return self.function(builder, "numpy")

    def functions(self, builder: str, target: str) -> Callable[..., Mapping[str, Compiled]]:
        """The same of a builder that describes several functions by name."""

        @cache
        def built(*arguments: Any) -> Mapping[str, Compiled]:
            texts = self._kept(builder, arguments, target)
            return _Loaded(texts)

        return built

    def data(self, builder: str, read: Callable[[Any], T]) -> Callable[..., T]:
        """(arguments of the builder) -> what ``read`` makes of the plain data that it returns."""

        @cache
        def built(*arguments: Any) -> T:
            return read(self._kept(builder, arguments, ""))

        return built

    def _kept(self, builder: str, arguments: tuple[Any, ...], target: str) -> Any:
        def build() -> Any:
            expressions = getattr(import_module(self.module), builder)(*arguments)
            if not target:
                return expressions
            # Only a miss needs the generator, and SymPy with it.
            from binodal.numerics.codegen.load import texts

            return texts(expressions, target)

        return kept(sources_of(self.module), [self.module, builder, arguments, target], build)
