"""``dynamics``: order parameters and errors of a model in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from binodal.config import Exact, exact_of, whole
from binodal.dynamics.course_text import course_text, data_of, rows_of
from binodal.dynamics.networks import beside
from binodal.errors import RequestError, Stopped
from binodal.models.protocol import METHODS, STARTS
from binodal.models.registry import model
from binodal.numerics.dynamics.course import Options, Tell
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, require_kind
from binodal.pictured import Pictured
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.result_json import header
from binodal.shown import Row

_SEEDS, _PARTS, _MOST_NETWORKS = 2**63 - 1, 1000, 10_000


class Interrupted(Stopped):
    """Ctrl-C while a law was followed; ``result`` are the curves until then."""

    def __init__(self, result: Curves, path: Path | None) -> None:
        kept = "" if path is None else f"; {path} has the curves until then"
        super().__init__(f"{result.document['reason']}{kept}")
        self.result = result


class Curves(Pictured):
    """Curves in time; a row a time."""

    dimension, picture = "moment", "dynamics"
    shows = listed = "Curves in time; dashed: what they tend to."

    def what(self) -> str:
        """Up to which time, and how it ended."""
        return f"dynamics to t = {self.document['time'][-1]:.4g}: {self.document['reason']}"

    def records(self) -> list[Row]:
        """The time, and every curve with its error."""
        return rows_of(self.document)

    def _shape(self) -> tuple[Any, ...]:
        from binodal.dynamics.draw import shape

        return shape(self.document)

    def _paint(self, axes: Any) -> None:
        from binodal.dynamics.draw import paint

        paint(self.document, axes)

    def _draw(self, path: Path) -> None:
        from binodal.dynamics.draw import draw

        if path.suffix == ".npz":
            self.value.save(path)
        else:
            draw(self.document, path)


@of_family
@isolated
def dynamics(
    model_name: str,
    *,
    output: Path | str | None = None,
    preset: str | None = None,
    theory: str = "derived",
    until: Exact | None = None,
    particles: int | None = None,
    seed: int | None = None,
    start: str = "prior",
    method: str = "particles",
    readouts: Exact | None = None,
    networks: int | None = None,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Curves:
    """Order parameters and errors of the model in time, until rest or up to ``until``.

    ``particles``, ``seed`` and ``start`` ("prior" or "feature") are those of a model that follows a
    law by particles, which is the default ``method``; "grid" is its Fokker-Planck equation where a
    model has one. ``readouts`` is their learning rate over that of weights, without which they are
    in equilibrium. ``networks`` of the same width are trained beside it, from the prior.
    ``output`` is a picture (.svg, .png), the document (.json) or arrays (.npz). Raises
    RequestError or numerics' ParameterError for what makes no sense, and Interrupted on Ctrl-C:
    what is there until then is written, and is its ``result``.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    require(start, STARTS, "start")
    require(method, METHODS, "method")
    path = None if output is None else require_kind(Path(output), (*PICTURES, ".json", ".npz"))
    options = Options(
        _double(until, "until"),
        None if particles is None else _particles(particles),
        None if seed is None else whole(seed, "seed", 0, _SEEDS),
        start,
        method,
        _double(readouts, "readouts"),
    )
    count = None if networks is None else whole(networks, "networks", 2, _MOST_NETWORKS)
    if not (count is None or readouts is None):
        raise RequestError("networks: their readouts are in equilibrium, not those of readouts=")
    follow, limit = of.offer("dynamics"), list(of.limits)[-1]
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    with Progress("dynamics", _PARTS) as progress:
        course = follow(parameters, theory, options, _told(progress))
    document = header(
        of.name, theory, limit, parameters, (*course.notes, *notes), course.status
    ) | data_of(course)
    if count is not None and not course.stopped:
        with Progress("networks", _PARTS) as progress:
            told = _told(progress)
            document["networks"] = beside(of, parameters, course, count, options.seed or 0, told)
    result = Curves(course, document, course_text(document))
    if path is not None:
        result.write(path)
    if course.stopped:
        raise Interrupted(result, path)
    return result


def _particles(count: int) -> int:
    from binodal.numerics.dynamics.evolve import FEWEST_PARTICLES, MOST_PARTICLES

    return whole(count, "particles", FEWEST_PARTICLES, MOST_PARTICLES)


def _double(given: Exact | None, name: str) -> float | None:
    """The number in doubles; infinite where it is beyond them."""
    try:
        return None if given is None else float(exact_of(given, name))
    except OverflowError:
        return float("inf")


def _told(progress: Progress) -> Tell:
    return lambda share: progress.advance(int(_PARTS * share) - progress.done)
