"""Two folders of records side by side: every difference, one by one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Records = Mapping[tuple[str, str], Mapping[str, Any]]

ABSENT = "(absent)"
_PATH = re.compile(
    r"\b(?:tests|derive|numerics|validate|binodal|models|page|audit)"
    r"(?:[./][A-Za-z_]\w*)+(?:\.py)?(?:(?:: |::)[\w\[\]-]+)?"
)
"""A module or file of the program, and a name in it."""

_WIDTH, _LEAD = 160, 40


@dataclass(frozen=True)
class Difference:
    """A leaf of a document before and after; ``path`` is where it stands."""

    kind: str
    request: str
    path: str
    before: str
    after: str

    @property
    def only_paths(self) -> bool:
        """Whether it is gone when modules and files of the program have no names."""
        return ABSENT not in (self.before, self.after) and _masked(self.before) == _masked(
            self.after
        )

    def __str__(self) -> str:
        before, after = _shown(self.before, self.after)
        return f"{self.kind}: {self.request}\n    {self.path}\n    - {before}\n    + {after}"


def differences(before: Records, after: Records) -> list[Difference]:
    """All of them, in the order of the records; a request that one side lacks is one."""
    return [
        Difference(*key, path, left, right)
        for key in [*before, *(key for key in after if key not in before)]
        for path, left, right in _unlike(before.get(key, ABSENT), after.get(key, ABSENT), "")
    ]


def _unlike(before: Any, after: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _unlike(before.get(key, ABSENT), after.get(key, ABSENT), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield from _lists(before.split("\n"), after.split("\n"), f"{path} line ")
    elif _text(before) != _text(after):
        yield path.lstrip(".") or "request", _text(before), _text(after)


def _lists(before: list[Any], after: list[Any], path: str) -> Iterator[tuple[str, str, str]]:
    """Entry by entry; where the lengths differ, what matches is found first."""
    if len(before) == len(after):
        for k, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _unlike(left, right, f"{path}[{k}]")
        return
    old, new = ([_text(entry) for entry in entries] for entries in (before, after))
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            left, right = " / ".join(old[i:j]) or ABSENT, " / ".join(new[k:m]) or ABSENT
            yield f"{path}[{i}:{j}]".lstrip("."), left, right


def _text(value: Any) -> str:
    """A leaf, in which 1, 1.0, true and "1" are four things."""
    return value if value == ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _masked(text: str) -> str:
    return _PATH.sub("PATH", text)


def _shown(before: str, after: str) -> tuple[str, str]:
    """Both around the first character that differs."""
    pairs = zip(before, after, strict=False)
    same = next((k for k, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))
    start = max(0, same - _LEAD) if max(len(before), len(after)) > _WIDTH else 0
    cut = [text[start : start + _WIDTH] for text in (before, after)]
    dots = ["…" * (len(text) > start + _WIDTH) for text in (before, after)]
    lead = "…" * (start > 0)
    return lead + cut[0] + dots[0], lead + cut[1] + dots[1]


def report(before: Records, after: Records) -> tuple[list[str], bool]:
    """Counts by kind, every difference, and whether all that is no module path is the same."""
    found = differences(before, after)
    moved = [each for each in found if each.only_paths]
    wrong = [each for each in found if not each.only_paths]
    kinds = Counter(kind for kind, _ in {**before, **after})
    unlike = Counter(kind for kind, _ in {(each.kind, each.request) for each in wrong})
    paths = Counter(kind for kind, _ in {(each.kind, each.request) for each in moved})
    lines = [f"{'kind':12}{'compared':>10}{'different':>11}{'only paths':>12}"]
    lines += [f"{k:12}{n:>10}{unlike[k]:>11}{paths[k]:>12}" for k, n in kinds.items()]
    total = (kinds.total(), unlike.total(), paths.total())
    lines += ["{:12}{:>10}{:>11}{:>12}".format("all", *total)]
    if wrong:
        lines += ["", f"differences: {len(wrong)}", *map(str, wrong)]
    if moved:
        lines += ["", f"paths: {len(moved)}", *_moves(moved)]
    return lines, not wrong


def _moves(moved: list[Difference]) -> Iterator[str]:
    """Old and new names, each pair once with how often it occurs."""
    pairs: Counter[tuple[str, str]] = Counter()
    for each in moved:
        old, new = (_PATH.findall(text) for text in (each.before, each.after))
        pairs.update((a, b) for a, b in zip(old, new, strict=True) if a != b)
    yield from (f"    {count:5} {old} -> {new}" for (old, new), count in sorted(pairs.items()))
