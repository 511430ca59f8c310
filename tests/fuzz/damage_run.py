"""Many damaged files, judged: no word and another result is the worst that can happen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.fuzz.damage import KINDS, SELF_CONTAINED, case, copied, environment, result
from tests.fuzz.forked import over_forks, run_line
from tests.fuzz.judge import Ended, faults
from tests.fuzz.place import files_with_caches, sound, warm
from tests.fuzz.tally import Tally

_PATIENCE = 30.0
"""Seconds of the processor that a command on a damaged store may take: its end is judged."""


def run_damage(
    count: int, seed: int, workers: int, folder: Path, kinds: Sequence[str] = (*KINDS,)
) -> Tally:
    """Cases 0 to ``count`` of a seed, but for those that were run before."""
    tally = Tally(folder / f"files-{seed}.jsonl", count, _faults)
    if tally.left:
        quick = set(kinds) <= {*SELF_CONTAINED}
        template = (sound if quick else files_with_caches)(folder)
        warm(not quick)
        references = _references(template, folder, kinds)
        each = Damaged(seed, template, references)
        over_forks(tally.left, each, folder / "work", workers, tally.add)
    return tally


class Damaged:
    """Runs the command of a case on its damaged store.

    ``left`` says which store and file it was, and then what is the matter with the result.
    """

    def __init__(self, seed: int, template: Path, references: dict[str, list[str]]) -> None:
        self._seed, self._template, self._references = seed, template, references

    def __call__(self, number: int, place: Path, streams: Sequence[int]) -> Ended:
        """Run one case."""
        chosen = case(self._seed, number, self._references)
        copied(chosen.kind, self._template, place)
        name = chosen.hurt(place, self._template)
        ended = _ended(chosen.kind, place, streams)
        status, whole = self._references[chosen.kind]
        before = (int(status), whole)
        after = (ended.status, result(chosen.kind, place, ended.out))
        said = f"{chosen.kind}: {name} {chosen.system or chosen.way}"
        ended.left = [said, *_silent(chosen.kind, ended, before, after)]
        return ended


def _ended(kind: str, place: Path, streams: Sequence[int]) -> Ended:
    """The command's end, in this process or in one that has nothing loaded yet."""
    of = KINDS[kind]
    before = dict(os.environ)
    os.environ.update(environment(kind, place))
    try:
        if not of.process:
            return run_line(list(of.arguments), streams, _PATIENCE)
        ran = subprocess.run(
            [sys.executable, "-m", "binodal", *of.arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return Ended(list(of.arguments), ran.returncode, ran.stdout, ran.stderr)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _silent(
    kind: str, ended: Ended, before: tuple[int, str], after: tuple[int | None, str]
) -> Iterator[str]:
    words, named = ended.err + ended.out, KINDS[kind].named
    if ended.status in (2, 3):
        if named not in ended.err:
            yield "the damage is not named"
    elif after != before and (KINDS[kind].result or "damaged" not in words):
        yield f"another result, {'with' if 'damaged' in words else 'without'} a word"


def _faults(ended: Ended) -> Iterator[tuple[str, str]]:
    """Those of any command, and damage that went unnoticed or was not made good."""
    said, *wrong = ended.left
    for each in wrong:
        yield "silent damage", f"{said}: {each}"
    notes = [line for line in ended.err.splitlines() if "damaged" in line]
    plain = Ended(ended.arguments, ended.status, ended.out, ended.err, [], 0.0, ended.stopped)
    if ended.status == 2 and len(notes) > 1:
        return
    yield from faults(plain)


def _references(template: Path, folder: Path, kinds: Sequence[str]) -> dict[str, list[str]]:
    """Status and result of each kind of store when nothing is damaged."""
    kept = folder / "references.json"
    if kept.exists():
        known: dict[str, list[str]] = json.loads(kept.read_text("utf-8"))
        return known
    found: dict[str, list[str]] = {}

    def reference(number: int, place: Path, streams: Sequence[int]) -> Ended:
        kind = kinds[number]
        copied(kind, template, place)
        ended = _ended(kind, place, streams)
        ended.left = [kind, result(kind, place, ended.out)]
        return ended

    def tell(records: list[tuple[int, Ended]]) -> None:
        for _, ended in records:
            assert ended.status in (0, 1), ended
            found[ended.left[0]] = [str(ended.status), ended.left[1]]

    over_forks(range(len(kinds)), reference, folder / "work", 1, tell)
    kept.write_text(json.dumps(found), "utf-8")
    return found
