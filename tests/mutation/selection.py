"""Which tests can see a mutant: the module's doctests, then tests by their distance in imports."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from tests.mutation.operators import Mutant, mutants
from tests.repo.imports import imported, modules, tree_of

MUTATED = ("derive", "numerics")
TESTED_BY = ("tests/derive", "tests/numerics")


class Suite:
    """The test files of a checkout and how far each stands from a module."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules = modules(root)

    def _loads(self, path: Path) -> set[str]:
        found = set()
        for _, name in imported(tree_of(path)):
            for known in (name, name.rpartition(".")[0]):
                if known in self.modules:
                    found.add(known)
                    break
        return found

    @cached_property
    def _importers(self) -> dict[str, set[str]]:
        graph = defaultdict(set)
        for module, path in self.modules.items():
            for loaded in self._loads(path):
                graph[loaded].add(module)
        return graph

    @cached_property
    def _files(self) -> dict[Path, set[str]]:
        return {
            path: self._loads(path)
            for folder in TESTED_BY
            for path in sorted((self.root / folder).rglob("test_*.py"))
        }

    def groups(self, path: str) -> list[list[str]]:
        """Test files in the order of trying: the doctests and direct tests first."""
        (module,) = (m for m, p in self.modules.items() if p == self.root / path)
        stem = Path(path).stem
        reached, left = {module}, dict(self._files)
        own = [path] if ">>>" in (self.root / path).read_text("utf-8") else []
        near = {p for p in left if p.stem == f"test_{stem}" and p.parent.name in path}
        found = []
        while True:
            direct = near | {p for p, loads in left.items() if loads & reached}
            near = set()
            left = {p: loads for p, loads in left.items() if p not in direct}
            names = own + [p.relative_to(self.root).as_posix() for p in sorted(direct)]
            own = []
            if names:
                found.append(names)
            more = {m for r in reached for m in self._importers[r]} | reached
            if more == reached:
                return found
            reached = more


def every_mutant(root: Path, only: Iterable[str] = ()) -> list[Mutant]:
    """All mutants of the mutated packages, or of the files and folders in ``only``."""
    chosen = tuple(only) or MUTATED
    found: list[Mutant] = []
    for package in MUTATED:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if any(name == c or name.startswith(f"{c.rstrip('/')}/") for c in chosen):
                found += mutants(name, path.read_text("utf-8"))
    return found


def draw(candidates: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """A seeded draw over all files: one of each, then more; kinds are as likely as each other."""
    generator = random.Random(seed)
    by_file: dict[str, dict[str, list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    for mutant in candidates:
        by_file[mutant.path][mutant.kind].append(mutant)
    for kinds in by_file.values():
        for kind in sorted(kinds):
            generator.shuffle(kinds[kind])
    drawn: list[Mutant] = []
    while by_file and len(drawn) < count:
        for path in generator.sample(sorted(by_file), len(by_file)):
            kinds = by_file[path]
            kind = generator.choice(sorted(kinds))
            drawn.append(kinds[kind].pop())
            if not kinds[kind]:
                del kinds[kind]
            if not kinds:
                del by_file[path]
    return drawn[:count]
