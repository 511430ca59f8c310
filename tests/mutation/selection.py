"""Which tests can see a mutant: those that run its function, then those near in the imports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from tests.mutation.operators import Mutant, mutants
from tests.mutation.recorded import Entry
from tests.repo.imports import imported, loading, modules, tree_of

MATHEMATICS = {"derive", "derivations", "forms", "numerics", "audit"}
"""Names of the folders, at any depth, in which formulas and proofs stand."""
TESTED_BY = ("tests/derive", "tests/numerics", "tests/models", "tests/audit")
ALSO_TESTED_BY = "tests/binodal"
"""Commands see what no direct test does; they are asked only as far as it is recorded."""

_SLOW = 8.0
"""What a test may cost at most that runs before all mutants."""
_FIRST, _GROWTH = 0.5, 2.0
"""Processor seconds of the first group of recorded tests, and how much more each next one holds."""


@dataclass
class Group:
    """Files for one run of pytest; with an order, only the tests in it, the lowest first."""

    files: list[str]
    order: dict[str, float] = field(default_factory=dict)


class Suite:
    """The test files of a checkout, what is recorded of them, and how far each is from a module."""

    def __init__(self, root: Path, entries: Mapping[str, Entry] | None = None) -> None:
        self.root = root
        self.modules = modules(root)
        self.mutated = mutated(root)
        self.entries = {} if entries is None else entries

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

    def _in(self, *folders: str) -> list[str]:
        """Files of tests; those that load what needs torch are too slow."""
        paths = [p for folder in folders for p in sorted((self.root / folder).rglob("test_*.py"))]
        slow = loading(self.root, "torch")
        return [p.relative_to(self.root).as_posix() for p in paths if not self._loads(p) & slow]

    @cached_property
    def _tests(self) -> dict[str, set[str]]:
        """The modules that each file of direct tests loads."""
        return {name: self._loads(self.root / name) for name in self._in(*TESTED_BY)}

    @cached_property
    def _examples(self) -> dict[str, str]:
        """Modules with examples: the path by which they are imported, and that of their file."""
        return {
            f"{module.replace('.', '/')}.py": path
            for path, module in self.mutated.items()
            if ">>>" in (self.root / path).read_text("utf-8")
        }

    @property
    def files(self) -> list[str]:
        """All that can be recorded: files of tests, and modules that have examples."""
        return [*self._tests, *self._examples, *self._in(ALSO_TESTED_BY)]

    @cached_property
    def libraries(self) -> set[str]:
        """Top-level names of all that the modules and the files of tests import."""
        paths = {*self.modules.values(), *(self.root / name for name in self.files)}
        return {name.partition(".")[0] for path in paths for _, name in imported(tree_of(path))}

    def near(self, path: str) -> list[Group]:
        """Test files in the order of trying: the doctests and direct tests first."""
        module = self.mutated[path]
        reached, left = {module}, dict(self._tests)
        own = {name for name, file in self._examples.items() if file == path}
        folder, stem = Path(path).parent.parts, Path(path).stem
        own |= {t for t in left if Path(t).stem == f"test_{stem}" and Path(t).parent.name in folder}
        found = []
        while True:
            direct = own | {name for name, loads in left.items() if loads & reached}
            left = {name: loads for name, loads in left.items() if name not in direct}
            own = set()
            if direct:
                found.append(Group(sorted(direct)))
            more = {m for r in reached for m in self._importers[r]} | reached
            if more == reached:
                return found
            reached = more

    def groups(self, mutant: Mutant) -> list[Group]:
        """Recorded tests that run the function, cheap and special ones first; then the others.

        What a test runs depends on the caches that tests before it filled, so the other tests of
        a file that runs the function follow. Code that runs when a module is imported shows in the
        tests of that module. Files without a record come last, by their distance in the imports.
        """
        found = list(_in_turn(self._ranked(mutant)))
        for group in self.near(mutant.path):
            files = [name for name in group.files if name not in self.entries]
            if files:
                found.append(Group(files))
        return found

    def first(self, chosen: Iterable[Mutant]) -> Iterator[Group]:
        """What mutants of symbolic files meet first, but for slow tests."""
        for mutant in chosen:
            if "numerics" not in mutant.path:
                for group in self.groups(mutant)[:1]:
                    costs = {t: c for t, c in group.order.items() if c < _SLOW}
                    yield Group(group.files, costs)

    def _ranked(self, mutant: Mutant) -> list[dict[str, float]]:
        """Disjoint sets of recorded tests, those that see most first, with the cost of each."""
        ranks: list[dict[str, float]] = [{}, {}, {}]
        stem = Path(mutant.path).stem.replace("_", "")
        for file, entry in self.entries.items():
            anywhere = any(_runs(t.functions, mutant) for t in entry.tests.values())
            opened = _runs(entry.opened, mutant)
            own = self._examples.get(file) == mutant.path
            for name, ran in entry.tests.items():
                at_import = opened and (own or mutant.path in ran.functions)
                if at_import or _runs(ran.functions, mutant):
                    rank = 0
                elif anywhere or opened:
                    rank = 1 if anywhere else 2
                else:
                    continue
                named = stem in name.replace("_", "")
                ranks[rank][name] = entry.cost(name) * (0.2 if named else 1.0)
        return ranks


def mutated(root: Path) -> dict[str, str]:
    """Files with formulas and proofs, as they lie in the checkout, and their modules' names."""
    slow = loading(root, "torch")
    paths = {m: path.relative_to(root) for m, path in modules(root).items() if m not in slow}
    found = {p.as_posix(): m for m, p in paths.items() if MATHEMATICS & {*p.parts[:-1]}}
    return dict(sorted(found.items()))


