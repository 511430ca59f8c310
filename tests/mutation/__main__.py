"""``python -m tests.mutation``: wrong formulas and wrong proofs, and whether the tests see them."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from tests.mutation.operators import Mutant
from tests.mutation.recorded import Coverage
from tests.mutation.report import ALLOWED, Record, reasons, share, summary
from tests.mutation.selection import Suite, draw, every_mutant
from tests.mutation.trial import Laboratory

ROOT = Path(__file__).resolve().parents[2]
WARM = ("numpy", "scipy.special", "scipy.optimize", "sympy", "mpmath", "flint", "hypothesis")


MANY = 50
"""So many mutants are worth a run of the tests that they meet first, whose answers SymPy keeps."""


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="mutants to draw (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (1)")
    parser.add_argument("--only", action="append", default=[], metavar="PATH")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (this one)")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests a mutant (60)")
    parser.add_argument("--state", type=Path, help="where results stay (.mutants in the checkout)")
    parser.add_argument("--record", action="store_true", help="first record what tests run")
    parser.add_argument("--again", action="store_true", help="try survivors once more")
    parser.add_argument("--report", action="store_true", help="only say what was found")
    return parser.parse_args(arguments)


def _stored(path: Path) -> dict[str, Record]:
    """The last result of each mutant that was tried before."""
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return {str(record["name"]): record for record in lines}


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text[:100]}", end="", file=sys.stderr, flush=True)


def _record(mutant: Mutant, laboratory: Laboratory, tests: Suite) -> dict[str, object]:
    found = laboratory.trial(mutant, tests.groups(mutant))
    return {
        "name": mutant.name,
        **{k: v for k, v in asdict(mutant).items() if k not in ("start", "stop", "number")},
        "outcome": found.outcome,
        "by": found.by,
        "seconds": found.seconds,
        "tests": len(found.passed),
    }


def _complete(coverage: Coverage, tests: Suite) -> None:
    """Record the files of tests of which nothing is recorded, or that changed since."""
    missing = [name for name in tests.files if name not in coverage.entries]
    if not missing:
        return
    with closing(Laboratory(coverage.root)) as laboratory:
        laboratory.instrument(tests.mutated)
        for file in missing:
            _say(f"recording {file}")
            coverage.add(file, laboratory.record(file))


def _try(
    waiting: list[Mutant], stored: dict[str, Record], state: Path, options: argparse.Namespace
) -> None:
    """Try the mutants that wait, and keep each result at once."""
    os.environ.setdefault("SYMPY_CACHE_SIZE", "100000")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["BINODAL_CACHE"] = "off"  # a mutant must not be answered from honest entries
    coverage = Coverage(options.root, state / "tests.json")
    tests = Suite(options.root, coverage.entries)
    for name in WARM:
        if name.partition(".")[0] in tests.libraries:
            importlib.import_module(name)
    if options.record:
        _complete(coverage, tests)
    costs = state / "costs.json"
    with (
        closing(Laboratory(options.root, options.budget)) as laboratory,
        (state / "results.jsonl").open("a", encoding="utf-8") as lines,
    ):
        laboratory.costs = json.loads(costs.read_text("utf-8")) if costs.exists() else {}
        if len(waiting) >= MANY:
            laboratory.warm(tests.first(waiting))
        try:
            for done, mutant in enumerate(waiting):
                _say(f"{done}/{len(waiting)} mutants; {mutant.path}:{mutant.line}")
                stored[mutant.name] = _record(mutant, laboratory, tests)
                lines.write(json.dumps(stored[mutant.name]) + "\n")
                lines.flush()
        finally:
            costs.write_text(json.dumps(laboratory.costs), "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Draw, try what was not tried, report; 1 when too many survive without a reason."""
    options = _options(arguments)
    state = options.state or options.root / ".mutants"
    state.mkdir(parents=True, exist_ok=True)
    stored = _stored(state / "results.jsonl")
    drawn = draw(every_mutant(options.root, options.only), options.count, options.seed)
    waiting = [m for m in drawn if _waits(stored.get(m.name), options.again)]
    if waiting and not options.report:
        _try(waiting, stored, state, options)
    found = [stored[m.name] for m in drawn if m.name in stored]
    explained = reasons()
    print(summary(found, explained))
    return int(share(found, explained) > ALLOWED or len(found) < len(drawn))


def _waits(record: Record | None, again: bool) -> bool:
    return record is None or (again and record["outcome"] == "survived")


if __name__ == "__main__":
    sys.exit(main())
