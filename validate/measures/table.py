"""All measures, found by the files that are there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import binodal.validate.measures.definitions as folder
from binodal.validate.errors import DataError
from binodal.validate.measures.measure import Measure, Value
from binodal.validate.measures.network import TwoLayer


@cache
def table() -> Mapping[str, Measure]:
    """Every measure by its name, file by file.

    >>> "ipr" in table()
    True
    """
    measures: dict[str, Measure] = {}
    for entry in iter_modules(folder.__path__):
        module = import_module(f"binodal.validate.measures.definitions.{entry.name}")
        measures |= {measure.name: measure for measure in module.MEASURES}
    return MappingProxyType(measures)


def chosen(names: tuple[str, ...]) -> tuple[Measure, ...]:
    """The measures of these names, all for none. Raises DataError for an unknown one."""
    for name in names:
        if name not in table():
            raise DataError(f"measure {name!r}: choose {', '.join(table())}")
    return tuple(m for name, m in table().items() if not names or name in names)


def values(network: TwoLayer, names: tuple[str, ...] = ()) -> dict[str, Value]:
    """The named measures of a network, all for none."""
    return {measure.name: measure.compute(network) for measure in chosen(names)}