def _runs(functions: Mapping[str, list[str]], mutant: Mutant) -> bool:
    return mutant.function in functions.get(mutant.path, ())


def _in_turn(ranks: Iterable[dict[str, float]]) -> Iterator[Group]:
    """Groups of growing cost: a kill by a cheap test spares the opening of the other files."""
    for rank in ranks:
        order: dict[str, float] = {}
        spent, limit = 0.0, _FIRST
        for name, cost in sorted(rank.items(), key=lambda pair: pair[1]):
            order[name] = cost
            spent += cost
            if spent > limit:
                yield _group(order)
                order, spent, limit = {}, 0.0, limit * _GROWTH
        if order:
            yield _group(order)


def _group(order: dict[str, float]) -> Group:
    return Group(sorted({name.partition("::")[0] for name in order}), order)


def every_mutant(root: Path, only: Iterable[str] = ()) -> list[Mutant]:
    """All mutants of a checkout, or of the files and folders in ``only``."""
    chosen = tuple(only)
    found: list[Mutant] = []
    for name in mutated(root):
        if not chosen or any(name == c or name.startswith(f"{c.rstrip('/')}/") for c in chosen):
            found += mutants(name, (root / name).read_text("utf-8"))
    return found


def draw(candidates: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """A seeded draw over all files: one of each, then more; kinds are as likely as each other.

    The lot of a mutant is its own: a change of the code elsewhere leaves it where it is.
    """
    drawn = sorted(candidates, key=lambda m: sha256(f"{seed} {m.name}".encode()).digest())
    drawn = _dealt(_dealt(drawn, lambda m: (m.path, m.kind)), lambda m: m.path)
    return drawn[:count]


def _dealt(order: list[Mutant], pile: Callable[[Mutant], object]) -> list[Mutant]:
    """The first mutant of every pile, then the second of every pile that has two, and so on."""
    dealt: Counter[object] = Counter()
    turns = {}
    for mutant in order:
        turns[mutant] = dealt[pile(mutant)]
        dealt[pile(mutant)] += 1
    return sorted(order, key=turns.__getitem__)
