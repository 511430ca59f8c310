"""The models there are: the folders here, what installed packages offer, and what is registered.

A package offers a model by an entry point of the group ``binodal.models``, whose name is the
model's; it is read when no folder here has the name that is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from binodal.errors import RequestError
from binodal.models.families import folders, member, taken_apart
from binodal.models.protocol import Model
from binodal.numerics.parameters import Field, Parameters

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "binodal.models"
"""The group of entry points by which a package offers models."""

_REGISTERED: dict[str, Model] = {}


@cache
def _installed(path: tuple[str, ...]) -> Mapping[str, EntryPoint]:
    """What packages on the path offer, but for names of folders here."""
    from importlib.metadata import entry_points

    return {e.name: e for e in entry_points(group=GROUP) if e.name not in folders()}


def _by_name() -> Iterator[str]:
    """Every name once; entry points are read when all others have been seen."""
    yield from folders()
    yield from _REGISTERED
    yield from (name for name in _installed(tuple(sys.path)) if name not in _REGISTERED)


def names() -> tuple[str, ...]:
    """The models there are.

    >>> "teacher-student" in names()
    True
    """
    return tuple(_by_name())


def others() -> tuple[str, ...]:
    """The models that other programs have registered, or offer."""
    return tuple(name for name in _by_name() if name not in folders())


def known(name: str) -> bool:
    """Whether there is a model of this name."""
    return name in _REGISTERED or taken_apart(name)[0] in _by_name()


def model(name: str) -> Model:
    """The model of this name; a member of a family is called NAME[SETTING=VALUE; ...].

    Raises RequestError for an unknown one, and for one that its package does not give.
    """
    if name in _REGISTERED:
        return _REGISTERED[name]
    plain, settings = taken_apart(name)
    if plain in folders():
        return member(plain, settings)
    if not known(name):
        raise RequestError(f"unknown model {name!r}: choose {' or '.join(names())}")
    return _loaded(_installed(tuple(sys.path))[name])


def _loaded(entry: EntryPoint) -> Model:
    """The model of an entry point. Raises RequestError where there is none of its name."""
    try:
        offered = entry.load()
    except Exception as error:
        raise _not_given(entry, f"{type(error).__name__}: {error}") from error
    if not isinstance(offered, Model) or offered.name != entry.name:
        raise _not_given(entry, f"{entry.value} is no model of this name")
    return offered


def _not_given(entry: EntryPoint, why: str) -> RequestError:
    package = entry.dist.name if entry.dist else "some package"
    return RequestError(f"model {entry.name!r} of {package} cannot be loaded: {why}")


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


def brought(name: str) -> Model | None:
    """The model of this name if only this process knows it: to be taken along to others."""
    return _REGISTERED.get(name)


def receive(model_brought: Model | None) -> None:
    """Know a model that another process has brought, in place of an earlier one of its name."""
    if model_brought is not None:
        _REGISTERED[model_brought.name] = model_brought


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
    settings: dict[str, Parameters] = {}
    for space in spaces:
        for name, values in space.presets.items():
            settings.setdefault(name, Parameters(space, values))
    return settings


def preset(name: str, of: str = "") -> Parameters:
    """The parameters of a published setting, of the model ``of`` where it has one of this name.

    Raises RequestError for an unknown name.

    >>> preset("fig2")["sigma_a2"]
    Fraction(2, 175)
    """
    for space in (model(each).space for each in chain([of] if of else [], _by_name())):
        if name in space.presets:
            return Parameters(space, space.presets[name])
    raise RequestError(f"unknown preset {name!r}: choose {', '.join(presets())}")
