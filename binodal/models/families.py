"""The folders of models here; some hold a family, whose members differ by settings in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import binodal.models
from binodal.errors import RequestError
from binodal.models.protocol import Family, Model, Option

Settings = tuple[tuple[str, str], ...]


@cache
def folders() -> tuple[str, ...]:
    """The models and families that have a folder here."""
    names = (entry.name for entry in iter_modules(binodal.models.__path__) if entry.ispkg)
    return tuple(sorted((name.replace("_", "-") for name in names), reverse=True))


def member(name: str, settings: Settings) -> Model:
    """The model of a folder, or the member of its family that the settings make.

    Raises RequestError for settings that make no sense.
    """
    model = _folder(name)
    if isinstance(model, Family):
        return _made(model, settings)
    if settings:
        raise RequestError(f"{settings[0][0]} does not belong to {name}")
    return model


@cache
def options() -> Mapping[str, Option]:
    """The settings of all families, by name; their help begins with the family."""
    families = (family for name in folders() if isinstance(family := _folder(name), Family))
    return {o.name: replace(o, help=f"{of.name}: {o.help}") for of in families for o in of.options}


@cache
def asking() -> Mapping[str, str]:
    """Parameters that only some members of families have, and the families in words."""
    by_parameter: dict[str, list[str]] = {}
    for name in folders():
        if isinstance(family := _folder(name), Family):
            for parameter in (p for option in family.options for p in option.asked_by):
                by_parameter.setdefault(parameter, []).append(name)
    return {parameter: ", ".join(reversed(of)) for parameter, of in by_parameter.items()}


def chosen(name: str, settings: Mapping[str, str], parameters: Iterable[str] = ()) -> str:
    """The full name of a model with settings beside those that its name has.

    A setting that is not given is the one that the ``parameters`` spoken of ask for. Raises
    RequestError for a model without such settings, and for one that is given twice.

    >>> chosen("single-index", {"teacher": "2:1/2", "activation": "relu"})
    'single-index[activation=relu; teacher=2: 1/2; bias=none]'
    >>> chosen("modular", {}, ["sigma2", "data_fraction"])
    'modular[pairs=subset]'
    """
    plain, held = taken_apart(name)
    twice = [key for key, _ in held if key in settings]
    if twice:
        raise RequestError(f"{twice[0]} is given twice")
    if plain not in folders():
        for key in settings:
            raise RequestError(f"{key} does not belong to {name}")
        return name
    family = _folder(plain)
    if isinstance(family, Family):  # made anew: a file that a setting names may have changed
        options = {
            o.name: o.asked_by[p] for p in parameters for o in family.options if p in o.asked_by
        }
        return family.at({**options, **dict(held), **settings}).name
    return member(plain, (*held, *settings.items())).name


def taken_apart(name: str) -> tuple[str, Settings]:
    """The plain name, and the settings in brackets behind it.

    Raises RequestError for brackets that hold something else.

    >>> taken_apart("toy[shape=round; size=2]")
    ('toy', (('shape', 'round'), ('size', '2')))
    """
    plain, bracket, rest = name.partition("[")
    if not bracket:
        return name, ()
    parts = [part.partition("=") for part in rest.removesuffix("]").split(";")]
    if not rest.endswith("]") or not all(equals for _, equals, _ in parts):
        raise RequestError(f"model {name!r}: write NAME[SETTING=VALUE; ...]")
    return plain, tuple((key.strip(), value.strip()) for key, _, value in parts)


@cache
def _made(of: Family, settings: Settings) -> Model:
    return of.at(dict(settings))


def _folder(name: str) -> Model | Family:
    module = import_module(f"binodal.models.{name.replace('-', '_')}.model")
    offered: Model | Family = module.FAMILY if hasattr(module, "FAMILY") else module.MODEL
    return offered
