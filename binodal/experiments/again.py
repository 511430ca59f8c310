"""Stored experiments judged again by today's theories: ``python -m binodal.experiments.again``.

Measured numbers stay as they were read from the runs, and so do the sources of gaps, which need
the data sets; predictions, verdicts, fits and the theories' curves are computed anew. Without
``--write`` the differences are listed, and the exit status is 1 if there is any.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from binodal.experiments import halves
from binodal.experiments.curves import laws_again
from binodal.experiments.fits import fits_of
from binodal.experiments.lent import with_bias
from binodal.experiments.lines import lines_of
from binodal.experiments.parts import judged_case, measurements_of, model_of, rounded_values
from binodal.experiments.stored import stored_files, written

_KEY = ("model", "measure", "observable", "at", "theory", "limit", "modes")
CLOSE = 2e-5
"""Relative difference of predictions that rounding and another machine explain."""


def case_again(case: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """A stored case with today's predictions and verdicts; ``run`` is its provenance."""
    from binodal.validate.compare.direct import with_direct

    parameters, network = model_of(case)
    places = sorted({r["at"] for r in case["rows"] if r["observable"].startswith("log_")})
    predicted = network.predictions(parameters, places=places)
    both = with_direct(predicted, network.observables.direct)
    measured = measurements_of(case, run)
    again = judged_case(case["name"], parameters, measured, both, case.get("sources", ()))
    return again | {key: case[key] for key in ("step_bias",) if key in case}


def judged_again(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with every case judged by today's theories, and its fits and curves."""
    if document.get("transitions"):
        return halves.judged_again(document)
    runs = document["provenance"].get("runs", {})
    told = with_bias(document["cases"], runs)
    cases = [case_again(case, runs[case["name"]]) for case in told]
    curves = document["curves"] | rounded_values(laws_again(document["curves"], cases))
    return {**document, "cases": cases, "fits": rounded_values(fits_of(cases)), "curves": curves}


def moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Predictions of a case that differ, or are new or gone."""
    before, after = ({_key(row): row for row in case["rows"]} for case in (old, new))
    for key in [*before, *(key for key in after if key not in before)]:
        left, right = (rows.get(key, {}).get("predicted") for rows in (before, after))
        logarithm = (key[_KEY.index("observable")] or "").startswith("log_")
        if not same(left, right, 1.0 if logarithm else 0.0):
            what = ", ".join(str(k) for k in key if k is not None)
            yield f"{new['name']}, {what}: {left} -> {right}"


def same(left: float | None, right: float | None, unit: float = 0.0) -> bool:
    """Whether two predictions are one, up to rounding: a share of the larger, or of ``unit``.

    >>> same(0.123456, 0.123457), same(0.1, 0.11), same(None, 0.1), same(None, None)
    (True, False, False, True)
    """
    if left is None or right is None:
        return left is right
    return abs(left - right) <= CLOSE * max(abs(left), abs(right), unit)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in _KEY)


def main(arguments: list[str]) -> int:
    """List what moved, and write it with ``--write``; 1 if anything did."""
    changes = 0
    for file in stored_files():
        document = json.loads(file.read_text("utf-8"))
        again = judged_again(document)
        cases = zip(document["cases"], again["cases"], strict=True)
        lines = [line for old, new in cases for line in moved(old, new)]
        series = (of.get("transitions", ()) for of in (document, again))
        lines += moved(*({"name": "half-way", "rows": rows} for rows in series))
        for line in lines:
            changes += 1
            print(f"{document['experiment']}: {line}")
        if "--write" in arguments:
            again["curves"] |= rounded_values(lines_of(again))
            Path(str(file)).write_text(written(again), "utf-8")
    return int(changes > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
