"""A measurement as a table: numbers first, then what has none, then the phase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from binodal.measuring.rows import DROPLETS, NO_LAW
from binodal.measuring.subject import Subject
from binodal.page.tables import columns, counted, setting

Row = Mapping[str, Any]
_SIX = "{:.6g}"


def text(subject: Subject, rows: Sequence[Row], left_out: str, doubt: str = "") -> str:
    """The whole report; of a series its last step.

    ``left_out`` is what predictions do not see, ``doubt`` why there are none.
    """
    last = subject.moments[-1]
    own = [row for row in rows if row.get("step") == last.step]
    settings = "  ".join(setting(*item) for item in subject.parameters.described().items())
    step = f" at step {last.step}" if last.step is not None else ""
    lines = [
        f"{subject.of.name}: {counted(len(last.networks), 'network')}{step}  [measured]",
        f"parameters  {settings}",
        *subject.notes,
        *_numbers(own),
        *_reasons("no theory", _unpredicted(own, subject.equilibrium or doubt)),
        *_reasons("no value", (row for row in own if row["value"] is None)),
        *_phase(subject, own, left_out, doubt),
    ]
    return "\n".join(lines)


def _numbers(rows: Sequence[Row]) -> Iterator[str]:
    shown = [row for row in rows if row["value"] is not None]
    if shown:
        yield from columns([["measure", "value", "theory"], *map(_cells, shown)])


def _cells(row: Row) -> list[str]:
    spread = row["stderr"]
    value = _SIX.format(row["value"]) + (f" ± {spread:.2g}" if spread else "")
    return [row["measure"], value, _predicted(row)]


def _predicted(row: Row) -> str:
    if row["predicted"] is None:
        return ""
    error = row["predicted_error"]
    spread = f" ± {error:.1g}" if error > 1e-9 * abs(row["predicted"]) else ""
    return f"{_SIX.format(row['predicted'])}{spread}  {row['label']}"


def _unpredicted(rows: Sequence[Row], of_all: str) -> Iterator[Row]:
    """Rows with a value whose prediction is missing for a reason of their own."""
    for row in rows:
        if row["value"] is not None and row["why"] not in ("", NO_LAW, of_all):
            yield row


def _reasons(title: str, rows: Iterable[Row]) -> Iterator[str]:
    """What is missing, the measures of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row["why"], []).append(row["measure"])
    if by_reason:
        yield title
        yield from (f"  {', '.join(names)}: {why}" for why, names in by_reason.items())


def _seen(subject: Subject) -> str:
    """What these networks have seen, where that is not all."""
    task = subject.moments[-1].networks[0].task
    some = task.trained is not None and task.inputs.order and len(task.held_out)
    return f", where these saw {len(task.seen)} of {task.inputs.count}" if some else ""


def _phase(subject: Subject, rows: Sequence[Row], left_out: str, doubt: str) -> Iterator[str]:
    """Where the neurons are, and what the predictions leave out."""
    for row in rows:
        if row["measure"] == DROPLETS and row["value"] is not None:
            yield (
                f"phase       {100 * row['value']:.3g} ± {100 * row['stderr']:.2g} % of the "
                f"neurons are droplets ({row['convention']})"
            )
    if any(row["predicted"] is not None for row in rows):
        yield (
            "theory      derived, finite size, of networks in equilibrium that have seen all their "
            f"data{_seen(subject)}; {left_out}"
        )
    elif why := subject.equilibrium or doubt:
        yield f"theory      none: {why}"
