"""The commands as Python functions of the same names and options; each result prints as its table.

Parameters are keywords, read exactly: an int, a Fraction, a text such as "8/700" or "0.3", or a
float, which means the decimal that Python prints for it. A function loads what it needs when it is
first used; ``train`` and ``compare`` alone need the extra ``train``.

>>> from binodal.api import critical
>>> found = critical("teacher-student", "coexistence", preset="fig2", theory="published", digits=12)
>>> found.document["value"]["mid"][:14], found.status
('0.178719454735', 'certified')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.config import Exact, exact_of, require_digits, require_parameter
from binodal.derive.theories import THEORIES
from binodal.document import critical_document, solve_document
from binodal.errors import RequestError
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.tables import critical_text, solve_text
from binodal.request import prepared, require
from binodal.result import Result
from binodal.version import VERSION

if TYPE_CHECKING:
    from binodal.boundaries.api import boundary as boundary
    from binodal.comparison.api import compare as compare
    from binodal.derive.derivation import Derivation
    from binodal.experiments.api import experiment as experiment
    from binodal.maps.api import hysteresis as hysteresis
    from binodal.maps.api import ladder as ladder
    from binodal.maps.api import phase_map as phase_map
    from binodal.reports.figure import figure as figure
    from binodal.reports.figure import figures as figures
    from binodal.sweeps.api import sweep as sweep
    from binodal.training.api import Trained

__all__ = [
    "audit",
    "boundary",
    "cite",
    "codegen",
    "compare",
    "critical",
    "derive",
    "experiment",
    "figure",
    "figures",
    "hysteresis",
    "ladder",
    "phase_map",
    "reproduce",
    "solve",
    "sweep",
    "train",
]

DIGITS = 15

_ELSEWHERE = {
    "boundary": "binodal.boundaries.api",
    "compare": "binodal.comparison.api",
    "experiment": "binodal.experiments.api",
    "figure": "binodal.reports.figure",
    "figures": "binodal.reports.figure",
    "hysteresis": "binodal.maps.api",
    "ladder": "binodal.maps.api",
    "phase_map": "binodal.maps.api",
    "sweep": "binodal.sweeps.api",
}


def __getattr__(name: str) -> Any:
    """Functions that live beside what they need, loaded when they are first asked for."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE[name]), name)


def __dir__() -> list[str]:
    return [*__all__]


@isolated
def solve(
    model_name: str,
    *,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """The self-consistent residual, all saddles of the action and the phase.

    Parameters are given by ``preset`` and by name (``sigma2="0.15"``). Raises
    :class:`binodal.errors.RequestError` or numerics' ParameterError for what makes no sense.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    require(limit, LIMITS, "limit")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    digits = require_digits(digits)
    solution = of.offer("solve", limit)(parameters, theory, digits)
    document = solve_document(of, parameters, solution, notes, digits)
    return Result(solution, document, solve_text(document, digits))


@isolated
def critical(
    model_name: str,
    event: str,
    *,
    along: str = "sigma2",
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    fraction: Exact = Fraction(1, 2),
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """Where an event happens along a parameter, the nearest point first.

    ``fraction`` is the share of the probability that defines the event "mass" at finite size.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    require(limit, LIMITS, "limit")
    require(event, of.events or (event,), "event")
    require_parameter(model_name, along)
    share = exact_of(fraction, "fraction")
    if not 0 < share < 1:
        raise RequestError(f"fraction={share}: must be between 0 and 1")
    if event == "mass" and limit != "finite":
        raise RequestError("event mass exists at finite size only: add --limit finite")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    find = of.offer("critical", limit)
    digits = require_digits(digits)
    found = find(parameters, event, along, theory, digits, share)
    document = critical_document(of, parameters, found, notes, digits)
    return Result(found, document, critical_text(document, digits))


@isolated
def derive(model_name: str, quantity: str | None = None, *, theory: str = "derived") -> Derivation:
    """A quantity's derivation, or the model's whole chain.

    Its checks run when it is rendered (``binodal.derive.render.render``) or by ``verify()``.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    if quantity is None:
        return of.complete(theory)
    available = of.derivations()
    require(quantity, tuple(available), "quantity")
    return available[quantity](theory)


@isolated
def codegen(model_name: str, quantity: str, *, target: str, theory: str = "derived") -> str:
    """A file of source code that computes a derived expression and stands alone.

    Targets: numpy, torch, mpmath, arb (Python), c (C99) and javascript (an ES module).
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    available = of.offer("expressions")
    require(quantity, tuple(available), "quantity")
    from binodal.numerics.codegen.module import source
    from binodal.numerics.codegen.targets import TARGETS

    require(target, tuple(TARGETS), "target")
    chosen = available[quantity](theory)
    origin = f"binodal {VERSION}: {model_name} {quantity}, {theory} theory."
    name = quantity.replace("-", "_")
    notes = (origin, *chosen.notes)
    return source(name, chosen.values, tuple(chosen.arguments), TARGETS[target], notes)


def train(
    model_name: str,
    output: Path | str,
    *,
    members: int = 8,
    resume: bool = False,
    preset: str | None = None,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    data: Path | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> Trained:
    """Train networks by Langevin dynamics to equilibrium, into the folder ``output``.

    ``settings`` are the model's parameters and the fields of
    :class:`binodal.validate.run.spec.RunSpec`: sampler, starts, burn_in, draws, thin, seed,
    data_sets, shard, block, step_factor, companions, dtype, device. ``data`` is a file with your
    own x and y. The same call with ``resume`` goes on bit for bit. Raises
    :class:`binodal.errors.RequestError` for what makes no sense and
    :class:`binodal.errors.Stopped` with what is safe when the run does not end.
    """
    from binodal.training.api import train as trained
    from binodal.validate.run.spec import RunSpec

    of_run = {field.name for field in fields(RunSpec)} - {"parameters", "members", "data"}
    return trained(
        model_name,
        output,
        members=members,
        resume=resume,
        preset=preset,
        beta=beta,
        alpha=alpha,
        data=data,
        workers=workers,
        scheduler=scheduler,
        say=say,
        options={name: value for name, value in settings.items() if name in of_run},
        **{name: value for name, value in settings.items() if name not in of_run},
    )


@isolated
def audit(*labels: str) -> list[dict[str, Any]]:
    """Printed equations judged by the derivations, as the objects of ``binodal audit --json``.

    All of them if no label is given. Raises :class:`binodal.errors.RequestError` for an
    unknown label. The first call takes a minute; results are kept in the user's cache.
    """
    from binodal.audit.judged import audit as judged

    return judged(labels)


def reproduce(
    output: Path | str = "report", *, quick: bool = False, say: Callable[[str], None] = print
) -> bool:
    """Write the report, one self-contained page with its numbers and figures, to ``output``.

    True if every number in it was decided. An interrupted report goes on where it stopped.
    """
    from binodal.reports.run import reproduce as written

    lines, decided = written(Path(output), quick, say)
    say("\n".join(lines))
    return decided


def cite() -> str:
    """BibTeX entries of this program and of the paper that it studies.

    >>> "2310.03789" in cite()
    True
    """
    from binodal.cite import PAPER, SOFTWARE

    return f"{SOFTWARE}\n\n{PAPER}"
