"""The models there are: the folders here, and what other programs register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import binodal.models
from binodal.errors import RequestError
from binodal.models.protocol import Model
from binodal.numerics.parameters import Field, Parameters

_REGISTERED: dict[str, Model] = {}


@cache
def _folders() -> tuple[str, ...]:
    found = (entry.name for entry in iter_modules(binodal.models.__path__) if entry.ispkg)
    return tuple(sorted((name.replace("_", "-") for name in found), reverse=True))


def names() -> tuple[str, ...]:
    """The models there are.

    >>> "teacher-student" in names()
    True
    """
    return (*_folders(), *_REGISTERED)


def others() -> tuple[str, ...]:
    """The models that other programs have registered."""
    return tuple(_REGISTERED)


def model(name: str) -> Model:
    """The model of this name. Raises RequestError for an unknown one."""
    if name in _REGISTERED:
        return _REGISTERED[name]
    if name not in _folders():
        raise RequestError(f"unknown model {name!r}: choose {' or '.join(names())}")
    found: Model = import_module(f"binodal.models.{name.replace('-', '_')}.model").MODEL
    return found


@contextmanager
def registered(added: Model) -> Iterator[Model]:
    """A model that every command knows as long as the block runs, in this process.

    Raises RequestError for a name that is taken.
    """
    register(added)
    try:
        yield added
    finally:
        del _REGISTERED[added.name]


def register(added: Model) -> None:
    """A model that every command knows from now on. Raises RequestError for a name in use."""
    if added.name in names():
        raise RequestError(f"model {added.name!r} is registered already")
    _REGISTERED[added.name] = added


def fields_of(name: str) -> Mapping[str, Field]:
    """The fields of a model's parameters, by its name. Raises RequestError for an unknown one."""
    return model(name).space.fields


def parameters_of(name: str, values: Mapping[str, Fraction]) -> Parameters:
    """Exact parameters of the model of this name.

    Raises RequestError for an unknown model, and ParameterError for what it does not take.
    """
    return Parameters(model(name).space, values)


def presets() -> Mapping[str, Parameters]:
    """The published settings of all models, by name."""
    spaces = (model(name).space for name in names())
    return {name: Parameters(s, values) for s in spaces for name, values in s.presets.items()}


def preset(name: str) -> Parameters:
    """The parameters of a published setting. Raises RequestError for an unknown name.

    >>> preset("fig2")["sigma_a2"]
    Fraction(2, 175)
    """
    known = presets()
    if name not in known:
        raise RequestError(f"unknown preset {name!r}: choose {', '.join(known)}")
    return known[name]
