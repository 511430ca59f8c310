"""What a mutation run found: counts, survivors, and the reasons why they may live."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

REASONS = Path(__file__).with_name("survivors.toml")
ALLOWED = 0.02
"""The share of mutants that may survive without a reason."""

Record = Mapping[str, object]
Key = tuple[object, ...]
_FIELDS = ("file", "function", "kind", "before", "after")


def reasons(path: Path = REASONS) -> dict[Key, str]:
    """The reason of each explained survivor; it holds wherever the file stands.

    The keys are the file's name, the function, the operator, and the texts before and after.
    """
    table = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    return {
        tuple(entry[name] for name in _FIELDS): str(entry["reason"])
        for entry in table.get("survivor", [])
    }


def _shown(record: Record) -> str:
    before, after = (" ".join(str(record[k]).split()) for k in ("before", "after"))
    place = f"{record['path']}:{record['line']} {record['function'] or 'module'}"
    return f"{place}  [{record['kind']}]\n      {before}\n      -> {after}"


def summary(records: Iterable[Record], explained: Mapping[Key, str]) -> str:
    """The report in words."""
    records = list(records)
    outcomes = Counter(str(r["outcome"]) for r in records)
    living = [r for r in records if r["outcome"] == "survived"]
    unexplained = [r for r in living if key(r) not in explained]
    lines = [
        f"{len(records)} mutants in {len({r['path'] for r in records})} files: "
        f"{outcomes['killed']} killed, {outcomes['timeout']} ended by the time limit, "
        f"{len(living)} survived",
        f"survivors without a reason: {len(unexplained)} "
        f"({share(records, explained):.1%}; {ALLOWED:.0%} may)",
    ]
    kinds = sorted({str(r["kind"]) for r in records})
    lines += [f"  {'operator':<20} {'mutants':>8} {'survived':>9}"]
    for kind in kinds:
        of_kind = [r for r in records if r["kind"] == kind]
        alive = sum(r["outcome"] == "survived" for r in of_kind)
        lines.append(f"  {kind:<20} {len(of_kind):>8} {alive:>9}")
    for title, chosen in (
        ("explained", [r for r in living if key(r) in explained]),
        ("without a reason", unexplained),
    ):
        if chosen:
            lines.append(f"survivors, {title}:")
        for record in sorted(chosen, key=lambda r: (str(r["path"]), str(r["line"]))):
            lines.append(f"    {_shown(record)}")
            if key(record) in explained:
                lines.append(f"      because {explained[key(record)]}")
    return "\n".join(lines)


def share(records: Iterable[Record], explained: Mapping[Key, str]) -> float:
    """The share of mutants that survive without a reason."""
    records = list(records)
    living = [r for r in records if r["outcome"] == "survived" and key(r) not in explained]
    return len(living) / max(len(records), 1)


def key(record: Record) -> Key:
    """By what a survivor is found among the reasons."""
    return tuple(Path(str(record["path"])).name if n == "file" else record[n] for n in _FIELDS)
