"""``python -m tests.mutation``: wrong formulas and wrong proofs, and whether the tests see them."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from tests.mutation.operators import Mutant
from tests.mutation.report import ALLOWED, Record, reasons, share, summary
from tests.mutation.selection import Suite, draw, every_mutant
from tests.mutation.trial import Laboratory

ROOT = Path(__file__).resolve().parents[2]
WARM = ("numpy", "scipy.special", "scipy.optimize", "sympy", "mpmath", "flint", "hypothesis")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="mutants to draw (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (1)")
    parser.add_argument("--only", action="append", default=[], metavar="PATH")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (this one)")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests a mutant (60)")
    parser.add_argument("--state", type=Path, help="where results stay (.mutants in the checkout)")
    parser.add_argument("--again", action="store_true", help="try survivors once more")
    parser.add_argument("--report", action="store_true", help="only say what was found")
    return parser.parse_args(arguments)


def _stored(path: Path) -> dict[str, Record]:
    """The last result of each mutant that was tried before."""
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return {str(record["name"]): record for record in lines}


def _say(done: int, total: int, mutant: Mutant, living: int) -> None:
    if sys.stderr.isatty():
        line = f"{done}/{total} mutants, {living} survive; {mutant.path}:{mutant.line}"
        print(f"\r\x1b[K{line[:100]}", end="", file=sys.stderr, flush=True)


def _record(mutant: Mutant, laboratory: Laboratory, tests: Suite) -> dict[str, object]:
    found = laboratory.trial(mutant, tests.groups(mutant.path))
    return {
        "name": mutant.name,
        **{k: v for k, v in asdict(mutant).items() if k not in ("start", "stop", "number")},
        "outcome": found.outcome,
        "by": found.by,
        "seconds": found.seconds,
        "tests": len(found.passed),
    }


def main(arguments: list[str] | None = None) -> int:
    """Draw, try what was not tried, report; 1 when too many survive without a reason."""
    options = _options(arguments)
    root, state = options.root, options.state or options.root / ".mutants"
    state.mkdir(parents=True, exist_ok=True)
    results, costs = state / "results.jsonl", state / "costs.json"
    stored = _stored(results)
    drawn = draw(every_mutant(root, options.only), options.count, options.seed)
    waiting = [m for m in drawn if _waits(stored.get(m.name), options.again)]
    if waiting and not options.report:
        for name in WARM:
            importlib.import_module(name)
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        laboratory, tests = Laboratory(root, options.budget), Suite(root)
        laboratory.costs = json.loads(costs.read_text("utf-8")) if costs.exists() else {}
        try:
            with results.open("a", encoding="utf-8") as lines:
                for done, mutant in enumerate(waiting, len(drawn) - len(waiting)):
                    living = sum(r["outcome"] == "survived" for r in stored.values())
                    _say(done, len(drawn), mutant, living)
                    stored[mutant.name] = _record(mutant, laboratory, tests)
                    lines.write(json.dumps(stored[mutant.name]) + "\n")
                    lines.flush()
        finally:
            costs.write_text(json.dumps(laboratory.costs), "utf-8")
            laboratory.close()
    found = [stored[m.name] for m in drawn if m.name in stored]
    explained = reasons()
    print(summary(found, explained))
    return int(share(found, explained) > ALLOWED or len(found) < len(drawn))


def _waits(record: Record | None, again: bool) -> bool:
    return record is None or (again and record["outcome"] == "survived")


if __name__ == "__main__":
    sys.exit(main())
