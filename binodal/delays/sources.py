"""Delays of tables that users write, of series that were measured, and of trainings."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from binodal.errors import RequestError
from binodal.networks import network_of
from binodal.validate.errors import DataError
from binodal.validate.mechanism.delays import LEVERS, Delay
from binodal.validate.mechanism.rise import Rise, rise

if TYPE_CHECKING:
    from binodal.validate.optimizers.spec import OptimizerSpec

COLUMNS = (*LEVERS, "time", "error", "until", "series", "step")
_MOST_ROWS, _MOST_BYTES = 100_000, 100_000_000
_ACCURACY = "test_accuracy"
_DECAYED = ("sgd", "adamw")


def delays_of(source: Path) -> list[Delay]:
    """Of a table (.csv), or of a training's folder. Raises RequestError for anything else."""
    from binodal.validate.optimizers.folder import is_training

    if source.is_dir():
        if not is_training(source):
            raise RequestError(
                f"{source} holds no training by an optimiser: write its delays as a table"
            )
        return _of_training(source)
    return [_delay(row, source, k) for k, row in enumerate(_rows(source), 2)]


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RequestError(f"{path}: a table of more than {_MOST_BYTES} bytes")
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            names = [name.strip() for name in reader.fieldnames or ()]
            unknown = [name for name in names if name not in COLUMNS]
            if not names or unknown or len(set(names)) < len(names):
                wrong = repr(unknown[0]) if unknown else "none, or one twice"
                raise RequestError(f"{path}: columns are {', '.join(COLUMNS)}, not {wrong}")
            reader.fieldnames = names
            for count, row in enumerate(reader, 1):
                if None in row or None in row.values() or count > _MOST_ROWS:
                    raise RequestError(f"{path}: row {count + 1} has other cells than the first")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "no table of text"
        raise RequestError(f"{path} cannot be read: {why}") from error


def _delay(row: Mapping[str, str], path: Path, line: int) -> Delay:
    """One row of a table: a time, or a series that is measured at steps."""
    cells = {name: text.strip() for name, text in row.items() if text.strip()}
    numbers = {
        name: _number(cells[name], f"{path}, row {line}: {name}")
        for name in cells.keys() - {"series"}
    }
    setting = {name: numbers[name] for name in LEVERS if name in numbers}
    if "series" in cells:
        if cells.keys() & {"time", "until", "error"} or "step" not in cells:
            raise RequestError(
                f"{path}, row {line}: a series goes with step, its time a step, alone"
            )
        return _as_delay(_of_series(path.parent / cells["series"]), setting, numbers["step"])
    if "time" not in numbers and "until" not in numbers:
        raise RequestError(f"{path}, row {line}: give time, or until when it was not there")
    return Delay(setting, numbers.get("time"), numbers.get("error"), numbers.get("until"))


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise RequestError(f"{where}={text!r}: not a number") from error


def _of_series(path: Path) -> Rise:
    """When the test accuracy of a document of ``measure`` rises. Raises RequestError for none."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        own = [row for row in rows if row["measure"] == _ACCURACY and row["value"] is not None]
        places = {int(row["step"]): float(row["value"]) for row in own}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RequestError(f"{path} is no document of measure in time: {error}") from error
    steps = sorted(places)
    try:
        return rise(steps, [places[step] for step in steps])
    except DataError as error:
        raise RequestError(f"{path}: {error}") from error


def _as_delay(rise: Rise, setting: Mapping[str, float], unit: float) -> Delay:
    time = None if rise.step is None else rise.step * unit
    return Delay(setting, time, None, rise.last * unit, rise.blur)


def _of_training(folder: Path) -> list[Delay]:
    """A delay for each member, in steps times learning rate."""
    from binodal.validate.measures.table import table
    from binodal.validate.optimizers.folder import networks, read_spec

    spec = read_spec(folder, network_of)
    _require_decay(folder, spec)
    accuracy = table()[_ACCURACY].compute
    steps, rows = list[int](), list[Sequence[float]]()
    for step, members in networks(folder, spec, 0):
        values = [accuracy(network).number for network in members]
        if any(value is None for value in values):
            raise RequestError(f"{folder}: these networks have no {_ACCURACY.replace('_', ' ')}")
        steps.append(step)
        rows.append([float(value or 0.0) for value in values])
    setting = {"decay": spec.weight_decay, "scale": spec.initial_scale}
    curves = zip(*rows, strict=True)
    return [_as_delay(rise(steps, curve), setting, spec.learning_rate) for curve in curves]


def _require_decay(folder: Path, spec: OptimizerSpec) -> None:
    if spec.optimizer not in _DECAYED:
        raise RequestError(
            f"{folder}: under {spec.optimizer} decay is no rate of the norm; choose "
            f"{' or '.join(_DECAYED)}, or write its delays as a table"
        )
    if not spec.weight_decay > 0:
        raise RequestError(f"{folder}: without weight decay there is no norm decay to tell apart")
