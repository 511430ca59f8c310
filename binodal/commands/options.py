"""Options that commands share, and how they print what they found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from binodal.config import require_parameter, settings
from binodal.derive.theories import THEORIES
from binodal.models import families
from binodal.models.protocol import LIMITS
from binodal.models.registry import known, names
from binodal.request import spoken_of

if TYPE_CHECKING:
    from binodal.result import Result

Command = TypeVar("Command", bound=Callable[..., Any])


class Once(click.Option):
    """An option that may come once; click alone would silently take the last."""

    def __init__(self, *args: Any, once_default: Any = None, **attributes: Any) -> None:
        super().__init__(*args, **{**attributes, "multiple": True})
        self.once_default = once_default

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The one value, or the default."""
        values = super().process_value(ctx, value)
        if len(values) > 1:
            raise click.UsageError(f"{max(self.opts, key=len)} is given twice")
        return values[0] if values else self.once_default


class Place(click.Path):
    """A path that could be somewhere: what no file can be called is refused before any work."""

    def __init__(self, readable: bool = True) -> None:
        super().__init__(path_type=Path, readable=readable)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Fails for a loop of links, a name that is too long, and a zero byte."""
        try:
            os.stat(value)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            pass
        except OSError as error:
            self.fail(f"{value}: {error.strerror}", param, ctx)
        except ValueError as error:
            self.fail(f"{value}: {error}", param, ctx)
        return Path(str(super().convert(value, param, ctx)))


def once(*names: str, default: Any = None, **attributes: Any) -> Callable[[Command], Command]:
    """``click.option`` for an option that may come once."""
    if default is not None and "help" in attributes:
        attributes["help"] += f"  [default: {default}]"
    return click.option(*names, cls=Once, once_default=default, **attributes)


def _known(ctx: click.Context, param: click.Parameter, value: str) -> Any:
    """One of the models that there are when the command is called."""
    return value if known(value) else click.Choice(names()).convert(value, param, ctx)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _told_by_sets(arguments: dict[str, Any]) -> None:
    """An option of a command that is a parameter of some models may be given by -s too."""
    for name in families.asking().keys() & arguments.keys():
        told = [text for text in arguments["sets"] if text.partition("=")[0].strip() == name]
        if told:
            if len(told) > 1 or arguments[name] is not None:
                raise click.UsageError(f"{name} is given twice")
            arguments[name] = told[0].partition("=")[2]
            from_line = click.core.ParameterSource.COMMANDLINE
            click.get_current_context().set_parameter_source(name, from_line)
            arguments["sets"] = tuple(text for text in arguments["sets"] if text not in told)


def _of_member(command: Callable[..., int], argument: Any) -> Callable[..., int]:
    """A command with the settings of families, handed the member's name as ``model``."""
    own = {option.name for option in getattr(command, "__click_params__", ())}
    settings_known = {k: v for k, v in families.options().items() if k not in own}
    flags = [name for name in families.asking() if "sets" in own and name not in own]

    @wraps(command)
    def with_member(*, model: str | None, **rest: Any) -> int:
        given = {key: rest.pop(key) for key in settings_known}
        settings = {key: value for key, value in given.items() if value is not None}
        if model is None and settings:
            raise click.UsageError(f"--{next(iter(settings))} is given without --model")
        values = {name: rest.pop(name) for name in flags}
        sets = [f"{name}={value}" for name, value in values.items() if value is not None]
        rest |= {"sets": (*rest["sets"], *sets)} if sets else {}
        _told_by_sets(rest)
        member = model and families.chosen(model, settings, spoken_of(rest))
        return command(model=member, **rest)

    shown = [
        once(f"--{o.name}", o.name, metavar=o.name.upper(), help=f"{o.help}  [{o.default}]")
        for o in settings_known.values()
    ] + [
        once(_flag(name), name, metavar="VALUE", help=f"{families.asking()[name]}: -s {name}=VALUE")
        for name in flags
    ]
    whole: Callable[..., int] = argument(
        reduce(lambda done, option: option(done), reversed(shown), with_member)
    )
    return whole


def model_argument(command: Callable[..., int]) -> Callable[..., int]:
    """MODEL, and the settings of families; the command is handed the member's name as ``model``."""
    return _of_member(command, click.argument("model", metavar="MODEL", callback=_known))


def _all_known(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Any:
    return tuple(_known(ctx, param, value) for value in values)


def model_option(command: Callable[..., int]) -> Callable[..., int]:
    """--model, which may be left out, and the settings of families."""
    help_text = "Of whose kind the networks are; a run knows."
    return _of_member(
        command, once("--model", metavar="MODEL", callback=_all_known, help=help_text)
    )


theory = once("--theory", type=click.Choice(THEORIES), default="derived", help="Which theory.")
limit = once(
    "--limit", type=click.Choice(LIMITS), default="thermodynamic", help="Infinite or given size."
)
digits = once("--digits", type=int, default=15, help="Decimal digits of certified numbers.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
output_file = once("-o", "--output", type=Place(readable=False), help="Write to this file.")

preset = once("--preset", metavar="NAME", help="Parameters of a published setting, such as fig2.")
sets = click.option(
    "-s",
    "--set",
    "sets",
    multiple=True,
    metavar="NAME=VALUE",
    help="One parameter, read exactly.",
)

_PARAMETERS = (
    preset,
    sets,
    once("--beta", metavar="B", help="Rescale along the model's scaling."),
    once(
        "--alpha", metavar="A", help="alpha of a scaling that has one, as M.11; beta if not given."
    ),
)


def values(model: str, sets: Iterable[str]) -> dict[str, Fraction]:
    """What -s sets, exactly. Raises RequestError for what is no parameter of the model.

    Names are checked here, before they become keywords beside those of the API's own arguments.
    """
    exact = settings(sets)
    for name in exact:
        require_parameter(model, name)
    return exact


def parameters(command: Callable[..., int]) -> Callable[..., int]:
    """--preset, -s, --beta and --alpha; the command is handed them as ``given``.

    ``given`` are the keywords by which the API's functions take a model's parameters.
    """

    @wraps(command)
    def with_given(
        *,
        model: str,
        preset: str | None,
        sets: tuple[str, ...],
        beta: str | None,
        alpha: str | None,
        **rest: Any,
    ) -> int:
        exact = values(model, sets)
        if alpha is not None and "alpha" in exact:
            raise click.UsageError("alpha is given twice")
        given = {"preset": preset, "beta": beta, "alpha": alpha, **exact}
        return command(model=model, given=given, **rest)

    return reduce(lambda done, option: option(done), reversed(_PARAMETERS), with_given)


def show(result: Result, as_json: bool, output: Path | None = None, summary: str = "") -> int:
    """Print a result, as its table or as JSON, and return its exit status.

    Where a file has all of it, ``summary`` stands for the table.
    """
    plain = result if output is None else f"{output}: {summary}"
    click.echo(result.to_json() if as_json else plain)
    return result.exit_status
