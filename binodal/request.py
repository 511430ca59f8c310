"""What callers ask for, checked and made exact before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from binodal.config import Exact, Given, assemble, exact_of, is_float
from binodal.errors import RequestError, said
from binodal.models.families import asking, chosen, options, taken_apart
from binodal.models.protocol import Model
from binodal.models.registry import model
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale, whole_sizes

P = ParamSpec("P")
R = TypeVar("R")


def require(value: str, allowed: tuple[str, ...], name: str) -> None:
    """Raise RequestError unless ``value`` is among the allowed ones."""
    if value not in allowed:
        raise RequestError(f"{name} {value!r}: choose {', '.join(allowed)}")


def require_event(event: str, of: Model, limit: str) -> None:
    """Raise RequestError for an event that a model or limit has not; where another of its family
    has, say which."""
    if event == "mass" and limit != "finite":
        add = said("--limit finite", 'limit="finite"')
        raise RequestError(f"event mass exists at finite size only: add {add}")
    if not of.events or event in of.events:
        return
    plain, _ = taken_apart(of.name)
    ways = [
        f"add {said(f'--{option.name} {setting}', f'{option.name}={setting!r}')} or "
        for option in options().values()
        for parameter, setting in option.asked_by.items()
        if event in model(chosen(plain, {}, [parameter])).events
    ]
    raise RequestError(f"event {event!r}: {''.join(ways)}choose {', '.join(of.events)}")


def of_family(function: Callable[P, R]) -> Callable[P, R]:
    """A function of the API whose keywords may be settings of the model's family.

    ``critical("single-index", "birth", activation="erf")`` asks the member that they make. What the
    function itself has a name for is its own.
    """
    own = signature(function)

    @wraps(function)
    def with_settings(*arguments: P.args, **named: P.kwargs) -> R:
        known = (key for key in options() if key not in own.parameters)
        given = {key: str(named.pop(key)) for key in known if named.get(key) is not None}
        parameters = spoken_of(own.bind_partial(*arguments, **named).arguments) & {*asking()}
        if not given and not parameters:
            return function(*arguments, **named)
        name, *rest = arguments or (named.pop("model_name"),)
        whole: Any = (chosen(str(name), given, parameters), *rest)
        return function(*whole, **named)

    return with_settings


_SPEAKING = ("along", "grids", "names", "plane", "ranges", "sets")
"""Arguments that name parameters, alone or before an equals sign."""


def spoken_of(arguments: Mapping[str, Any]) -> set[str]:
    """The parameters that arguments of a function or a command speak of.

    An optimiser takes a share of the data by itself, whatever the model.

    >>> sorted(spoken_of({"grids": ["sigma2=1:2:3"], "values": {"P": 23}}))
    ['P', 'sigma2']
    """
    settings = {**arguments.get("values", {}), **arguments.get("settings", {})}
    if (arguments.get("optimizer") or settings.get("optimizer")) is not None:
        return set()
    texts: list[str] = [name for name, value in settings.items() if value is not None]
    for argument in _SPEAKING:
        of = arguments.get(argument) or ()
        texts += of.split(",") if isinstance(of, str) else of
    return {text.partition("=")[0].strip().replace("-", "_") for text in texts}


def prepared(
    of: Model,
    preset: str | None,
    beta: Exact | None,
    alpha: Exact | None,
    limit: str,
    values: Mapping[str, Given],
) -> tuple[Parameters, list[str]]:
    """Exact parameters from what the caller gave, and sentences about what was changed.

    ``alpha`` is the parameter of a model that has one of this name, and else that of a scaling.
    """
    if alpha is not None and "alpha" in of.space.fields:
        values, alpha = {**values, "alpha": alpha}, None
    floats = [name for name, value in values.items() if is_float(value)]
    parameters = assemble(
        of.name, preset, {name: exact_of(value, name) for name, value in values.items()}
    )
    notes = (
        [f"given as a float and read as the decimal it prints: {', '.join(floats)}"]
        if floats
        else []
    )
    if alpha is not None and beta is None:
        raise RequestError("alpha is given without beta")
    if beta is not None:
        factor = None if alpha is None else exact_of(alpha, "alpha")
        parameters, more = rescale(parameters, exact_of(beta, "beta"), factor)
        notes += more
    if limit == "finite":
        parameters, more = whole_sizes(parameters)
        notes += more
    return parameters, notes
