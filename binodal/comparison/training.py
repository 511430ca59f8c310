"""``compare`` of a training by an optimiser: what the theory can say of it, and what it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.comparison.rows_json import as_json
from binodal.errors import UNDECIDED
from binodal.measuring.rows import rows
from binodal.measuring.subject import NO_TEMPERATURE, Moment, Subject, of_training
from binodal.networks import network_of
from binodal.page.tables import columns, counted
from binodal.shown import Row, Shown

if TYPE_CHECKING:
    from binodal.validate.measures.theory import Theory
    from binodal.validate.optimizers.spec import OptimizerSpec

_NOTHING = dict.fromkeys(("z", "p", "excludes", "ess", "rhat", "freedom"))


@dataclass(frozen=True, repr=False)
class Unjudged(Shown):
    """Order parameters at the end of a training beside the theory's, and why none is judged."""

    subject: Subject
    document: Sequence[Mapping[str, Any]]
    reasons: tuple[str, ...]

    def headline(self) -> str:
        """The model, how many networks, and that nothing is judged."""
        networks = counted(len(self.subject.moments[-1].networks), "network")
        return f"{self.subject.of.name}, {networks} of an optimiser: no theory is judged"

    def records(self) -> list[Row]:
        """One row an order parameter."""
        return [dict(row) for row in self.document]

    def __str__(self) -> str:
        table = [["observable", "measured", "derived theory, in equilibrium"]]
        table += [
            [row["observable"], f"{row['measured']:.6g}", _shown(row["predicted"])]
            for row in self.document
        ]
        reasons = [f"  {reason}" for reason in self.reasons]
        return "\n".join(
            [self.headline(), *self.subject.notes, *columns(table), "because", *reasons]
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Why nothing is judged."""
        return self.reasons

    @property
    def exit_status(self) -> int:
        """1: nothing is decided."""
        return UNDECIDED

    def to_json(self) -> str:
        """The document as JSON text."""
        return as_json([dict(row) for row in self.document])


def unjudged(folder: Path) -> Unjudged:
    """The last networks of a training beside the theory at its parameters, without a verdict.

    Raises the errors of ``validate``.
    """
    from binodal.validate.measures.table import table
    from binodal.validate.optimizers.folder import read_spec

    subject, spec = of_training(folder, 0), read_spec(folder, network_of)
    last = Moment(subject.moments[-1].networks)
    theory = subject.measurable.theory(subject.parameters)
    end = Subject(subject.of, subject.parameters, (last,), subject.notes)
    known = theory.mean_field or theory.values
    exact = tuple(name for name in known if name not in table())
    judged_rows = [row for row in rows(end, exact)[0] if row["value"] is not None] if exact else []
    reasons = tuple(_reasons(spec)) + (() if exact else _silence(theory))
    why = "; ".join(reasons)
    document = [
        {
            "observable": row["measure"],
            "theory": "derived",
            "measured": row["value"],
            "stderr": row["stderr"],
            "predicted": row["predicted"],
            "verdict": "INCONCLUSIVE",
            "why": why,
            **_NOTHING,
        }
        for row in judged_rows
    ]
    return Unjudged(subject, document, reasons)


def _shown(predicted: float | None) -> str:
    return "-" if predicted is None else f"{predicted:.6g}"


def _silence(theory: Theory) -> tuple[str, ...]:
    """Why a theory predicts no order parameter."""
    return (theory.doubt,) if theory.doubt else tuple(dict.fromkeys(theory.silent.values()))


def _reasons(spec: OptimizerSpec) -> Iterator[str]:
    """Why such networks are no sample of the theory's posterior, each in a sentence."""
    yield NO_TEMPERATURE
    if spec.loss != "mse":
        yield "the theory is of the squared error, and the loss was the cross-entropy"
    if spec.data_fraction < 1:
        yield (
            f"the theory is of all the data, and a share {spec.data_fraction} was seen: what it "
            "calls learned was not asked on the rest"
        )
    if spec.weight_decay == 0:
        yield "without weight decay nothing stands for the prior"
    elif spec.optimizer != "sgd":
        yield f"the decay of {spec.optimizer} is no gradient of a prior's logarithm"
    yield "order parameters are defined for any network: measure shows them in time"
