"""``measure``: progress measures of trained networks, beside what the theory says of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from binodal.config import Given
from binodal.errors import DECIDED, UNDECIDED, RequestError, said
from binodal.extras import experiment_errors
from binodal.measuring.rows import rows
from binodal.measuring.subject import (
    Options,
    Subject,
    measurable_of,
    of_arrays,
    of_file,
    of_folder,
    of_run,
    of_training,
)
from binodal.measuring.text import text
from binodal.models.families import chosen, options
from binodal.models.registry import model as model_of
from binodal.models.registry import names
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, drawn, require_kind
from binodal.page.tables import counted
from binodal.shown import Row, Shown


@dataclass(frozen=True, repr=False)
class Measured(Shown):
    """Rows of a measurement, of a series in time those of every step.

    ``left_out`` is what the errors of predictions do not see, ``doubt`` why there are none.
    """

    subject: Subject
    document: Sequence[Mapping[str, Any]]
    left_out: str
    doubt: str = ""

    def headline(self) -> str:
        """The model, how many networks, and how many measures have a value."""
        last = self.subject.moments[-1]
        own = [row for row in self.document if row.get("step") == last.step]
        have = sum(row["value"] is not None for row in own)
        return (
            f"{self.subject.of.name}, {counted(len(last.networks), 'network')}: "
            f"{have} of {len(own)} measures have a value"
        )

    def records(self) -> list[Row]:
        """One row a measure and step."""
        return [dict(row) for row in self.document]

    def __str__(self) -> str:
        return text(self.subject, self.document, self.left_out, self.doubt)

    def to_json(self) -> str:
        """The document as JSON text."""
        return json.dumps(list(self.document), indent=2, ensure_ascii=False, allow_nan=False)

    @property
    def exit_status(self) -> int:
        """1 where nothing that was asked for has a value; else 0."""
        return DECIDED if any(row["value"] is not None for row in self.document) else UNDECIDED


@isolated
def measure(
    source: Path | str | Mapping[str, Any],
    *,
    model: str | None = None,
    measures: Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    data: Path | str | None = None,
    trained: str | None = None,
    output: Path | str | None = None,
    frequencies: Sequence[int] = (),
    seed: int = 0,
    preset: str | None = None,
    **values: Given,
) -> Measured:
    """Measure trained networks, beside the theory of a network in equilibrium.

    ``source`` is a file of weights (.safetensors, .npz, or a state dict saved by torch), a folder
    of such files, which are checkpoints of one network in time, the folder of a run of ``train``,
    or arrays by name, as ``network.state_dict()`` gives them. Of a run the model is known; else it
    is named, with its parameters: those that the shapes tell may be left out. ``roles`` names the
    arrays ``first`` and ``readout`` of f = sum_i a_i phi(w_i.x) where their shapes do not tell.
    ``data`` is a file with the x and y that a network was trained on; ``trained`` is "all", or the
    name of an array of the source that says which inputs were. ``measures`` are names; all without.
    ``frequencies`` are the key frequencies of restricted and excluded loss, all without.
    ``output`` is a file for a drawing of curves in time. Nothing of the networks is changed, and
    what is averaged over the readout says so.

    Raises:
        RequestError: what cannot be read, is no network of the model, or is no measure.
    """
    with experiment_errors("measuring"):
        subject = _subject(source, model, roles or {}, data, trained, seed, preset, values)
        subject = subject.keyed(frequencies) if frequencies else subject
    return measured(subject, tuple(measures), output)


def measured(subject: Subject, names: tuple[str, ...], output: Path | str | None) -> Measured:
    """The named measures of networks, all for none, and their curves in a file if one is given.

    Raises RequestError for an unknown measure, and for a file that cannot be drawn.
    """
    path = None if output is None else require_kind(Path(output), PICTURES)
    with experiment_errors("measuring"):
        document, theory = rows(subject, names)
    if path is not None:
        from binodal.measuring.draw import draw

        drawn(path, lambda place: draw(document, place))
    return Measured(subject, document, theory.left_out, theory.doubt)


def _subject(
    source: Path | str | Mapping[str, Any],
    name: str | None,
    roles: Mapping[str, str],
    data: Path | str | None,
    trained: str | None,
    seed: int,
    preset: str | None,
    values: Mapping[str, Any],
) -> Subject:
    """What is to be measured. Raises RequestError where more, or less, has to be said."""
    read = None if isinstance(source, Mapping) else _run_reader(Path(source))
    if read is not None:
        if any((name, values, preset, roles, data, trained)):
            raise RequestError(f"{source} is a run: it knows its model, parameters and data")
        return read(seed)
    if name is None:
        missing = f"{said('--model', 'model')} is missing: only a run knows its own"
        raise RequestError(f"{missing}; choose {', '.join(names())}")
    options = asked_of(name, preset, values, roles, data, trained, seed)
    if isinstance(source, Mapping):
        return of_arrays(source, options)
    path = Path(source)
    return of_folder(path, options) if path.is_dir() else of_file(path, options)


def asked_of(
    name: str,
    preset: str | None,
    values: Mapping[str, Any],
    roles: Mapping[str, str],
    data: Path | str | None,
    trained: str | None,
    seed: int,
) -> Options:
    """How arrays are to be read; ``values`` are parameters, and settings of a model's family.

    Raises RequestError for a model that cannot be measured.
    """
    settings = {key: str(values[key]) for key in options() if values.get(key) is not None}
    exact = {key: value for key, value in values.items() if key not in options()}
    of = model_of(chosen(name, settings, exact))
    measurable_of(of)
    place = None if data is None else Path(data)
    return Options(of, preset, exact, roles, place, trained, seed)


def _run_reader(folder: Path) -> Callable[[int], Subject] | None:
    """What reads the runs of ``train``, by the request that stands in them."""
    kinds = {"run.json": of_run, "training.json": of_training}
    readers = (partial(read, folder) for name, read in kinds.items() if (folder / name).is_file())
    return next(readers, None)
