"""Measures of a training loop of one's own: networks are kept at steps even in the logarithm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from binodal.config import Given
from binodal.errors import RequestError
from binodal.extras import experiment_errors
from binodal.measuring.measure import Measured, asked_of, measured
from binodal.measuring.subject import Options, of_arrays

PER_DECADE = 8


@dataclass
class Recorder:
    """Called in a loop with the step and the weights, it keeps some of them; see ``measure``.

    Weights are arrays by name, as ``network.state_dict()`` gives them, and are copied.
    """

    options: Options
    per_decade: int = PER_DECADE
    kept: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def __call__(self, step: int, weights: Mapping[str, Any]) -> bool:
        """Keep the weights of a step if it is due; whether they were kept.

        The first step is, and then every one that is larger than the last by a factor
        10^(1/per_decade). Raises RequestError for steps that go back.
        """
        from binodal.validate.measures.given import tensor_of

        last = max(self.kept, default=-1)
        if step <= last:
            raise RequestError(f"step {step} comes after step {last}")
        if last > 0 and step < last * 10 ** (1 / self.per_decade):
            return False
        with experiment_errors("recording"):
            self.kept[step] = {
                str(name): tensor_of(str(name), value).clone() for name, value in weights.items()
            }
        return True

    def measure(
        self, measures: Sequence[str] = (), *, output: Path | str | None = None
    ) -> Measured:
        """The measures of all that was kept, in time; ``output`` is a file for their curves.

        Raises RequestError as ``binodal.api.measure`` does.
        """
        if not self.kept:
            raise RequestError("no step was recorded")
        with experiment_errors("measuring"):
            read = [of_arrays(weights, self.options, step) for step, weights in self.kept.items()]
        whole = replace(read[0], moments=[one.moments[0] for one in read])
        return measured(whole, tuple(measures), output)


def recorder(
    model: str,
    *,
    roles: Mapping[str, str] | None = None,
    data: Path | str | None = None,
    trained: str | None = None,
    seed: int = 0,
    preset: str | None = None,
    **values: Given,
) -> Recorder:
    """A recorder of networks of a model, to be called in a training loop; its arguments are those
    of ``measure``.

    Raises RequestError for a model that cannot be measured.
    """
    return Recorder(asked_of(model, preset, values, roles or {}, data, trained, seed))
